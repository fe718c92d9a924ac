import Demux
import Foundation
import Pipeline
import Support

// Options for what is expected to be spoken of.
extension OptionSpec {
  /// `--context` and `--context-file`, which add to each other.
  static func context(
    _ terms: WritableKeyPath<Arguments, ContextTerms>
  ) -> [OptionSpec] {
    [
      .value(
        "context", nil, "TERMS",
        "Names and rare words that are spoken, between commas, written as they shall appear: "
          + "\"Zorblax, Ann Example\". They are written where they are nearly what was heard. May "
          + "be given more than once."
      ) { arguments, text throws(ExpectedValue) in
        try arguments[keyPath: terms].take(nil) { () throws(ContextTerms.Fault) in
          try ContextTerms(list: text)
        }
      },
      .value(
        "context-file", nil, "FILE",
        "The same from a file, a term a line; lines that begin with # do not count."
      ) { arguments, path throws(ExpectedValue) in
        let text = try ContextFile.text(path)
        try arguments[keyPath: terms].take(path) { () throws(ContextTerms.Fault) in
          try ContextTerms(lines: text)
        }
      },
    ]
  }
}

/// What is wrong with terms, or with the file that holds them.
enum ContextFault: Hashable {
  case terms(ContextTerms.Fault)
  /// The value is `errno`.
  case unreadable(Int32)
  case notText
  /// The line with this number is longer than any, or has letters with more marks than any.
  case badLine(Int)
  case tooLarge
}

extension ContextTerms {
  fileprivate mutating func take(
    _ file: String?, _ read: () throws(Fault) -> ContextTerms
  ) throws(ExpectedValue) {
    do throws(Fault) { try add(try read()) } catch { throw .context(.terms(error), file: file) }
  }
}

/// A file of terms.
private enum ContextFile {
  /// Bytes at most: as many terms as there may be, as long as they may be, and comments.
  static let largest = 4 << 20

  static func text(_ path: String) throws(ExpectedValue) -> String {
    do throws(TextFile.Fault) { return try TextFile.read(path, limit: largest) } catch {
      switch error {
      case .unreadable(EFBIG): throw .context(.tooLarge, file: path)
      case .unreadable(let code): throw .context(.unreadable(code), file: path)
      case .notText: throw .context(.notText, file: path)
      case .badLine(let line): throw .context(.badLine(line), file: path)
      }
    }
  }
}

/// What a person reads of terms that are of no use.
enum ContextText {
  /// Without the option's name.
  static func sentence(_ fault: ContextFault, file: String?) -> String {
    let place = file.map { "\(displayed($0)): " } ?? ""
    return place + cause(fault)
  }

  private static func cause(_ fault: ContextFault) -> String {
    switch fault {
    case .terms(let fault): sentence(fault)
    case .unreadable(ENOENT): "no such file"
    case .unreadable(let code): "cannot be read: \(ErrorText.cause(code))"
    case .notText: "is not text in UTF-8"
    case .badLine(let line): "line \(line) is no list of terms"
    case .tooLarge: "is larger than any list of terms"
    }
  }

  static func sentence(_ fault: ContextTerms.Fault) -> String {
    switch fault {
    case .tooMany: "more than \(ContextTerms.most) terms"
    case .tooLong(let term):
      "'\(displayed(term, most: 40))' is longer than \(ContextTerms.longest) characters"
    case .unwritable(let term): "'\(displayed(term))' cannot be written by the model"
    }
  }
}
