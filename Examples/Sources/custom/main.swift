import Foundation
import Viseme

/// One line for each speaker: seconds that they talk, and the words that were heard least surely.
func minutes(_ transcript: TranscriptionResult) -> String {
  let speakers = Dictionary(grouping: transcript.segments) { $0.speaker ?? "unknown" }
  return speakers.sorted { $0.key < $1.key }.map { name, segments in
    let words = segments.flatMap(\.words)
    let seconds = words.reduce(0) { $0 + $1.end - $1.start }
    let doubtful = words.filter { $0.confidence < 0.5 }.prefix(3).map(\.text)
    return "\(name): \(Int(seconds)) s, unsure of: \(doubtful.joined(separator: ", "))"
  }.joined(separator: "\n")
}

// A transcript that was stored, corrected and written in another form: the recording is not needed.
do {
  var transcript = try TranscriptionResult(jsonPath: CommandLine.arguments[1])
  for index in transcript.segments.indices {
    if transcript.segments[index].speaker == "Speaker 1" {
      transcript.segments[index].speaker = "Anna"
    }
  }
  print(minutes(transcript))
  var layout = SubtitleLayout()
  layout.maxLineLength = 32
  try transcript.write(to: CommandLine.arguments[1] + ".srt", layout: layout, replacing: true)
} catch {
  print("\(error)")
  exit(1)
}
