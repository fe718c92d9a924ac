/// How a subtitle format writes its parts.
protocol SubtitleSyntax: Sendable {
  /// Whether who speaks can only be told in a cue's text.
  var labelsSpeakers: Bool { get }
  /// What comes before the first cue.
  func header(_ header: TranscriptHeader) -> String
  /// A cue; `number` counts from 1.
  func cue(_ cue: Cue, number: Int) -> String
}

/// Lays out cues and writes them as soon as they are settled.
struct SubtitleWriter<Syntax: SubtitleSyntax>: FormatWriter {
  private let syntax: Syntax
  private let profile: CueProfile
  private var layout: CueLayout
  private var count = 0
  /// Who spoke last.
  private var speaker: String?

  init(syntax: Syntax, profile: CueProfile) {
    self.syntax = syntax
    self.profile = profile
    layout = CueLayout(profile: profile, labelsSpeakers: syntax.labelsSpeakers)
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
    try write(layout.add(segment), to: &sink)
  }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    try write(layout.finish(), to: &sink)
  }

  private mutating func write<Sink: TextSink & ~Copyable>(
    _ cues: [Cue], to sink: inout Sink
  ) throws(Sink.Failure) {
    for cue in cues {
      count += 1
      try sink.write(syntax.cue(labelled(cue), number: count))
      speaker = cue.speaker
    }
  }

  /// The cue with its speaker's name, where there is room for it and somebody else spoke before.
  private func labelled(_ cue: Cue) -> Cue {
    guard cue.speaker != speaker, !cue.labelledLines.isEmpty else { return cue }
    var cue = cue
    cue.lines = cue.labelledLines
    return cue
  }
}

/// SubRip text: numbered cues, comma before the milliseconds, lines ended with CR LF as SubRip
/// itself writes them. The format has no escapes, so an arrow in the text would read as timing.
struct SubRip: SubtitleSyntax {
  var labelsSpeakers: Bool { true }

  func header(_ header: TranscriptHeader) -> String { "" }

  func cue(_ cue: Cue, number: Int) -> String {
    let text = cue.lines.map { $0.replacing("-->", with: "\u{2192}") }
    let timing = "\(timestamp(cue.start, point: ",")) --> \(timestamp(cue.end, point: ","))"
    return ([String(number), timing] + text + [""]).joined(separator: "\r\n") + "\r\n"
  }
}

/// WebVTT as the W3C specifies it: https://www.w3.org/TR/webvtt1/
struct WebVTT: SubtitleSyntax {
  var labelsSpeakers: Bool { false }

  func header(_ header: TranscriptHeader) -> String {
    let maker = "\(header.program.name) \(header.program.version)"
    let model = "\(header.model.name) \(header.model.version)"
    return "WEBVTT\n\nNOTE \(Self.escaped("Transcribed by \(maker) with the model \(model)"))\n"
  }

  func cue(_ cue: Cue, number: Int) -> String {
    let timing = "\(timestamp(cue.start, point: ".")) --> \(timestamp(cue.end, point: "."))"
    // A cue voice span that is all of a cue needs no end tag.
    let voice = cue.speaker.map { "<v \(Self.escaped($0))>" } ?? ""
    let text = voice + cue.lines.map(Self.escaped).joined(separator: "\n")
    let lines = Self.note(cue.evidence) + ["", timing, text]
    return lines.joined(separator: "\n") + "\n"
  }

  /// A comment, which players do not show: a line for each word.
  private static func note(_ evidence: [WordEvidence]) -> [String] {
    guard !evidence.isEmpty else { return [] }
    return ["", "NOTE"]
      + evidence.map { word in
        let lips = word.lips.map { " face \($0.face) gate \(share($0.gate))" } ?? ""
        return "\(escaped(word.text)) \(share(word.confidence))\(lips)"
      }
  }

  /// From 0 to 1 with two decimals; 0 where it is not a number.
  private static func share(_ value: Double) -> String {
    let hundredths = value > 0 ? Int((min(1, value) * 100).rounded()) : 0
    return "\(hundredths / 100).\(padded(hundredths % 100, 2))"
  }

  /// One line that holds no markup; escaping `>` also keeps the arrow out of it.
  private static func escaped(_ line: String) -> String {
    let text = displayText(line)
    guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E }) else { return text }
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
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
