/// How the words of a transcript are written for people. What is for programs (JSON, CTM and the like)
/// holds the words as they were recognised.
package struct WrittenForm: Sendable, Hashable {
  package var numbers = NumberStyle.heard
  /// As the model wrote them: "i'm" stays, and so does a bare dash.
  package var isVerbatim = false

  package init(numbers: NumberStyle = .heard, isVerbatim: Bool = false) {
    self.numbers = numbers
    self.isVerbatim = isVerbatim
  }

  /// The segment, of a language by its BCP 47 tag, as it is read. English alone has rules.
  package func written(_ segment: Segment, language: String) -> Segment {
    guard PhraseRules(language: language) == .english else { return segment }
    var segment = segment
    if !isVerbatim {
      segment.words = segment.words.compactMap { word in
        if Self.isDash(word.text) { return nil }
        var word = word
        if let text = Self.pronoun(word.text) { word.text = text }
        return word
      }
    }
    if numbers != .heard { segment.words = NumberWriter(style: numbers).written(segment.words) }
    return segment
  }

  /// Whether a word is nothing but dashes, which the model writes where somebody else begins to speak.
  private static func isDash(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { "-\u{2012}\u{2013}\u{2014}\u{2015}".contains($0) }
  }

  /// "i", "i'm", "i'll", "i've" and "i'd" with a capital; nil for any other word.
  private static func pronoun(_ text: String) -> String? {
    let isWord = { (character: Character) in character.isLetter || character.isNumber }
    guard let place = text.firstIndex(where: isWord), text[place] == "i" else { return nil }
    let last = text.lastIndex(where: isWord) ?? place
    let core = text[place...last].replacing("\u{2019}", with: "'")
    guard ["i", "i'm", "i'll", "i've", "i'd"].contains(core) else { return nil }
    return text[..<place] + "I" + text[text.index(after: place)...]
  }
}

extension TranscriptFormat {
  /// Whether people read it, so that it holds words in their written form; programs reckon with the
  /// others.
  package var isForReading: Bool {
    switch self {
    case .json, .whisper, .ctm, .stm, .rttm, .seglst: false
    case .srt, .vtt, .txt, .html, .docx, .markdown, .vttWords, .ass, .ttml, .lrc, .csv, .tsv,
      .audacity, .edl, .fcpxml:
      true
    }
  }
}
