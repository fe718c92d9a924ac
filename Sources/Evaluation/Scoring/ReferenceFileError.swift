import Support

/// A line of a reference file that cannot be used; lines count from 1.
package enum ReferenceFileError: Error, Sendable, Hashable {
  case stm(line: Int, LineFault)
  case rttm(line: Int, LineFault)

  package var line: Int {
    switch self {
    case .stm(let line, _), .rttm(let line, _): line
    }
  }

  package var fault: LineFault {
    switch self {
    case .stm(_, let fault), .rttm(_, let fault): fault
    }
  }
}

/// What is wrong with a line of an STM or RTTM file.
package enum LineFault: Error, Sendable, Hashable {
  /// A field that holds a time, in seconds.
  package enum TimeField: Sendable, Hashable {
    case start, end, duration
  }

  case tooFewFields(found: Int, needed: Int)
  case notANumber(TimeField, String)
  case negative(TimeField, Double)
  case endsBeforeStart(start: Double, end: Double)
  /// An RTTM object type that the format does not know.
  case unknownType(String)
  /// The span is to be left out of scoring, which is not done here.
  case spanNotToBeScored
}

/// The lines of a reference file.
enum ReferenceLines {
  /// The lines that are not empty and do not start with `;`, each with its number; ends of lines
  /// may be those of Unix or of Windows.
  static func numbered(_ text: String) -> [(number: Int, line: Substring)] {
    var scalars = text.unicodeScalars[...]
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    return scalars.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
      .map { (number: $0.offset + 1, line: Substring($0.element)) }
      .filter { entry in
        let first = entry.line.unicodeScalars.first { !$0.properties.isWhitespace }
        return first != nil && first != ";"
      }
  }

  /// A time in seconds, neither negative nor infinite.
  static func time(
    _ field: Substring, _ kind: LineFault.TimeField
  ) throws(LineFault) -> Double {
    guard let value = Double(field), abs(value) <= longestTime else {
      throw .notANumber(kind, String(field))
    }
    guard value >= 0 else { throw .negative(kind, value) }
    return value
  }
}
