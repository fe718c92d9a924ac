/// LRC, the format of players that show lyrics: a line for each cue. Square brackets, for which it has
/// no escape, are full-width in a text.
struct Lyrics: SubtitleSyntax {
  var labelsSpeakers: Bool { true }

  func header(_ header: TranscriptHeader) -> String {
    let title = widened(displayText(stem(header.source.file)), "[]")
    let maker = widened(displayText(header.program.name), "[]")
    return "[ti:\(title)]\n[re:\(maker)]\n[ve:\(displayText(header.program.version))]\n"
  }

  func cue(_ cue: Cue, number: Int) -> String {
    let total = (milliseconds(cue.start) + 5) / 10
    let time = "\(padded(total / 6000, 2)):\(padded(total / 100 % 60, 2)).\(padded(total % 100, 2))"
    return "[\(time)]\(widened(cue.lines.joined(separator: " "), "[]"))\n"
  }
}
