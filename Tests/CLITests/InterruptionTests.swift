import Foundation
import Testing

/// Signals that ask the program to stop while it transcribes.
@Suite(
  "Interruption", .timeLimit(.minutes(10)), .serialized,
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct InterruptionTests {
  /// Starts a transcription of `source` and waits until its temporary file lies in `folder`.
  private func start(
    in folder: TemporaryFolder, reading source: Pipe, errors: Pipe
  ) throws -> Process {
    let process = CommandRun.process(
      [CommandRun.program.path, "transcribe", "-", "-f", "json", "--output-dir", folder.url.path])
    // A shell that runs the tests in the background has them ignore SIGINT, and so the program.
    process.arguments = ["--default-signal=INT,TERM"] + (process.arguments ?? [])
    process.standardInput = source
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    while try folder.names().isEmpty, process.isRunning { usleep(10_000) }
    return process
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func endsCleanlyWithoutTemporaryFiles(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let (source, errors) = (Pipe(), Pipe())
    let endless = CommandRun.process(
      ["ffmpeg", "-v", "quiet", "-f", "lavfi", "-i", "anullsrc=r=16000", "-f", "wav", "-"])
    endless.standardInput = FileHandle.nullDevice
    endless.standardOutput = source
    endless.standardError = FileHandle.nullDevice
    try endless.run()
    let process = try start(in: folder, reading: source, errors: errors)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    try source.fileHandleForReading.close()
    endless.terminate()
    endless.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
    let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    #expect(text == "viseme: interrupted\n")
    #expect(try folder.names() == [])
  }

  /// Nobody asks it to stop; it ends whatever it does.
  @Test func aProbeEndsAtOnce() throws {
    let process = CommandRun.process([CommandRun.program.path, "probe", "-"])
    process.arguments = ["--default-signal=INT,TERM"] + (process.arguments ?? [])
    let (source, errors) = (Pipe(), Pipe())
    process.standardInput = source
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    // It waits for the rest of the file, once it can take signals.
    try source.fileHandleForWriting.write(contentsOf: Data("RIFF".utf8))
    usleep(1_500_000)
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
    let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    #expect(text == "viseme: interrupted\n")
  }

  @Test
  func aSecondSignalEndsEvenAStalledRead() throws {
    let folder = try TemporaryFolder()
    let (source, errors) = (Pipe(), Pipe())
    // The recording, and then nothing, while the writer stays open.
    let stalled = CommandRun.process(
      ["sh", "-c", "cat \"$0\"; exec sleep 60", try Fixtures.flac.get().path])
    stalled.standardInput = FileHandle.nullDevice
    stalled.standardOutput = source
    stalled.standardError = FileHandle.nullDevice
    try stalled.run()
    let process = try start(in: folder, reading: source, errors: errors)
    while process.isRunning {
      kill(process.processIdentifier, SIGTERM)
      usleep(50_000)
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try folder.names() == [])
    stalled.terminate()
  }
}
