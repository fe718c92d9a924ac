import Foundation
import Viseme

guard CommandLine.arguments.count == 2 else {
  print("usage: \(CommandLine.arguments[0]) RECORDING")
  exit(64)
}
do {
  // Downloads what is missing, once.
  try ModelFolder.standard.install()
  let recording = try Recording(path: CommandLine.arguments[1])
  var options = TranscriptionOptions()
  options.speakers = .automatic
  let transcript = try await Transcriber().transcribe(recording, options: options)
  for segment in transcript.segments {
    print(Int(segment.start), segment.speaker ?? "-", segment.text)
  }
  for remark in transcript.remarks { print("note:", remark) }
  try transcript.write(to: recording.path + ".vtt", replacing: true)
} catch {
  print("\(error)")
  exit(1)
}
