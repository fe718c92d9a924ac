/// How languages are written.
package enum WrittenLanguage {
  /// Languages, by their BCP 47 tags without region, whose words have no spaces between them.
  private static let unspaced: Set = ["zh", "yue", "ja", "th", "lo", "km", "my", "bo"]

  /// Whether spaces stand between the words of a language.
  package static func hasSpaces(_ language: String) -> Bool {
    !unspaced.contains(language.prefix { $0 != "-" }.lowercased())
  }
}
