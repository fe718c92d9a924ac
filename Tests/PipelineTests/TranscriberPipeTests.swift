import Dispatch
import Fixtures
import Foundation
import Testing

@testable import Pipeline

@Suite(
  .enabled(if: InstalledModels.canTranscribe, "the models are not installed"),
  .enabled(if: SharedData.jfk != nil, "../shared/data is absent"),
  .enabled(if: Recording.canMake, "there is no ffmpeg"), .timeLimit(.minutes(10)))
struct TranscriberPipeTests {
  /// Whoever writes the recording goes on only when a segment of it has been written down: reading
  /// must not wait for the rest, though there is one thread only.
  @Test
  func aPipeThatPausesDoesNotHoldUpWhatWasHeard() throws {
    let speech = try #require(SharedData.jfk).path
    let path = try Recording.make(
      "pausing.wav",
      ["-stream_loop", "3", "-i", speech, "-af", "adelay=3000", "-ar", "16000", "-ac", "1"])
    let recording = try Data(contentsOf: URL(filePath: path))
    let fifo = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try #require(mkfifo(fifo, 0o600) == 0)
    defer { unlink(fifo) }
    let written = DispatchSemaphore(value: 0)
    let group = DispatchGroup()
    DispatchQueue(label: "writer").async(group: group) {
      guard let writer = FileHandle(forWritingAtPath: fifo) else { return }
      let half = recording.count * 3 / 4
      try? writer.write(contentsOf: recording[..<half])
      written.wait()
      try? writer.write(contentsOf: recording[half...])
      try? writer.close()
    }
    let expected = try TranscriberRun(path)
    let run = try TranscriberRun(fifo, onSegment: { _ in written.signal() })
    group.wait()
    #expect(run.segments == expected.segments && run.segments.count > 1)
  }
}
