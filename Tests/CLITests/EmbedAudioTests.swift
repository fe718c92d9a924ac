import Demux
import Foundation
import Testing
import Transcript

/// `--embed-audio`: the sound inside the page.
@Suite(
  "Embedded audio",
  .enabled(
    if: Fixtures.hasFFmpeg && OpusLink.isSupported, "needs ffmpeg and an FFmpeg with libopus"))
struct EmbedAudioTests {
  /// Three words, each a tone of 0.3 s.
  private static let times = [1.0, 2.5, 4.25]

  /// A folder with a recording of tones and its transcript, whose words are where the tones are.
  private func folder(
    recording: String? = "call.flac", settings: [Setting] = []
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    if let recording {
      let tones = Self.times.map { "between(t,\($0),\($0 + 0.3))" }.joined(separator: "+")
      let made = try Fixtures.ffmpeg(
        "tones-\(UUID().uuidString).flac",
        ["-f", "lavfi", "-i", "aevalsrc='0.6*sin(2*PI*700*t)*(\(tones))':s=16000:d=6.5"])
      try FileManager.default.moveItem(atPath: made.path, toPath: folder.path(recording))
    }
    let words = zip(["one", "two", "three"], Self.times).map { text, start in
      Word(text: text, start: start, end: start + 0.3, confidence: 0.9)
    }
    let transcript = Transcript(
      header: TranscriptHeader(
        program: ModelInfo(name: "viseme", version: "9.9"),
        source: SourceInfo(file: "call.flac", duration: 6.5, container: "flac"),
        model: ModelInfo(name: "m", version: "1"), settings: settings),
      segments: [Segment(start: 1, end: 5, track: 1, words: words)])
    var json = ""
    transcript.write(.json, to: &json)
    try Data(json.utf8).write(to: URL(filePath: folder.path("call.json")))
    return folder
  }

  /// The samples of the sound in a page, at 16 kHz, from time zero.
  private func sound(in folder: TemporaryFolder, _ page: String) throws -> [Float] {
    let html = try String(contentsOfFile: folder.path(page), encoding: .utf8)
    let found = try #require(
      html.firstMatch(
        of: /<script type="text\/plain" id="sound">data:audio\/ogg; codecs=opus;base64,([^<]+)</))
    let bytes = try #require(Data(base64Encoded: String(found.1)))
    let path = folder.path("\(UUID().uuidString).ogg")
    try bytes.write(to: URL(filePath: path))
    var demuxer = try Demuxer(path: path, options: DemuxOptions())
    var samples: [Float] = []
    while let item = try demuxer.next() {
      if case .audio(let block) = item { samples += block.samples }
    }
    return samples
  }

  /// Seconds at which each tone begins.
  private func onsets(_ samples: [Float]) -> [Double] {
    var (found, quiet): ([Double], Int) = ([], 4_000)
    for (index, sample) in samples.enumerated() {
      if abs(sample) > 0.15 {
        if quiet >= 4_000 { found.append(Double(index) / 16_000) }
        quiet = 0
      } else {
        quiet += 1
      }
    }
    return found
  }

  private func expect(_ samples: [Float], onsets expected: [Double], seconds: Double) {
    #expect(samples.count == Int(seconds * 16_000))
    let found = onsets(samples)
    #expect(found.count == expected.count, "\(found)")
    for (one, other) in zip(found, expected) { #expect(abs(one - other) < 0.01, "\(found)") }
  }

  @Test func wordsAndSoundAreTogether() throws {
    let folder = try folder()
    let run = try CommandRun(
      ["render", "call.json", "-f", "html", "--embed-audio"], in: folder.url)
    #expect(run.code == 0 && run.errors == "viseme: wrote call.html\n")
    expect(try sound(in: folder, "call.html"), onsets: Self.times, seconds: 6.5)
    // All else in the page is as without it.
    let plain = try CommandRun(
      ["render", "call.json", "-f", "html", "-o", "plain.html"], in: folder.url)
    #expect(plain.code == 0)
    let page = try String(contentsOfFile: folder.path("call.html"), encoding: .utf8)
    let without = page.replacing(
      /<script type="text\/plain" id="sound">[^<]+<\/script>\n/, with: "")
    #expect(try String(contentsOfFile: folder.path("plain.html"), encoding: .utf8) == without)
  }

  @Test func onlyWhatWasTranscribedIsInsideAtItsTime() throws {
    let settings = [
      Setting(name: "audioTrack", value: .text("automatic")),
      Setting(name: "start", value: .number(2)), Setting(name: "end", value: .number(4)),
    ]
    let folder = try folder(settings: settings)
    let run = try CommandRun(
      ["render", "call.json", "-f", "html", "--embed-audio"], in: folder.url)
    #expect(run.code == 0)
    expect(try sound(in: folder, "call.html"), onsets: [2.5], seconds: 4)
  }

  @Test func aRecordingElsewhereIsNamed() throws {
    let folder = try folder(recording: "other.flac")
    let options = ["render", "call.json", "-f", "html,srt", "--embed-audio"]
    let run = try CommandRun(options, in: folder.url)
    #expect(run.code == 66)
    #expect(
      run.errors
        == "viseme: call.json: --embed-audio needs its recording, and there is no call.flac; name it "
        + "with --recording\n")
    #expect(try folder.names() == ["call.json", "other.flac"])
    let named = try CommandRun(options + ["--recording", "other.flac"], in: folder.url)
    #expect(named.code == 0 && named.errors == "viseme: wrote call.html, call.srt\n")
    expect(try sound(in: folder, "call.html"), onsets: Self.times, seconds: 6.5)
    let two = try CommandRun(options + ["call.json", "--recording", "other.flac"], in: folder.url)
    #expect(two.code == 64 && two.errors.contains("--recording takes one transcript"))
  }

  /// A recording beside the transcript may be a link, and a name in a transcript leads nowhere else.
  @Test func linksAreFollowedAndPathsInTranscriptsAreNot() throws {
    let (other, folder) = (try folder(), try folder(recording: nil))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("call.flac"), withDestinationPath: other.path("call.flac"))
    let options = ["render", "call.json", "-f", "html", "--embed-audio", "--force"]
    #expect(try CommandRun(options, in: folder.url).code == 0)
    let json = try String(contentsOfFile: folder.path("call.json"), encoding: .utf8)
    try json.replacing("call.flac", with: other.path("call.flac").replacing("/", with: "\\/"))
      .replacing("call.flac", with: "gone.flac")
      .write(toFile: folder.path("call.json"), atomically: true, encoding: .utf8)
    let run = try CommandRun(options, in: folder.url)
    #expect(run.code == 66 && run.errors.contains("there is no gone.flac;"), "\(run.errors)")
  }

  @Test func anotherRecordingIsDoubted() throws {
    let folder = try folder()
    let json = try String(contentsOfFile: folder.path("call.json"), encoding: .utf8)
    try json.replacing("\"duration\": 6.500", with: "\"duration\": 65.000")
      .write(toFile: folder.path("call.json"), atomically: true, encoding: .utf8)
    let run = try CommandRun(
      ["render", "call.json", "-f", "html", "--embed-audio"], in: folder.url)
    #expect(run.code == 0)
    #expect(
      run.errors.hasPrefix(
        "viseme: call.flac: it lasts 0:06, and the transcript's recording lasted 1:05: is it the same?\n"
      ),
      "\(run.errors)")
  }

  @Test func whatIsNoRecordingIsToldAndNothingIsLeft() throws {
    let folder = try folder(recording: nil)
    try Data("no sound".utf8).write(to: URL(filePath: folder.path("call.flac")))
    let run = try CommandRun(
      ["render", "call.json", "-f", "html", "--embed-audio"], in: folder.url)
    #expect(run.code == 65 && run.errors.hasPrefix("viseme: call.flac: is "), "\(run.errors)")
    #expect(try folder.names() == ["call.flac", "call.json"])
  }

  @Test func aPipeCannotBeReadTwice() throws {
    let folder = try folder()
    try Fixtures.shell(["mkfifo", folder.path("pipe.wav")])
    let run = try CommandRun(
      ["transcribe", "pipe.wav", "-f", "html", "--embed-audio"], in: folder.url)
    #expect(run.code == 65)
    #expect(
      run.errors
        == "viseme: pipe.wav: is a pipe, but --embed-audio reads a recording twice; save it to a file\n"
    )
    #expect(try folder.names() == ["call.flac", "call.json", "pipe.wav"])
  }

  /// FFmpeg's own library, in which no encoder has the name of libopus.
  @Test func anFFmpegWithoutTheEncoderIsTold() throws {
    let folder = try folder()
    let libraries = try CommandRun(
      ["-c", "ldconfig -p | sed -n 's/.* => \\(.*\\/libavcodec\\.so\\.[0-9]*\\)$/\\1/p'"],
      program: URL(filePath: "/bin/sh")
    ).output.split(separator: "\n").map(String.init)
    try FileManager.default.createDirectory(
      atPath: folder.path("lib"), withIntermediateDirectories: true)
    for library in libraries {
      var bytes = try Data(contentsOf: URL(filePath: library))
      let (name, other) = (Data("libopus\0".utf8), Data("libnone\0".utf8))
      while let range = bytes.range(of: name) { bytes.replaceSubrange(range, with: other) }
      let copy = "lib/" + URL(filePath: library).lastPathComponent
      try bytes.write(to: URL(filePath: folder.path(copy)))
    }
    for command in [["render", "call.json"], ["transcribe", "call.flac"]] {
      let run = try CommandRun(
        command + ["-f", "html", "--embed-audio"], in: folder.url,
        environment: ["LD_LIBRARY_PATH": folder.path("lib")])
      #expect(run.code == 69)
      #expect(
        run.errors
          == "viseme: --embed-audio: this FFmpeg cannot encode Opus (it was built without libopus)\n"
      )
      #expect(try !folder.names().contains("call.html"))
    }
  }

  @Test(
    .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"),
    .timeLimit(.minutes(5)))
  func transcribePutsItIn() throws {
    let folder = try folder()
    let run = try CommandRun(
      ["transcribe", "call.flac", "-f", "html", "--embed-audio", "--end", "5"], in: folder.url)
    #expect(run.code == 0, "\(run.errors)")
    expect(try sound(in: folder, "call.html"), onsets: Self.times, seconds: 5)
  }
}
