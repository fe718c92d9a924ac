import Foundation
import Testing

/// FFmpeg's libraries, which are loaded when a recording is opened and not before.
@Suite("Libraries")
struct LibraryTests {
  /// The files that the dynamic linker maps before `main`, by the names it looks for.
  private static func filesAtTheStart() throws -> [String: String] {
    let run = try CommandRun(["--version"], wrapper: ["env", "LD_TRACE_LOADED_OBJECTS=1"])
    let pairs = run.output.matches(of: /(\S+) => (\S+)/).map { (String($0.1), String($0.2)) }
    return Dictionary(pairs) { first, _ in first }
  }

  /// Nothing is linked with FFmpeg, so each function that is called is one that the loader fills in.
  @Test
  func nothingOfFFmpegIsMappedAtTheStart() throws {
    let files = try Self.filesAtTheStart().keys
    #expect(files.contains("libc.so.6"))
    #expect(
      files.filter { $0.hasPrefix("libav") || $0.hasPrefix("libsw") && !$0.hasPrefix("libswift") }
        == [])
  }

  static let libraries = [
    ("avutil", "av_channel_layout_compare"), ("avcodec", "av_new_packet"),
    ("avformat", "av_find_best_stream"), ("swresample", "swr_alloc_set_opts2"),
    ("swscale", "sws_freeContext"),
  ]

  /// Runs the program with another file in the place of one of FFmpeg's libraries.
  private static func run(_ library: String, _ make: (String) throws -> Void) throws -> CommandRun {
    let folder = try TemporaryFolder()
    // Whichever release of FFmpeg the program was built for, its number is one of these.
    for number in 0..<100 { try make(folder.path("lib\(library).so.\(number)")) }
    return try CommandRun(
      ["probe", "talk.flac"], environment: ["LD_LIBRARY_PATH": folder.url.path])
  }

  @Test(arguments: libraries.map(\.0))
  func aLibraryThatCannotBeLoadedIsNamed(library: String) throws {
    let run = try Self.run(library) { try Data().write(to: URL(filePath: $0)) }
    let line = try #require(
      try Regex(
        #"viseme: talk\.flac: needs FFmpeg's lib\#(library)\.so\.(\d+) "#
          + #"\(package lib\#(library)\1 on Debian\), which cannot be loaded: .+ too short\n"#
      ).wholeMatch(in: run.errors), "\(run.errors)")
    #expect(line.count == 2)
    #expect(run.code == 69)
    #expect(run.output == "")
  }

  @Test(arguments: libraries)
  func aLibraryWithoutItsFunctionsIsNamed(library: String, function: String) throws {
    let other = try #require(try Self.filesAtTheStart()["libm.so.6"])
    let run = try Self.run(library) {
      try FileManager.default.createSymbolicLink(atPath: $0, withDestinationPath: other)
    }
    let suffix = ", but the one that was found has no \(function)()\n"
    #expect(run.errors.hasPrefix("viseme: talk.flac: needs FFmpeg's lib\(library).so."))
    #expect(run.errors.hasSuffix(suffix), "\(run.errors)")
    #expect(run.code == 69)
    #expect(run.output == "")
  }
}
