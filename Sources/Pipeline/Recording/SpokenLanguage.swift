import SpeechModels

/// Which language the user says is spoken.
package enum LanguageChoice: Sendable, Hashable {
  /// The model hears it in the recording's first clear speech.
  case automatic
  /// A BCP 47 tag that the model knows.
  case code(String)

  /// Reads a language as it is written on a command line: a code of letters, or auto.
  package init?(_ text: String) {
    let isCode = (2...8).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isLetter }
    guard isCode else { return nil }
    self = text.lowercased() == "auto" ? .automatic : .code(text.lowercased())
  }

  /// As it is written on the command line.
  package var description: String {
    switch self {
    case .automatic: "auto"
    case .code(let code): code
    }
  }
}

/// The language of a recording and how it was found.
package struct SpokenLanguage: Sendable, Hashable {
  /// A BCP 47 tag; `und` where nothing was said.
  package let code: String
  /// How likely the model finds it, from 0 to 1; nil where the user named it or there is no other.
  package let probability: Double?

  /// A language that need not be found.
  init(_ code: String, probability: Double? = nil) {
    self.code = code
    self.probability = probability
  }

  /// Of a recording in which nothing was said.
  static let undetermined = SpokenLanguage("und")

  /// The language that is known before anything is heard; nil where it must be found.
  static func known(_ choice: LanguageChoice, _ model: SpeechModel) -> SpokenLanguage? {
    switch choice {
    case .code(let code): SpokenLanguage(code)
    case .automatic: model.writing.languageTokens.isEmpty ? SpokenLanguage(model.languages[0]) : nil
    }
  }
}
