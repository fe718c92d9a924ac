import Foundation
import Pipeline

/// What is said of a recording's language.
enum LanguageText {
  /// A language below this probability should be checked by listening.
  private static let doubt = 0.5

  /// The line about a language that was found in the speech; nil where it was known before.
  static func note(_ language: SpokenLanguage?) -> String? {
    guard let language, let probability = language.probability else { return nil }
    let share = Int((probability * 100).rounded())
    let line = "the language is \(name(language.code)), by its first speech (\(share) %)"
    return probability < doubt ? line + "; --language names another" : line
  }

  /// The English name of a language, with its code.
  static func name(_ code: String) -> String {
    let name = Locale(identifier: "en").localizedString(forLanguageCode: code)
    return name.map { "\($0) (\(code))" } ?? code
  }
}
