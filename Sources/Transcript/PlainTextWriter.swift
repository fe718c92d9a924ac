/// The words, in paragraphs with an empty line between them; the speaker's name, where it is known,
/// before a paragraph whose speaker is not that of the one before.
///
/// A paragraph ends at a long silence and where the audio track changes; else only after a
/// sentence, at a silence that may be shorter the longer the paragraph is.
struct PlainTextWriter: FormatWriter {
  /// Milliseconds of silence.
  private static let longPause = 4000
  private static let sentencePause = 2000
  private static let fullPause = 700
  /// Characters and sentences of a paragraph that may end, and of one that must.
  private static let full = (length: 400, sentences: 4)
  private static let overfull = (length: 1000, sentences: 12)

  private struct Paragraph {
    var track: Int
    var speaker: String?
    var sentences = 0
    var length = 0
    var last: Token
    /// Before the last word.
    var boundary = PhraseBoundary.sentence
    var lastEnd: Int
  }

  private var paragraph: Paragraph?
  private var rules = PhraseRules.english

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    rules = PhraseRules(language: header.language)
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    var out = ""
    for word in segment.words { add(word, of: segment, to: &out) }
    try sink.write(out)
  }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    if paragraph != nil { try sink.write("\n") }
  }

  private mutating func add(_ word: Word, of segment: Segment, to out: inout String) {
    let text = displayText(word.text)
    guard !text.isEmpty else { return }
    let token = Token(text)
    let start = milliseconds(word.start)
    var next = Paragraph(
      track: segment.lane, speaker: segment.speaker, last: token, lastEnd: 0)
    if let paragraph {
      let boundary = PhraseBoundary(
        left: paragraph.last, right: token, before: paragraph.boundary, rules: rules,
        isJoined: word.isJoined)
      let isSentenceEnd = boundary == .sentence
      if Self.ends(paragraph, track: segment.lane, start: start, isSentenceEnd: isSentenceEnd) {
        out += "\n\n"
      } else {
        if !word.isJoined { out += " " }
        next.sentences = paragraph.sentences + (isSentenceEnd ? 1 : 0)
        next.length = paragraph.length + (word.isJoined ? 0 : 1)
        next.boundary = boundary
      }
    }
    if let speaker = segment.speaker, speaker != paragraph?.speaker {
      out += "\(displayText(speaker)): "
    }
    out += text
    next.length += TextColumns.count(text)
    next.lastEnd = max(start, milliseconds(word.end))
    paragraph = next
  }

  private static func ends(
    _ paragraph: Paragraph, track: Int, start: Int, isSentenceEnd: Bool
  ) -> Bool {
    let pause = start - paragraph.lastEnd
    if track != paragraph.track || pause >= longPause { return true }
    guard isSentenceEnd else { return false }
    let sentences = paragraph.sentences + 1
    if sentences >= overfull.sentences || paragraph.length >= overfull.length { return true }
    let isFull = sentences >= full.sentences || paragraph.length >= full.length
    return pause >= (isFull ? fullPause : sentencePause)
  }
}
