import Foundation
import Testing

/// What is drawn on a terminal while the transcript goes elsewhere.
@Suite(
  "Progress on a terminal",
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct ProgressTests {
  /// TIOCSPTLCK and TIOCGPTN of Linux's `asm-generic/ioctls.h`, which are not imported.
  private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  /// What the program writes on a terminal with its standard output in a pipe, as `viseme ... | less` has it.
  private func terminal(_ arguments: [String], in folder: TemporaryFolder) throws -> String {
    let main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(main >= 0)
    defer { close(main) }
    var (locked, number): (Int32, UInt32) = (0, 0)
    try #require(
      ioctl(main, Self.setLock, &locked) == 0 && ioctl(main, Self.getNumber, &number) == 0)
    let end = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(end >= 0)
    let process = CommandRun.process([CommandRun.program.path, "transcribe"] + arguments)
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = Pipe()
    process.standardError = FileHandle(fileDescriptor: end, closeOnDealloc: false)
    try process.run()
    close(end)
    var (seen, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4_096))
    while case let count = read(main, &buffer, buffer.count), count > 0 { seen += buffer[..<count] }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: seen, as: UTF8.self)
  }

  /// What reads the pipe shows it on the same terminal, so nothing is drawn over it.
  @Test(arguments: [(["-o", "-"], false), ([], false), (["-f", "txt"], true)])
  func nothingIsDrawnOverWhatAPipeShows(arguments: [String], isDrawn: Bool) throws {
    let folder = try TemporaryFolder()
    let sound = try Fixtures.flac.get().path
    let out = arguments == ["-o", "-"] ? [] : ["--output-dir", folder.path("out")]
    let seen = try terminal([sound] + arguments + out, in: folder)
    #expect(seen.contains(" of 0:") == isDrawn, "\(seen)")
  }
}
