/// Captions for Final Cut Pro as FCPXML 1.8, in iTT roles: one gap as long as the recording, a caption
/// for each cue. All are held until the end, for the length stands first.
struct FinalCutCaptions: SubtitleSyntax {
  private let clock: FrameClock
  private var title = ""
  private var language = "en"
  private var captions = ""
  /// Frames.
  private var end = 0

  init(_ profile: CueProfile) { clock = FrameClock(profile.frameRate) }

  var labelsSpeakers: Bool { true }

  mutating func header(_ header: TranscriptHeader) -> String {
    title = xmlText(stem(header.source.file))
    language = xmlText(header.language)
    end = max(1, clock.frame(header.source.duration ?? 0))
    return ""
  }

  mutating func cue(_ cue: Cue, number: Int) -> String {
    let start = clock.frame(cue.start)
    let length = max(1, clock.frame(cue.end) - start)
    end = max(end, start + length)
    let text = cue.lines.map(xmlText)
    captions += """
                    <caption lane="1" offset="\(clock.duration(start))" \
      name="\(text.joined(separator: " "))" start="0s" duration="\(clock.duration(length))" \
      role="iTT?captionFormat=ITT.\(language)">
                      <text placement="bottom"><text-style ref="ts\(number)">\
      \(text.joined(separator: "&#10;"))</text-style></text>
                      <text-style-def id="ts\(number)"><text-style font=".AppleSystemUIFont" \
      fontSize="13" fontFace="Regular" fontColor="1 1 1 1" backgroundColor="0 0 0 1"/>\
      </text-style-def>
                    </caption>

      """
    return ""
  }

  func footer() -> String {
    let length = clock.duration(end)
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE fcpxml>
      <fcpxml version="1.8">
        <resources>
          <format id="r1" frameDuration="\(clock.numerator)/\(clock.denominator)s" \
      width="1920" height="1080"/>
        </resources>
        <library>
          <event name="\(title)">
            <project name="\(title)">
              <sequence format="r1" duration="\(length)" tcStart="0s" tcFormat="NDF">
                <spine>
                  <gap name="Gap" offset="0s" start="0s" duration="\(length)">

      """ + captions + """
                    </gap>
                  </spine>
                </sequence>
              </project>
            </event>
          </library>
        </fcpxml>

        """
  }
}
