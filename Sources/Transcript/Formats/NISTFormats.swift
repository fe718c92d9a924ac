/// NIST's Conversation Time Marked format: `file channel start duration word confidence`.
///
/// sclite wants the lines of a channel together and in the order of time, so all are held until the
/// end.
struct TimeMarkedWords: EntrySyntax {
  private struct Line {
    let side: Int
    let start: Int
    let text: String
  }

  private var file = ""
  private var lines: [Line] = []

  mutating func header(_ header: TranscriptHeader) -> String {
    file = recordingName(header)
    return ""
  }

  mutating func segment(_ segment: Segment, number: Int) -> String {
    lines += segment.words.map { word in
      let span = "\(decimalSeconds(word.start)) \(decimalLength(word.start, word.end))"
      return Line(
        side: segment.side, start: milliseconds(word.start),
        text: "\(segment.side) \(span) \(fieldText(word.text)) \(decimalShare(word.confidence))")
    }
    return ""
  }

  func footer() -> String {
    lines.sorted { ($0.side, $0.start) < ($1.side, $1.start) }
      .map { "\(file) \($0.text)\n" }.joined()
  }
}

/// NIST's Segment Time Mark format: `file channel speaker start end text`. Braces mark alternatives,
/// round brackets what may be missing and angle brackets a label, so those in a text are full-width.
struct TimeMarkedUtterances: EntrySyntax {
  private var file = ""

  mutating func header(_ header: TranscriptHeader) -> String {
    file = recordingName(header)
    return ""
  }

  func segment(_ segment: Segment, number: Int) -> String {
    let span = "\(decimalSeconds(segment.start)) \(decimalSeconds(segment.end))"
    return "\(file) \(segment.side) \(fieldText(segment.voice)) \(span) "
      + widened(segment.text, "{}<>()") + "\n"
  }

  func footer() -> String { "" }
}
