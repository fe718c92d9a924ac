import Foundation

/// A text file, or a pipe, that is read as a whole.
package enum TextFile {
  /// Why there is no text.
  package enum Fault: Error, Sendable, Hashable {
    /// The value is `errno`, or what `WholeFile` puts for one.
    case unreadable(Int32)
    /// It is not UTF-8.
    case notText
    /// The line with this number has more than `longestLine` bytes, or more than `MarkCounter.most`
    /// combining marks on one letter.
    case badLine(Int)
  }

  /// Bytes of a line at most: a day of speech is half of that.
  package static let longestLine = 4 << 20

  /// The text without a byte order mark. A person may name a pipe for it, as a shell makes one of
  /// `<(command)`; what nobody named should be a file.
  package static func read(
    _ path: String, limit: Int = WholeFile.most, takesPipe: Bool = true
  ) throws(Fault) -> String {
    let data: Data
    do throws(WholeFile.Unreadable) {
      data = try WholeFile.read(path, limit: limit, takesPipe: takesPipe)
    } catch {
      throw .unreadable(error.code)
    }
    guard let text = String(validating: data, as: UTF8.self) else { throw .notText }
    if let end = endOfFirstGoodPart(text) {
      throw .badLine(text.utf8[..<end].count { $0 == 0x0A } + 1)
    }
    let scalars = text.unicodeScalars
    return scalars.first == "\u{feff}" ? String(scalars.dropFirst()) : text
  }

  /// A place in the first line that is none; nil where all are.
  private static func endOfFirstGoodPart(_ text: String) -> String.Index? {
    var (bytes, marks) = (0, MarkCounter())
    for index in text.unicodeScalars.indices {
      let scalar = text.unicodeScalars[index]
      bytes = scalar == "\n" || scalar == "\r" ? 0 : bytes + UTF8.width(scalar)
      if marks.areMany(with: scalar) || bytes > longestLine { return index }
    }
    return nil
  }

  /// Lines with their numbers from 1; line ends of any system, lines of white space left out.
  package static func lines(_ text: String) -> [(number: Int, text: Substring)] {
    var lines: [(number: Int, text: Substring)] = []
    var number = 1
    var rest = text.utf8[...]
    while !rest.isEmpty {
      let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.endIndex
      let line = Substring(rest[..<end])
      if !line.unicodeScalars.allSatisfy(\.properties.isWhitespace) { lines.append((number, line)) }
      let isPair = rest[end...].starts(with: [0x0D, 0x0A])
      rest = rest[end...].dropFirst(isPair ? 2 : 1)
      number += 1
    }
    return lines
  }

  /// The fields of a line between tabs, without white space around them.
  package static func fields(_ line: Substring) -> [String] {
    line.utf8.split(separator: 0x09, omittingEmptySubsequences: false)
      .map { Substring($0).trimmingCharacters(in: .whitespaces) }
  }
}
