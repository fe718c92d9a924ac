/// By which rules a text may be broken.
enum PhraseRules: Sendable {
  /// By English words and punctuation.
  case english
  /// By punctuation, and by scripts where no spaces are written.
  case general

  /// The rules for a language by its BCP 47 tag.
  init(language: String) {
    self = language.prefix { $0 != "-" }.lowercased() == "en" ? .english : .general
  }
}

/// The kinds of letters that tell where a text without spaces may be broken.
enum Script: Sendable {
  case han, hiragana, katakana, other
  /// A mark that may not begin a line: small kana, the sign of length, iteration.
  case follower

  init(_ character: Character?) {
    guard let scalar = character?.unicodeScalars.first else {
      self = .other
      return
    }
    switch scalar.value {
    case 0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087, 0x308E,
      0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE,
      0x30FB...0x30FE, 0x3005, 0x309D, 0x309E:
      self = .follower
    case 0x3042...0x309F: self = .hiragana
    case 0x30A0...0x30FF, 0x31F0...0x31FF: self = .katakana
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: self = .han
    default: self = .other
    }
  }

  /// How well a text may be broken between letters of these kinds: best where a word follows the
  /// syllables that end the one before (Japanese), worst within a foreign word or a number.
  static func boundary(_ left: Script, _ right: Script) -> PhraseBoundary {
    switch (left, right) {
    case (_, .follower): .strongBond
    case (.hiragana, .han), (.hiragana, .katakana), (.follower, .han): .loose
    case (.han, .hiragana), (.katakana, .hiragana): .bond
    case (.katakana, .katakana), (.follower, .katakana), (.other, .other): .strongBond
    case (.han, .han): .plain
    case (.hiragana, .hiragana), (.follower, .hiragana): .weakBond
    default: .plain
    }
  }
}
