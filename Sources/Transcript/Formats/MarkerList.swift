/// A CMX 3600 edit decision list whose events are markers, as DaVinci Resolve reads them (File, Import,
/// Timeline Markers from EDL): one at the start of each paragraph, from 01:00:00:00 on, where
/// timelines begin.
struct MarkerList: ParagraphSyntax {
  private static let colors = ["Blue", "Yellow", "Cyan", "Pink", "Green", "Purple", "Sand", "Red"]

  private let clock: FrameClock
  /// In the order in which they first speak.
  private var voices: [String] = []

  init(_ profile: CueProfile) { clock = FrameClock(profile.frameRate) }

  func header(_ header: TranscriptHeader) -> String {
    "TITLE: \(displayText(stem(header.source.file)))\nFCM: NON-DROP FRAME\n"
  }

  mutating func paragraph(_ paragraph: Paragraph, number: Int) -> String {
    let voice = paragraph.speaker ?? "track \(paragraph.track)"
    let index = voices.firstIndex(of: voice) ?? voices.count
    if index == voices.count { voices.append(voice) }
    let first = clock.frame(paragraph.start) + clock.frame(3600)
    let span = "\(clock.timecode(first)) \(clock.timecode(first + 1))"
    let label = paragraph.speaker.map { $0 + ": " } ?? ""
    // A bar begins the next member.
    let text = widened(label + paragraph.text, "|")
    return "\n\(padded(number, 3))  001      V     C        \(span) \(span)  \n"
      + " |C:ResolveColor\(Self.colors[index % Self.colors.count]) |M:\(text) |D:1\n"
  }

  func footer(notes: [String]) -> String { "" }
}
