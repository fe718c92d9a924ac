/// Where the words of a transcript are parted into paragraphs.
///
/// A paragraph ends at a long silence and where the audio track or the speaker changes; else only
/// after a sentence, at a silence that may be shorter the longer the paragraph is.
struct ParagraphBreaks: Sendable {
  /// Milliseconds of silence.
  private static let longPause = 4000
  private static let sentencePause = 2000
  private static let fullPause = 700
  /// Characters and sentences of a paragraph that may end, and of one that must.
  private static let full = (length: 400, sentences: 4)
  private static let overfull = (length: 1000, sentences: 12)

  private struct Paragraph {
    var lane: Int
    var speaker: String?
    var sentences = 0
    var length = 0
    var last: Token
    /// Before the last word.
    var boundary = PhraseBoundary.sentence
    var lastEnd: Int
  }

  private let rules: PhraseRules
  private var paragraph: Paragraph?

  /// Breaks of a language with these rules.
  init(rules: PhraseRules = .english) {
    self.rules = rules
  }

  /// What comes before a word.
  enum Place {
    /// Nothing: it is the first of all.
    case start
    /// The end of a paragraph.
    case paragraph
    /// Another word of its paragraph.
    case word
  }

  /// Takes the next word of `segment`, whose text for display is `text`.
  mutating func place(_ text: String, _ word: Word, of segment: Segment) -> Place {
    let token = Token(text)
    let start = milliseconds(word.start)
    var next = Paragraph(lane: segment.lane, speaker: segment.speaker, last: token, lastEnd: 0)
    var place = Place.start
    if let paragraph {
      let boundary = PhraseBoundary(
        left: paragraph.last, right: token, before: paragraph.boundary, rules: rules,
        isJoined: word.isJoined)
      let isSentenceEnd = boundary == .sentence
      if Self.ends(paragraph, before: segment, start: start, isSentenceEnd: isSentenceEnd) {
        place = .paragraph
      } else {
        place = .word
        next.sentences = paragraph.sentences + (isSentenceEnd ? 1 : 0)
        next.length = paragraph.length + (word.isJoined ? 0 : 1)
        next.boundary = boundary
      }
    }
    next.length += TextColumns.count(text)
    next.lastEnd = max(start, milliseconds(word.end))
    paragraph = next
    return place
  }

  private static func ends(
    _ paragraph: Paragraph, before segment: Segment, start: Int, isSentenceEnd: Bool
  ) -> Bool {
    let pause = start - paragraph.lastEnd
    if segment.lane != paragraph.lane || segment.speaker != paragraph.speaker { return true }
    if pause >= longPause { return true }
    guard isSentenceEnd else { return false }
    let sentences = paragraph.sentences + 1
    if sentences >= overfull.sentences || paragraph.length >= overfull.length { return true }
    let isFull = sentences >= full.sentences || paragraph.length >= full.length
    return pause >= (isFull ? fullPause : sentencePause)
  }
}
