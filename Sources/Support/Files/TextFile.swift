import Foundation

/// A text file that is read as a whole.
package enum TextFile {
  /// Why there is no text.
  package enum Fault: Error, Sendable, Hashable {
    /// The value is `errno`.
    case unreadable(Int32)
    /// It is not UTF-8.
    case notText
  }

  /// The text without a byte order mark.
  package static func read(_ path: String) throws(Fault) -> String {
    let data: Data
    do throws(WholeFile.Unreadable) { data = try WholeFile.read(path) } catch {
      throw .unreadable(error.code)
    }
    guard let text = text(of: data) else { throw .notText }
    return text
  }

  /// A file's bytes as text without a byte order mark; nil where they are not UTF-8.
  package static func text(of data: Data) -> String? {
    guard let text = String(validating: data, as: UTF8.self) else { return nil }
    return text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
  }

  /// Lines with their numbers from 1; line ends of any system, lines of white space left out.
  package static func lines(_ text: String) -> [(number: Int, text: Substring)] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .map { ($0 + 1, $1) }
      .filter { !$0.1.allSatisfy(\.isWhitespace) }
  }

  /// The fields of a line between tabs, without white space around them.
  package static func fields(_ line: Substring) -> [String] {
    line.split(separator: "\t", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
