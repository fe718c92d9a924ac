/// WebVTT in which the words that were spoken stand out from those to come: the cues of ``WebVTT``
/// with a timestamp before every word and a style for what lies before and after it.
struct WordWebVTT: SubtitleSyntax {
  var labelsSpeakers: Bool { false }

  func header(_ header: TranscriptHeader) -> String {
    WebVTT().header(header)
      + "\nSTYLE\n::cue(:past) { color: #fff }\n::cue(:future) { color: #aaa }\n"
  }

  func cue(_ cue: Cue, number: Int) -> String {
    let span = (start: milliseconds(cue.start), end: milliseconds(cue.end))
    let timing = "\(timestamp(cue.start, point: ".")) --> \(timestamp(cue.end, point: "."))"
    // Timestamps must grow and lie within the cue.
    var last = span.start
    let lines = cue.wordLines.map { words in
      words.written { word in
        let time = milliseconds(word.start)
        guard time > last, time < span.end else { return WebVTT.escaped(word.text) }
        last = time
        return "<\(timestamp(word.start, point: "."))>\(WebVTT.escaped(word.text))"
      }
    }
    return "\n\(timing)\n\(WebVTT.voiced(cue, lines))\n"
  }
}
