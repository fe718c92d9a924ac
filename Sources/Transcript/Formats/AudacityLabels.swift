/// A label track of Audacity: start and end of the words of each cue in seconds, a tab between each
/// two fields.
struct AudacityLabels: SubtitleSyntax {
  var labelsSpeakers: Bool { true }

  func header(_ header: TranscriptHeader) -> String { "" }

  func cue(_ cue: Cue, number: Int) -> String {
    let words = cue.wordLines.flatMap { $0 }
    let start = words.first?.start ?? cue.start
    let end = max(start, words.last?.end ?? cue.end)
    // A backslash at the start of a line says that the line tells of the label before it.
    return "\(decimalSeconds(start))\t\(decimalSeconds(end))\t"
      + cue.lines.joined(separator: " ") + "\n"
  }
}
