import Foundation
import Testing

/// What the program prints about itself, against files; `RECORD_SNAPSHOTS=1` rewrites them.
@Suite("Help")
struct SnapshotTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots")

  @Test(arguments: [
    ("help", ["--help"]), ("help", ["help", "--help"]),
    ("help-transcribe", ["transcribe", "--help"]),
    ("help-batch", ["batch", "--help"]), ("help-batch-merge", ["help", "batch", "merge"]),
    ("help-render", ["render", "--help"]), ("help-align", ["align", "--help"]),
    ("help-probe", ["help", "probe"]), ("help-export", ["export", "--help"]),
    ("help-eval", ["eval", "--help"]),
    ("help-eval-compare", ["help", "eval", "compare"]),
    ("help-eval-score", ["help", "eval", "score"]), ("help-search", ["search", "--help"]),
    ("help-models", ["models", "-h"]),
    ("help-models-install", ["models", "install", "--help"]),
    ("help-models-import", ["help", "models", "import"]),
    ("help-models-list", ["models", "list", "--help"]),
    ("help-voices", ["voices", "--help"]), ("help-voices-add", ["voices", "add", "--help"]),
    ("help-voices-learn", ["help", "voices", "learn"]),
    ("help-voices-list", ["voices", "list", "-h"]),
    ("help-voices-remove", ["voices", "remove", "--help"]),
    ("help-voices-where", ["help", "voices", "where"]),
    ("help-config", ["config", "--help"]), ("help-completions", ["help", "completions"]),
    ("help-manual", ["manual", "--help"]),
  ])
  func helpIsAsRecorded(name: String, arguments: [String]) throws {
    let run = try CommandRun(arguments)
    #expect(run.code == 0)
    #expect(run.errors == "")
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let file = Self.folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try FileManager.default.createDirectory(
        at: Self.folder, withIntermediateDirectories: true)
      try run.output.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try run.output == String(contentsOf: file, encoding: .utf8))
  }

  @Test
  func versionIsOneLine() throws {
    for word in ["--version", "-V"] {
      let run = try CommandRun([word])
      #expect(run.code == 0)
      #expect(run.output.wholeMatch(of: /viseme \d+\.\d+\.\d+\n/) != nil)
    }
  }

  @Test
  func aClosedPipeIsQuietSuccess() throws {
    let script = "\"$0\" transcribe --help | true; exit ${PIPESTATUS[0]}"
    let process = CommandRun.process(["bash", "-c", script, CommandRun.program.path])
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(errors.fileHandleForReading.availableData.isEmpty)
  }
}
