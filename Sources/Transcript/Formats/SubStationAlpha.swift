/// Advanced SubStation Alpha, version 4.00+, with karaoke: each word lights up when it is spoken.
///
/// The format has no escape that all players know. Braces, which enclose commands, are written as
/// their full-width forms; a backslash gets a word joiner (U+2060) after it, so that it begins none.
struct SubStationAlpha: SubtitleSyntax {
  var labelsSpeakers: Bool { false }

  func header(_ header: TranscriptHeader) -> String {
    let maker = "\(header.program.name) \(header.program.version)"
    let model = "\(header.model.name) \(header.model.version)"
    return """
      [Script Info]
      ; \(displayText("Transcribed by \(maker) with the model \(model)"))
      Title: \(displayText(header.source.file))
      ScriptType: v4.00+
      WrapStyle: 2
      ScaledBorderAndShadow: yes
      PlayResX: 1920
      PlayResY: 1080

      [V4+ Styles]
      Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
      Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, \
      Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
      Style: Default,Arial,60,&H00FFFFFF,&H00B4B4B4,&H00000000,&H80000000,\
      0,0,0,0,100,100,0,0,1,3,1,2,60,60,50,1

      [Events]
      Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text

      """
  }

  func cue(_ cue: Cue, number: Int) -> String {
    let start = Self.hundredths(cue.start)
    let end = max(start + 1, Self.hundredths(cue.end))
    let names = cue.lineSpeakers.isEmpty ? [cue.speaker ?? ""] : cue.lineSpeakers
    let name = names.map { displayText($0).replacing(",", with: ";") }.joined(separator: "; ")
    return "Dialogue: 0,\(Self.time(start)),\(Self.time(end)),Default,\(name),0,0,0,,"
      + Self.text(cue, from: start, to: end) + "\n"
  }

  /// `\k` with the hundredths of a second until the next word begins, for each word.
  private static func text(_ cue: Cue, from start: Int, to end: Int) -> String {
    let starts = cue.wordLines.flatMap { $0 }.map { min(end, max(start, hundredths($0.start))) }
    var index = 0
    var position = start
    return cue.wordLines.map { words in
      words.written { word in
        index += 1
        let next = index < starts.count ? max(position, starts[index]) : end
        defer { position = next }
        return "{\\k\(next - position)}\(escaped(word.text))"
      }
    }.joined(separator: "\\N")
  }

  private static func escaped(_ text: String) -> String {
    widened(text, "{}").replacing("\\", with: "\\\u{2060}")
  }

  private static func hundredths(_ seconds: Double) -> Int { (milliseconds(seconds) + 5) / 10 }

  private static func time(_ hundredths: Int) -> String {
    let seconds = hundredths / 100
    return "\(seconds / 3600):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))."
      + padded(hundredths % 100, 2)
  }
}
