import Demux
import Foundation

/// A text file that is read as a whole.
enum TextFile {
  /// Why there is no text.
  enum Fault: Error {
    case unreadable(Int32)
    case notText
  }

  /// The text without a byte order mark.
  static func read(_ path: String) throws(Fault) -> String {
    let descriptor = open(path.fileBytes, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(errno) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard let data = try? handle.readToEnd() ?? Data() else { throw .unreadable(EISDIR) }
    guard let text = String(validating: data, as: UTF8.self) else { throw .notText }
    return text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
  }

  /// Lines with their numbers from 1; line ends of any system, lines of white space left out.
  static func lines(_ text: String) -> [(number: Int, text: Substring)] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { ($0 + 1, $1) }
      .filter { !$0.1.allSatisfy(\.isWhitespace) }
  }
}
