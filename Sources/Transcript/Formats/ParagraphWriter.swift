/// What one speaker says without a long break: the unit of minutes.
struct Paragraph: Sendable {
  /// Name of who speaks, as it is shown; nil where it is not known.
  let speaker: String?
  /// Number of the audio track, and of the channel where each was heard by itself.
  let track: Int
  let channel: Int?
  /// With their text as it is shown; never empty.
  var words: [Word]

  /// Seconds from time zero of the recording.
  var start: Double { words.first?.start ?? 0 }
  var text: String { words.written { $0.text } }
}

/// How a format of paragraphs writes its parts.
protocol ParagraphSyntax: Sendable {
  mutating func header(_ header: TranscriptHeader) -> String
  /// A paragraph; `number` counts from 1.
  mutating func paragraph(_ paragraph: Paragraph, number: Int) -> String
  /// What comes after the last paragraph.
  func footer(notes: [String]) -> String
  /// Whether the text is not yet the file.
  var isPacked: Bool { get }
  /// The file of all the text.
  func packed(_ text: String) -> [UInt8]
}

extension ParagraphSyntax {
  var isPacked: Bool { false }
  func packed(_ text: String) -> [UInt8] { Array(text.utf8) }
}

/// Gathers words into paragraphs and writes each once it is complete.
struct ParagraphWriter<Syntax: ParagraphSyntax>: FormatWriter {
  private var syntax: Syntax
  private var breaks = ParagraphBreaks()
  private var paragraph: Paragraph?
  private var count = 0
  /// What waits until the file is packed.
  private var held = ""

  init(syntax: Syntax) { self.syntax = syntax }

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    breaks = ParagraphBreaks(rules: PhraseRules(language: header.language))
    held += syntax.header(header)
    try release(to: &sink)
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    for var word in segment.words {
      word.text = displayText(word.text)
      guard !word.text.isEmpty else { continue }
      switch breaks.place(word.text, word, of: segment) {
      case .word: paragraph?.words.append(word)
      case .start, .paragraph:
        close()
        paragraph = Paragraph(
          speaker: segment.speaker.map(displayText), track: segment.track,
          channel: segment.channel, words: [word])
      }
    }
    try release(to: &sink)
  }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    close()
    held += syntax.footer(notes: notes.map(displayText))
    if syntax.isPacked { return try sink.write(bytes: syntax.packed(held)) }
    try release(to: &sink)
  }

  private mutating func close() {
    guard let done = paragraph else { return }
    count += 1
    held += syntax.paragraph(done, number: count)
    paragraph = nil
  }

  private mutating func release<Sink: TextSink & ~Copyable>(
    to sink: inout Sink
  ) throws(Sink.Failure) {
    guard !syntax.isPacked, !held.isEmpty else { return }
    try sink.write(held)
    held = ""
  }
}
