import Foundation
import Testing

/// Too little of the machine: one line, status 75, nothing left behind, and an end in time.
@Suite(
  "Exhaustion", .timeLimit(.minutes(10)), .serialized,
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct ExhaustionTests {
  /// Runs the program under a limit of the shell's, in a folder of its own.
  private func run(
    _ limit: String, _ arguments: [String], in folder: TemporaryFolder
  ) throws -> CommandRun {
    try CommandRun(
      arguments, in: folder.url,
      wrapper: ["timeout", "60", "sh", "-c", "ulimit \(limit); exec \"$@\"", "sh"])
  }

  /// Whether the program can be started at all.
  private func starts(_ limit: String, _ folder: TemporaryFolder) throws -> Bool {
    try run(limit, ["--version"], in: folder).code == 0
  }

  private func expectEnd(_ run: CommandRun, _ folder: TemporaryFolder, _ limit: String) throws {
    #expect([0, 75].contains(run.code), "\(limit): \(run.code) \(run.errors)")
    let own = run.errors.split(separator: "\n").filter { $0.hasPrefix("viseme: ") }
    #expect(own.count == (run.code == 0 ? 0 : 1), "\(limit): \(run.errors)")
    let left = try folder.names().filter { $0.hasPrefix(".viseme-") || $0.hasSuffix(".part") }
    #expect(left == [], "\(limit)")
    if run.code != 0 { #expect(try !folder.names().contains("sound.json")) }
  }

  @Test(arguments: [60, 90, 120, 160, 200, 240, 280, 320, 360, 400, 440])
  func littleMemory(megabytes: Int) throws {
    let folder = try TemporaryFolder()
    let limit = "-S -v \(megabytes << 10)"
    guard try starts(limit, folder) else { return }
    let recording = try Fixtures.flac.get().path
    let run = try run(
      limit, ["transcribe", recording, "-q", "-t", "1", "-f", "json", "-o", "sound.json"],
      in: folder)
    try expectEnd(run, folder, limit)
  }

  @Test(arguments: [90, 120, 200, 320])
  func littleMemoryInABatch(megabytes: Int) throws {
    let folder = try TemporaryFolder()
    let limit = "-S -v \(megabytes << 10)"
    guard try starts(limit, folder) else { return }
    let recording = try Fixtures.flac.get().path
    let run = try run(
      limit, ["batch", recording, "-q", "-t", "1", "--retries", "0", "--output-dir", "o"],
      in: folder)
    #expect([0, 75].contains(run.code), "\(limit): \(run.code) \(run.errors)")
  }

  @Test(arguments: [4, 5, 6, 7, 8, 10, 12])
  func fewDescriptors(count: Int) throws {
    let folder = try TemporaryFolder()
    let limit = "-S -n \(count)"
    guard try starts(limit, folder) else { return }
    let recording = try Fixtures.flac.get().path
    let run = try run(
      limit, ["transcribe", recording, "-q", "-t", "1", "-f", "json", "-o", "sound.json"],
      in: folder)
    try expectEnd(run, folder, limit)
  }
}
