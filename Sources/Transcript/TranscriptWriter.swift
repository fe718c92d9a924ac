/// The forms in which a transcript is written; the raw value is also the file name's extension.
package enum TranscriptFormat: String, Sendable, Hashable, CaseIterable {
  case srt, vtt, json, txt, rttm
}

/// Writes a transcript while it is being made, holding about a sentence of it.
///
/// Call `begin` once, `add` for every segment in the order of starts, then `finish` once.
/// What is written up to any segment is in the sink as soon as it is settled.
package struct TranscriptWriter: Sendable {
  private var writer: any FormatWriter

  /// A writer of `format`; `profile` shapes the cues of subtitles.
  package init(format: TranscriptFormat, profile: CueProfile = .standard) {
    writer =
      switch format {
      case .srt: SubtitleWriter(syntax: SubRip(), profile: profile)
      case .vtt: SubtitleWriter(syntax: WebVTT(), profile: profile)
      case .json: JSONWriter()
      case .txt: PlainTextWriter()
      case .rttm: RTTMWriter()
      }
  }

  package mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    try writer.begin(header, to: &sink)
  }

  package mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    try writer.add(segment, to: &sink)
  }

  /// Writes what is still held, and the notes and the turns of speakers where the format has room for
  /// them.
  package mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String] = [], voices: [VoiceTurn] = [], to sink: inout Sink
  ) throws(Sink.Failure) {
    try writer.finish(notes: notes, voices: voices, to: &sink)
  }
}

extension Transcript {
  /// Writes the whole transcript.
  package func write<Sink: TextSink & ~Copyable>(
    _ format: TranscriptFormat, profile: CueProfile = .standard, to sink: inout Sink
  ) throws(Sink.Failure) {
    var writer = TranscriptWriter(format: format, profile: profile)
    try writer.begin(header, to: &sink)
    for segment in segments { try writer.add(segment, to: &sink) }
    try writer.finish(notes: notes, to: &sink)
  }
}

/// One format; the calls come in the order that ``TranscriptWriter`` asks for.
protocol FormatWriter: Sendable {
  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure)

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure)

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], voices: [VoiceTurn], to sink: inout Sink
  ) throws(Sink.Failure)
}
