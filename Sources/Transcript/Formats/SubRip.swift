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
