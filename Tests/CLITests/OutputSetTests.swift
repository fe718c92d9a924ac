import Foundation
import Testing
import Transcript

@testable import VisemeCommand

@Suite("Outputs of one recording") struct OutputSetTests {
  private let header = TranscriptHeader(
    program: ModelInfo(name: "viseme", version: "0"),
    source: SourceInfo(file: "a.wav", duration: 1, container: "wav"),
    model: ModelInfo(name: "m", version: "0"))

  /// Two outputs that are complete, the second of which cannot have its name.
  private func commit(_ line: [String], in folder: TemporaryFolder) throws {
    let arguments =
      ["transcribe", folder.path("a.wav"), "--output-dir", folder.path("out"), "-f", "srt,vtt"]
      + line
    guard case .transcribe(let read) = try Command.parse(arguments) else {
      throw UsageError.noCommand
    }
    let plan = try RunPlan(read)
    let outputs = OutputSet(plan: plan, job: plan.jobs[0], console: Console())
    try outputs.begin(header)
    try outputs.finish(notes: [])
    try FileManager.default.createDirectory(
      atPath: folder.path("out/a.vtt"), withIntermediateDirectories: false)
    try outputs.commit()
  }

  @Test func whereOneCannotHaveItsNameNoneHas() throws {
    let folder = try TemporaryFolder()
    #expect(throws: (any Error).self) { try commit([], in: folder) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == ["a.vtt"])
  }

  @Test func aFileThatReplacedAnotherStays() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("out"), withIntermediateDirectories: false)
    try Data("old".utf8).write(to: URL(filePath: folder.path("out/a.srt")))
    #expect(throws: (any Error).self) { try commit(["--force"], in: folder) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
    #expect(names == ["a.srt", "a.vtt"])
  }
}
