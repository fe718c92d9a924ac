import Foundation
import Viseme

/// Transcribes a recording and writes the outputs beside it; returns a line for the log.
func process(_ path: String, with transcriber: Transcriber) async -> String {
  do {
    var options = TranscriptionOptions()
    options.threads = 1
    let transcript = try await transcriber.transcribe(Recording(path: path), options: options)
    try transcript.write(to: path + ".json", replacing: true)
    try transcript.write(to: path + ".srt", replacing: true)
    return "done \(path): \(transcript.segments.count) segments"
  } catch {
    return "failed \(path): \(error)"
  }
}

// Paths come on standard input, one on each line, for as long as there are any. As many recordings are in
// work as the machine has processors; the next line is read when one is done.
let transcriber = Transcriber()
await withTaskGroup(of: String.self) { group in
  var running = 0
  while let path = readLine() {
    if running == ProcessInfo.processInfo.activeProcessorCount, let line = await group.next() {
      print(line)
      running -= 1
    }
    group.addTask { await process(path, with: transcriber) }
    running += 1
  }
  for await line in group { print(line) }
}
