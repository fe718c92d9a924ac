/// The words, in paragraphs with an empty line between them; the speaker's name, where it is known,
/// before a paragraph whose speaker is not that of the one before.
struct PlainTextWriter: FormatWriter {
  private var breaks = ParagraphBreaks()
  private var isEmpty = true
  /// Who spoke last.
  private var speaker: String?

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    breaks = ParagraphBreaks(rules: PhraseRules(language: header.language))
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
    if !isEmpty { try sink.write("\n") }
  }

  private mutating func add(_ word: Word, of segment: Segment, to out: inout String) {
    let text = displayText(word.text)
    guard !text.isEmpty else { return }
    switch breaks.place(text, word, of: segment) {
    case .start: isEmpty = false
    case .paragraph: out += "\n\n"
    case .word: if !word.isJoined { out += " " }
    }
    if let name = segment.speaker, name != speaker { out += "\(displayText(name)): " }
    speaker = segment.speaker
    out += text
  }
}
