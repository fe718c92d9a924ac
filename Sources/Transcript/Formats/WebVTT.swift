import Support

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
    let text = Self.voiced(cue, cue.lines.map(Self.escaped))
    let lines = Self.note(cue.evidence) + ["", timing, text]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The lines of a cue with who speaks: a voice span that is all of a cue needs no end tag.
  static func voiced(_ cue: Cue, _ lines: [String]) -> String {
    if cue.lineSpeakers.count == lines.count {
      return zip(cue.lineSpeakers, lines).map { "<v \(escaped($0))>\($1)</v>" }
        .joined(separator: "\n")
    }
    return (cue.speaker.map { "<v \(escaped($0))>" } ?? "") + lines.joined(separator: "\n")
  }

  /// A comment, which players do not show: a line for each word.
  private static func note(_ evidence: [WordEvidence]) -> [String] {
    guard !evidence.isEmpty else { return [] }
    return ["", "NOTE"]
      + evidence.map { word in
        let lips = word.lips.map { " face \($0.face) gate \(hundredths($0.gate))" } ?? ""
        return "\(escaped(word.text)) \(hundredths(word.confidence))\(lips)"
      }
  }

  /// From 0 to 1 with two decimals.
  private static func hundredths(_ value: Double) -> String {
    let hundredths = Int(saturating: (value * 100).rounded())
    return "\(hundredths / 100).\(padded(hundredths % 100, 2))"
  }

  /// One line that holds no markup; escaping `>` also keeps the arrow out of it.
  static func escaped(_ line: String) -> String {
    let text = displayText(line)
    guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E }) else { return text }
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
  }
}
