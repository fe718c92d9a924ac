/// The turns of speakers as NIST's Rich Transcription Time Marked format: a line for each.
struct RTTMWriter: FormatWriter {
  private var file = ""

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    let dot = header.source.file.dropFirst().lastIndex(of: ".")
    file = Self.field(dot.map { String(header.source.file[..<$0]) } ?? header.source.file)
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {}

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], voices: [VoiceTurn], to sink: inout Sink
  ) throws(Sink.Failure) {
    for turn in voices where turn.end > turn.start {
      let span = "\(Self.seconds(turn.start)) \(Self.seconds(turn.end - turn.start))"
      try sink.write(
        "SPEAKER \(file) \(turn.track) \(span) <NA> <NA> \(Self.field(turn.speaker)) <NA> <NA>\n")
    }
  }

  /// Seconds with three decimals.
  private static func seconds(_ value: Double) -> String {
    let (whole, rest) = milliseconds(value).quotientAndRemainder(dividingBy: 1000)
    return "\(whole).\(padded(rest, 3))"
  }

  /// A field has no spaces: each becomes a line below.
  private static func field(_ text: String) -> String {
    let field = String(displayText(text).map { $0.isWhitespace ? "_" : $0 })
    return field.isEmpty ? "_" : field
  }
}
