/// How a subtitle format writes its parts.
protocol SubtitleSyntax: Sendable {
  /// Whether who speaks can only be told in a cue's text.
  var labelsSpeakers: Bool { get }
  /// What comes before the first cue.
  mutating func header(_ header: TranscriptHeader) -> String
  /// A cue; `number` counts from 1.
  mutating func cue(_ cue: Cue, number: Int) -> String
  /// What comes after the last cue.
  func footer() -> String
}

extension SubtitleSyntax {
  func footer() -> String { "" }
}

/// Lays out cues and writes them as soon as they are settled.
struct SubtitleWriter<Syntax: SubtitleSyntax>: FormatWriter {
  private var syntax: Syntax
  private let profile: CueProfile
  private var layout: CueLayout
  private var given: GivenCues
  private var joiner: DialogueJoiner
  private var count = 0
  /// Who spoke last.
  private var speaker: String?

  init(syntax: Syntax, profile: CueProfile) {
    self.syntax = syntax
    self.profile = profile
    joiner = DialogueJoiner(profile)
    layout = CueLayout(profile: profile, labelsSpeakers: syntax.labelsSpeakers)
    given = GivenCues(profile: profile, labelsSpeakers: syntax.labelsSpeakers)
  }

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    layout = CueLayout(
      profile: profile, labelsSpeakers: syntax.labelsSpeakers, language: header.language)
    try sink.write(syntax.header(header))
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    try write(segment.lines == nil ? layout.add(segment) : given.add(segment), to: &sink)
  }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    try write(layout.finish() + given.finish(), to: &sink)
    try write(joiner.finish(), to: &sink)
    try sink.write(syntax.footer())
  }

  private mutating func write<Sink: TextSink & ~Copyable>(
    _ cues: [Cue], to sink: inout Sink
  ) throws(Sink.Failure) {
    for cue in cues {
      let labelled = labelled(cue)
      speaker = cue.speaker
      try write(joiner.add(labelled), to: &sink)
    }
  }

  private mutating func write<Sink: TextSink & ~Copyable>(
    _ cue: Cue?, to sink: inout Sink
  ) throws(Sink.Failure) {
    guard let cue else { return }
    count += 1
    try sink.write(syntax.cue(cue, number: count))
  }

  /// The cue with its speaker's name, where there is room for it and somebody else spoke before.
  private func labelled(_ cue: Cue) -> Cue {
    guard cue.speaker != speaker, !cue.labelledLines.isEmpty else { return cue }
    var cue = cue
    cue.lines = cue.labelledLines
    return cue
  }
}

/// `HH:MM:SS` and three digits of milliseconds; hours take more digits when they need them.
func timestamp(_ seconds: Double, point: String) -> String {
  let total = milliseconds(seconds)
  let (whole, thousandths) = total.quotientAndRemainder(dividingBy: 1000)
  let hours = padded(whole / 3600, 2)
  return "\(hours):\(padded(whole / 60 % 60, 2)):\(padded(whole % 60, 2))"
    + "\(point)\(padded(thousandths, 3))"
}

/// A number of at least `digits` digits.
func padded(_ number: Int, _ digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
