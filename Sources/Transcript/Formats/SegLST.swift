/// Segment-wise Long-form Speech Transcription annotation (SegLST), the JSON of the CHiME challenges
/// and of MeetEval: a list of objects with `session_id`, `speaker`, `start_time`, `end_time`, `words`.
struct SegLST: EntrySyntax {
  private var session = ""
  private var isEmpty = true

  mutating func header(_ header: TranscriptHeader) -> String {
    session = JSONWriter.string(recordingName(header))
    return "["
  }

  mutating func segment(_ segment: Segment, number: Int) -> String {
    isEmpty = false
    let fields = [
      "\"session_id\": \(session)", "\"speaker\": \(JSONWriter.string(segment.voice))",
      "\"start_time\": \(decimalSeconds(segment.start))",
      "\"end_time\": \(decimalSeconds(segment.end))",
      "\"words\": \(JSONWriter.string(segment.text))",
    ]
    return (number == 0 ? "\n" : ",\n") + "  {\(fields.joined(separator: ", "))}"
  }

  func footer() -> String { isEmpty ? "]\n" : "\n]\n" }
}
