/// Who speaks when as NIST's Rich Transcription Time Marked format: a line for each turn where voices were
/// told apart, else for each segment.
struct RTTMWriter: FormatWriter {
  private var file = ""
  /// The lines of the segments, which the turns replace.
  private var segments: [String] = []
  private var turns: [VoiceTurn] = []

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    file = recordingName(header)
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    let name = fieldText(segment.voice)
    if let line = row(segment.track, segment.start, segment.end, name) { segments.append(line) }
  }

  mutating func take(_ voices: [VoiceTurn]) { turns = voices }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    let lines = turns.compactMap { row($0.track, $0.start, $0.end, fieldText($0.speaker)) }
    for line in turns.isEmpty ? segments : lines { try sink.write(line) }
  }

  private func row(_ track: Int, _ start: Double, _ end: Double, _ name: String) -> String? {
    guard milliseconds(end) > milliseconds(start) else { return nil }
    let span = "\(decimalSeconds(start)) \(decimalLength(start, end))"
    return "SPEAKER \(file) \(track) \(span) <NA> <NA> \(name) <NA> <NA>\n"
  }
}
