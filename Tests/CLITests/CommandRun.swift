import Foundation

/// The built program, run as a user would.
struct CommandRun {
  let code: Int32
  let output: String
  let errors: String

  /// The program beside the test bundle.
  static var program: URL {
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appending(path: "viseme")
  }

  /// Runs the program to its end with standard input empty or from a file.
  init(
    _ arguments: [String], in folder: URL? = nil, input: URL? = nil,
    environment: [String: String] = [:], wrapper: [String] = [], program: URL = Self.program
  ) throws {
    let process = Self.process(wrapper + [program.path] + arguments, environment: environment)
    process.currentDirectoryURL = folder
    process.standardInput =
      try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // The other pipe is read meanwhile, or a program that fills it would wait for ever.
    let reader = PipeReader(errors)
    self.output = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = reader.text()
    process.waitUntilExit()
    code = process.terminationStatus
  }

  /// A process for `words`, the first of which is the program's path.
  static func process(_ words: [String], environment: [String: String] = [:]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--"] + words
    // What the user of this machine has configured is not tested.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["VISEME_CONFIG": ""]) { $1 }.merging(environment) { $1 }
    return process
  }
}

/// Reads a pipe to its end on a thread of its own.
private final class PipeReader: @unchecked Sendable {
  // Proof: `data` is written before the semaphore is signalled and read after it was waited for.
  private var data = Data()
  private let done = DispatchSemaphore(value: 0)

  init(_ pipe: Pipe) {
    let handle = pipe.fileHandleForReading
    DispatchQueue(label: "pipe").async { [self] in
      data = handle.readDataToEndOfFile()
      done.signal()
    }
  }

  func text() -> String {
    done.wait()
    return String(decoding: data, as: UTF8.self)
  }
}

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "viseme-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
  }
}
