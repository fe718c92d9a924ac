import Demux
import Fixtures
import Foundation
import ModelStore
import Support
import Testing
import Transcript

@testable import Pipeline

/// What goes wrong before the first block.
struct TranscriberOpeningTests {
  private static let missing = TranscriptionError.model(
    .notInstalled(model: "moonshine-tiny-en", folder: "/m"))

  private static func run(_ input: String, threads: Int) throws(TranscriptionError) {
    let transcriber = Transcriber { () throws(TranscriptionError) in throw missing }
    _ = try transcriber.run(
      TranscriptionRequest(input: input, threads: threads),
      program: ModelInfo(name: "tests", version: "0"), cancellation: Cancellation(),
      progress: { _ in }, begin: { _ in Issue.record("nothing can begin") }, segment: { _ in })
  }

  @Test(arguments: [1, 2, 5])
  func aRecordingThatCannotBeReadIsReportedBeforeAMissingModel(threads: Int) {
    let absent = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    #expect(throws: TranscriptionError.demux(.notFound)) {
      try Self.run(absent, threads: threads)
    }
  }

  @Test(.enabled(if: Recording.canMake, "there is no ffmpeg"), arguments: [1, 2, 5])
  func aMissingModelIsReported(threads: Int) throws {
    let path = try Recording.make(
      "second.wav", ["-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "1"])
    #expect(throws: Self.missing) { try Self.run(path, threads: threads) }
  }
}
