/// Writes a transcript while it is being made, holding about a sentence or a paragraph of it; the
/// formats that must know the end first (DOCX, FCPXML, CTM, the page) hold all of it.
///
/// Call `begin` once, `add` for every segment in the order of starts, then `finish` once.
/// What is written up to any segment is in the sink as soon as it is settled.
package struct TranscriptWriter: Sendable {
  private var writer: any FormatWriter
  /// How words are written; nil where they stay as they were recognised.
  private let form: WrittenForm?
  private var language = "en"

  /// A writer of `format`; `profile` shapes the cues of subtitles, and how words are written where
  /// people read them.
  package init(format: TranscriptFormat, profile: CueProfile = .standard) {
    writer = Self.writer(of: format, profile)
    form = format.isForReading ? profile.form : nil
  }

  private static func writer(
    of format: TranscriptFormat, _ profile: CueProfile
  ) -> any FormatWriter {
    switch format {
    case .srt: SubtitleWriter(syntax: SubRip(), profile: profile)
    case .vtt: SubtitleWriter(syntax: WebVTT(), profile: profile)
    case .json: JSONWriter()
    case .txt: PlainTextWriter()
    case .html: PageWriter()
    case .docx: ParagraphWriter(syntax: WordDocument())
    case .markdown: ParagraphWriter(syntax: Markdown())
    case .vttWords: SubtitleWriter(syntax: WordWebVTT(), profile: profile)
    case .ass: SubtitleWriter(syntax: SubStationAlpha(), profile: profile)
    case .ttml: SubtitleWriter(syntax: TimedTextMarkup(), profile: profile)
    case .lrc: SubtitleWriter(syntax: Lyrics(), profile: profile)
    case .csv: EntryWriter(syntax: CommaSeparated())
    case .tsv: EntryWriter(syntax: TabSeparated())
    case .whisper: EntryWriter(syntax: WhisperJSON())
    case .ctm: EntryWriter(syntax: TimeMarkedWords())
    case .stm: EntryWriter(syntax: TimeMarkedUtterances())
    case .rttm: RTTMWriter()
    case .seglst: EntryWriter(syntax: SegLST())
    case .audacity: SubtitleWriter(syntax: AudacityLabels(), profile: profile)
    case .edl: ParagraphWriter(syntax: MarkerList(profile))
    case .fcpxml: SubtitleWriter(syntax: FinalCutCaptions(profile), profile: profile)
    }
  }

  package mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    language = header.language
    try writer.begin(header, to: &sink)
  }

  package mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    try writer.add(form?.written(segment, language: language) ?? segment, to: &sink)
  }

  /// Writes what is still held, and the notes, the turns of speakers and the sound where the format has
  /// room for them.
  package mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String] = [], voices: [VoiceTurn] = [], sound: (any PageSound)? = nil,
    to sink: inout Sink
  ) throws(Sink.Failure) {
    writer.take(voices)
    if let sound { writer.take(sound) }
    try writer.finish(notes: notes, to: &sink)
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

  /// Takes when each voice talks, before `finish`, where voices were told apart.
  mutating func take(_ voices: [VoiceTurn])

  /// Takes the sound, before `finish`, where the file shall hold it.
  mutating func take(_ sound: any PageSound)

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure)
}

extension FormatWriter {
  /// Most formats have no place for it.
  mutating func take(_ voices: [VoiceTurn]) {}
  mutating func take(_ sound: any PageSound) {}
}
