/// TTML in the W3C's profile for texts, IMSC 1.1: https://www.w3.org/TR/ttml-imsc1.1/
struct TimedTextMarkup: SubtitleSyntax {
  var labelsSpeakers: Bool { true }

  func header(_ header: TranscriptHeader) -> String {
    let maker = "\(header.program.name) \(header.program.version)"
    let model = "\(header.model.name) \(header.model.version)"
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" \
      xmlns:tts="http://www.w3.org/ns/ttml#styling" \
      xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xml:lang="\(xmlText(header.language))" \
      ttp:timeBase="media" ttp:cellResolution="32 15" \
      ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text">
        <head>
          <metadata>
            <ttm:title>\(xmlText(header.source.file))</ttm:title>
            <ttm:desc>\(xmlText("Transcribed by \(maker) with the model \(model)"))</ttm:desc>
          </metadata>
          <styling>
            <style xml:id="text" tts:color="white" tts:backgroundColor="#000000c0" \
      tts:fontFamily="proportionalSansSerif" tts:fontSize="100%" tts:lineHeight="125%" \
      tts:textAlign="center"/>
          </styling>
          <layout>
            <region xml:id="bottom" tts:origin="10% 10%" tts:extent="80% 80%" \
      tts:displayAlign="after"/>
          </layout>
        </head>
        <body>
          <div region="bottom">

      """
  }

  func cue(_ cue: Cue, number: Int) -> String {
    let span =
      "begin=\"\(timestamp(cue.start, point: "."))\" "
      + "end=\"\(timestamp(cue.end, point: "."))\""
    let text = cue.lines.map(xmlText).joined(separator: "<br/>")
    return "      <p xml:id=\"c\(number)\" \(span)><span style=\"text\">\(text)</span></p>\n"
  }

  func footer() -> String { "    </div>\n  </body>\n</tt>\n" }
}
