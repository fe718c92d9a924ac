/// How a format with an entry for each segment or word writes its parts. Each text and name is as it
/// is shown, without line breaks, and no segment or word is empty.
protocol EntrySyntax: Sendable {
  mutating func header(_ header: TranscriptHeader) -> String
  /// A segment; `number` counts from 0.
  mutating func segment(_ segment: Segment, number: Int) -> String
  /// What comes after the last segment.
  func footer() -> String
}

/// Writes segments one by one.
struct EntryWriter<Syntax: EntrySyntax>: FormatWriter {
  private var syntax: Syntax
  private var count = 0

  init(syntax: Syntax) { self.syntax = syntax }

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    try sink.write(syntax.header(header))
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    var shown = segment
    shown.end = max(segment.start, segment.end)
    shown.words = segment.words.compactMap { word in
      var word = word
      word.text = displayText(word.text)
      word.end = max(word.start, word.end)
      return word.text.isEmpty ? nil : word
    }
    guard !shown.words.isEmpty else { return }
    try sink.write(syntax.segment(shown, number: count))
    count += 1
  }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    try sink.write(syntax.footer())
  }
}
