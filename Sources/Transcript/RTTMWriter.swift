/// Who speaks when as NIST's Rich Transcription Time Marked format: a line for each segment.
struct RTTMWriter: FormatWriter {
  private var file = ""

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    file = recordingName(header)
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    guard milliseconds(segment.end) > milliseconds(segment.start) else { return }
    let span = "\(decimalSeconds(segment.start)) \(decimalLength(segment.start, segment.end))"
    let name = fieldText(segment.voice)
    try sink.write("SPEAKER \(file) \(segment.track) \(span) <NA> <NA> \(name) <NA> <NA>\n")
  }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {}
}
