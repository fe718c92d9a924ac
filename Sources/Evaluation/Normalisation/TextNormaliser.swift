/// What is done to a text before its words are compared, so that only words that were misheard
/// count and not the ways of writing them.
package enum TextNormaliser: String, Sendable, Hashable, Codable, CaseIterable {
  /// The English one of Whisper: see ``WhisperNormaliser``.
  case whisper
  /// Lower case; punctuation other than apostrophes within words becomes a space; numbers stay as
  /// they are written.
  case plain

  /// The words to compare.
  package func words(_ text: String) -> [String] {
    switch self {
    case .whisper: WhisperNormaliser.words(text)
    case .plain: PlainNormaliser.words(text)
    }
  }

  /// The words with a space between each two.
  package func text(_ text: String) -> String {
    words(text).joined(separator: " ")
  }
}
