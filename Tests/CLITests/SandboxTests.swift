import Foundation
import Support
import Testing

@testable import VisemeCommand

/// The sandbox: what it forbids, that every thread is in it, and that all that the program does goes on.
@Suite(
  "Sandbox",
  .enabled(
    if: Cage.available.landlock != nil && Cage.available.seccomp, "needs Landlock and seccomp"))
struct SandboxTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try "mine".write(toFile: folder.path("own"), atomically: true, encoding: .utf8)
    try "another's".write(toFile: folder.path("foreign"), atomically: true, encoding: .utf8)
    try FileManager.default.createDirectory(
      atPath: folder.path("out"), withIntermediateDirectories: true)
  }

  /// What a test program could do, by thread and act: the errno, 0 where it was done.
  private func acts(_ mode: String) throws -> [String: Int] {
    let run = try CommandRun(
      [mode, folder.path("foreign"), folder.path("own"), folder.path("out")],
      program: CommandRun.program.deletingLastPathComponent().appending(path: "cage-check"))
    #expect(run.code == 0, "\(run.errors)")
    let pairs = run.output.split(separator: "\n").compactMap { line -> (String, Int)? in
      let fields = line.split(separator: " ")
      guard fields.count == 3, let code = Int(fields[2]) else { return nil }
      return ("\(fields[0]) \(fields[1])", code)
    }
    return Dictionary(pairs) { $1 }
  }

  @Test func whatIsForbiddenFailsAndTheRestDoesNot() throws {
    let (free, caged) = (try acts("free"), try acts("caged"))
    #expect(caged.count == 36)
    // All of it can be done without a cage, so that a failure is the cage's.
    #expect(free == caged.mapValues { _ in 0 })
    for (act, code) in caged {
      let isOwn = act.hasSuffix("own") || act.hasSuffix("question-nobody")
      let isFile = act.hasSuffix("foreign") && !act.contains("chmod")
      #expect(code == (isOwn ? 0 : Int(isFile ? EACCES : EPERM)), "\(act)")
    }
  }

  /// The threads of a transcription that waits for the rest of its recording, and whether each is in the
  /// sandbox: seccomp(2) in mode 2, and without new privileges.
  private func threads(_ options: [String]) throws -> [String] {
    let process = CommandRun.process(
      [
        CommandRun.program.path, "transcribe", "-", "-f", "json", "--output-dir",
        folder.path("out"),
      ]
        + options)
    let source = Pipe()
    process.standardInput = source
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // The header of an endless WAV file and half a minute of silence.
    let header = Data("RIFF".utf8) + Data([0xFF, 0xFF, 0xFF, 0xFF]) + Data("WAVEfmt ".utf8)
    let format = Data([16, 0, 0, 0, 1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0])
    let data = Data("data".utf8) + Data([0xFF, 0xFF, 0xFF, 0xFF]) + Data(count: 1_000_000)
    try source.fileHandleForWriting.write(contentsOf: header + format + data)
    while try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).isEmpty,
      process.isRunning
    {
      usleep(10_000)
    }
    let tasks = "/proc/\(process.processIdentifier)/task"
    let states = try FileManager.default.contentsOfDirectory(atPath: tasks).map { task in
      let status = try String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
      return status.split(separator: "\n")
        .filter { $0.hasPrefix("NoNewPrivs:") || $0.hasPrefix("Seccomp:") }
        .map { $0.filter { !$0.isWhitespace } }.joined(separator: " ")
    }
    process.terminate()
    process.waitUntilExit()
    return states
  }

  @Test(
    .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"),
    .timeLimit(.minutes(5)))
  func everyThreadIsInIt() throws {
    let caged = try threads([])
    #expect(caged.count > 2)
    #expect(Set(caged) == ["NoNewPrivs:1 Seccomp:2"])
    #expect(Set(try threads(["--no-sandbox"])) == ["NoNewPrivs:0 Seccomp:0"])
  }

  /// A folder that was made for a recording that cannot be read goes again; one that was there stays.
  @Test func foldersThatWereMadeForNothingGoAgain() throws {
    for output in ["new/deep", "out"] {
      let run = try CommandRun(
        ["transcribe", "own", "--output-dir", folder.path(output)], in: folder.url)
      #expect(run.code == 65, "\(run.errors)")
    }
    #expect(try folder.names() == ["foreign", "out", "own"])
  }

  @Test func itIsToldWhatIsInForce() throws {
    let run = try CommandRun(["transcribe", "-v", "none.wav"], in: folder.url)
    #expect(run.errors.hasPrefix("viseme: sandbox: files and signals (Landlock "), "\(run.errors)")
    let off = try CommandRun(["transcribe", "-v", "--no-sandbox", "none.wav"], in: folder.url)
    #expect(off.errors.hasPrefix("viseme: sandbox: left off\n"), "\(off.errors)")
    let list = try CommandRun(["models", "list", "--models", folder.path("none")])
    #expect(list.output.hasSuffix("sandbox: \(SandboxText.available)\n"), "\(list.output)")
  }

  @Test func sentences() {
    #expect(
      SandboxText.sentence(
        .init(landlock: nil, landlockCode: ENOSYS, seccompCode: EINVAL), leavesFiles: false)
        == "sandbox: files are not restricted (Landlock: not in this kernel), network and programs "
        + "are not restricted (seccomp: invalid argument)")
    #expect(
      SandboxText.sentence(.init(landlock: 7), leavesFiles: true)
        == "sandbox: files are not restricted (a list's outputs may lie anywhere), network and "
        + "programs (seccomp)")
  }
}
