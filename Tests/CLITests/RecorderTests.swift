import Foundation
import Testing

/// One short speech as recorders, players and archives leave it: the words, the length and what is said of it.
@Suite(
  "Recordings as they come",
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: Fixtures.models != nil, "needs the models: viseme models install"))
struct RecorderTests {
  /// Five seconds of the sample meeting: "About three days. I have written fifteen pages, …".
  static let speech = Result {
    try Fixtures.ffmpeg(
      "speech.wav",
      ["-ss", "35.5", "-t", "5", "-i", sample, "-ac", "1", "-ar", "16000", "-bitexact"])
  }
  private static let sample = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "samples/meeting.mp4").path

  /// What a batch made of all recordings.
  private static let results = Result { try Results(recordings()) }

  struct Results {
    private struct Line: Decodable {
      let input: String
      let outputs: [String]?
      let notes: [String]?
      let error: String?
    }
    private struct Document: Decodable {
      struct Source: Decodable { let duration: Double? }
      struct Segment: Decodable { let text: String }
      let source: Source
      let segments: [Segment]
      let notes: [String]
    }

    struct Heard {
      let words: [Substring]
      let notes: [String]
      let seconds: Double
    }

    private(set) var heard: [String: Heard] = [:]
    private(set) var failed: [String: String] = [:]
    let errors: String

    init(_ folder: TemporaryFolder) throws {
      let run = try CommandRun(
        ["batch", "in", "--output-dir", "out", "-f", "json", "-t", "2"], in: folder.url)
      errors = run.errors
      let report = try String(contentsOfFile: folder.path("out/report.jsonl"), encoding: .utf8)
      for text in report.split(separator: "\n") {
        let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
        let name = String(line.input.dropFirst(3))
        guard let output = line.outputs?.first else {
          failed[name] = line.error
          continue
        }
        let data = try Data(contentsOf: URL(filePath: folder.path(output)))
        let document = try JSONDecoder().decode(Document.self, from: data)
        #expect(document.notes == line.notes ?? [], "\(name): the report and the transcript differ")
        heard[name] = Heard(
          words: document.segments.map(\.text).joined(separator: " ").lowercased()
            .split { !$0.isLetter && !$0.isNumber },
          notes: document.notes, seconds: document.source.duration ?? 0)
      }
    }
  }

  private static func recordings() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("in"), withIntermediateDirectories: true)
    let speech = try speech.get().path
    func make(_ name: String, _ options: [String], before: [String] = []) throws {
      try Fixtures.shell(
        ["ffmpeg", "-v", "error", "-y"] + before + ["-i", speech] + options
          + [folder.path("in/\(name)")])
    }
    func write(_ name: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(filePath: folder.path("in/\(name)")))
    }
    func bytes(_ name: String) throws -> [UInt8] {
      try [UInt8](Data(contentsOf: URL(filePath: folder.path("in/\(name)"))))
    }
    try make("plain.wav", ["-c:a", "pcm_s16le", "-bitexact"])
    try make("plain.flac", [])
    try make("phase.wav", ["-af", "pan=stereo|c0=c0|c1=-1*c0"])
    try make("right.wav", ["-af", "pan=stereo|c0=0*c0|c1=c0"])
    try make("faint.wav", ["-af", "volume=-40dB"])
    try make("camera.mkv", ["-ar", "48000", "-c:a", "aac", "-b:a", "64k"] + bursts)
    try make("alike.rm", ["-ar", "8000", "-c:a", "real_144"])
    try make("wrap.ts", ["-c:a", "mp2", "-ar", "48000", "-output_ts_offset", "95440"])
    try make(
      "later.mp4",
      ["-c:a", "aac", "-ar", "48000", "-output_ts_offset", "1000", "-frag_duration", "1000000"]
        + ["-movflags", "frag_keyframe+empty_moov+default_base_moof+delay_moov"])
    try make("live.webm", ["-c:a", "libopus", "-live", "1"])
    try make("tel.gsm", ["-ar", "8000", "-c:a", "libgsm"])
    try make("lab.sf", ["-f", "ircam"])
    try make("old.sox", ["-f", "sox"])
    try make(
      "late.mkv", ["-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-c:a", "flac"],
      before: ["-f", "lavfi", "-i", "color=s=64x64:r=5:d=9", "-itsoffset", "4"])
    try make("none.wav", ["-t", "0"])
    try make("link.opus", ["-ar", "48000", "-c:a", "libopus"])
    try write("chain.opus", bytes("link.opus") + bytes("link.opus"))
    try make("frames.aac", ["-ar", "48000", "-c:a", "aac", "-b:a", "64k"])
    try make("quiet.aac", ["-ar", "48000", "-c:a", "aac", "-b:a", "64k", "-af", "volume=0"])
    try write("guess.aac", bytes("quiet.aac") + bytes("frames.aac"))
    var wave = try bytes("plain.wav")
    try write("microphones.wav", waveOfEight(wave.dropFirst(44)))
    let mark = Array("data".utf8)
    let data = try #require(wave.indices.dropLast(4).first { wave[$0..<$0 + 4] == mark[...] })
    func declare(_ riff: UInt32, _ length: UInt32) {
      for (offset, value) in [(4, riff), (data + 4, length)] {
        for index in 0..<4 {
          wave[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
      }
    }
    declare(0x7FFF_F024, 0x7FFF_F000)
    try write("pipe.wav", wave)
    declare(40_036, 40_000)
    try write("crashed.wav", wave)
    try FileManager.default.removeItem(atPath: folder.path("in/link.opus"))
    try FileManager.default.removeItem(atPath: folder.path("in/quiet.aac"))
    return folder
  }

  /// Five packets at a time get the time at which the last came.
  private static let bursts = [
    "-bsf:a", "setts=ts='floor(TS/107)*107+mod(N\\,5)'",
  ]

  /// Eight microphones without a channel mask, the last of which has the speech.
  private static func waveOfEight(_ samples: ArraySlice<UInt8>) -> [UInt8] {
    func bytes(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let speech = Array(samples)
    var data: [UInt8] = []
    for n in stride(from: 0, to: speech.count - 1, by: 2) {
      data += [UInt8](repeating: 0, count: 14) + speech[n...n + 1]
    }
    return Array("RIFF".utf8) + bytes(36 + data.count, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4)
      + bytes(1, 2) + bytes(8, 2) + bytes(16_000, 4) + bytes(256_000, 4) + bytes(16, 2)
      + bytes(16, 2) + Array("data".utf8) + bytes(data.count, 4) + data
  }

  /// Words of the speech in order, of all of them.
  private static func share(_ words: [Substring], of reference: [Substring]) -> Double {
    let kept = words.difference(from: reference).removals.count
    return Double(reference.count - kept) / Double(max(1, reference.count))
  }

  /// A recording, its length in seconds, and what is said of it.
  @Test(
    arguments: [
      ("plain.flac", 5, nil), ("phase.wav", 5, "channels in opposite phase"), ("right.wav", 5, nil),
      ("faint.wav", 5, "very quiet"), ("camera.mkv", 5, nil), ("alike.rm", 5, nil),
      ("wrap.ts", 5, nil),
      ("later.mp4", 5, nil), ("live.webm", 5, nil), ("tel.gsm", 5, nil), ("lab.sf", 5, nil),
      ("old.sox", 5, nil), ("late.mkv", 9, nil), ("chain.opus", 10, nil), ("guess.aac", 10, nil),
      ("microphones.wav", 5, nil), ("pipe.wav", 5, nil), ("crashed.wav", 5, nil),
    ] as [(String, Double, String?)])
  func everyWordAndNoFalseAlarm(name: String, seconds: Double, note: String?) throws {
    let results = try Self.results.get()
    let plain = try #require(results.heard["plain.wav"])
    #expect(plain.words.count > 12)
    let heard = try #require(results.heard[name], "\(results.failed)")
    // Codecs of telephones cost words.
    let least = ["alike.rm", "tel.gsm", "phase.wav"].contains(name) ? 0.7 : 0.9
    #expect(Self.share(heard.words, of: plain.words) >= least, "\(heard.words)")
    if name == "chain.opus" { #expect(heard.words.count >= 2 * plain.words.count - 2) }
    #expect(heard.notes.count == (note == nil ? 0 : 1), "\(heard.notes)")
    if let note { #expect(heard.notes.first?.contains(note) ?? false, "\(heard.notes)") }
    #expect(abs(heard.seconds - seconds) < 0.3, "\(heard.seconds)")
  }

  @Test func aFileWithoutASampleHasNoAudio() throws {
    let results = try Self.results.get()
    #expect(results.failed.keys.sorted() == ["none.wav"])
    #expect(results.errors.contains("none.wav: has no audio"))
  }

  /// Recordings of one name and two endings are two.
  @Test func sameStemsMakeTwoTranscripts() throws {
    let heard = try Self.results.get().heard
    #expect(heard["plain.wav"]?.words == heard["plain.flac"]?.words)
    let camera = try #require(heard["camera.mkv"]).words
    #expect(camera != [])
  }

  /// What is no recording is called what it is.
  @Test func refusalsAreTrue() throws {
    let folder = try TemporaryFolder()
    let picture = try Fixtures.ffmpeg(
      "one.jpg", ["-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1"])
    try "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n".write(
      toFile: folder.path("list.m3u8"), atomically: true, encoding: .utf8)
    let first = try CommandRun(["transcribe", "-o", "-", picture.path])
    #expect(first.code != 0 && first.errors.contains("picture"))
    let second = try CommandRun(["transcribe", "-o", "-", folder.path("list.m3u8")])
    #expect(second.code != 0 && second.errors.contains("refers to other files"))
  }

  /// One person on each channel, who hears the other a little.
  @Test func channels() throws {
    let speech = try Self.speech.get().path
    let call = try Fixtures.ffmpeg(
      "channels.wav",
      ["-i", speech, "-ss", "11", "-t", "6", "-i", Self.sample, "-filter_complex"]
        + [
          "[0:a]aresample=16000,asplit[a][d];[1:a]aresample=16000,adelay=6000,asplit[b][e];"
            + "[d]volume=-8dB,adelay=12[f];[e]volume=-8dB,adelay=12[g];"
            + "[a][g]amix=inputs=2:duration=longest:normalize=0,aformat=channel_layouts=mono[l];"
            + "[f][b]amix=inputs=2:duration=longest:normalize=0,aformat=channel_layouts=mono[r];"
            + "[l][r]amerge=inputs=2"
        ])
    func text(_ more: String...) throws -> CommandRun {
      try CommandRun(["transcribe", "-o", "-", call.path] + more)
    }
    let mixed = try text("--channels", "mix")
    let apart = try text("--channels", "separate", "--speakers", "Nora,Dan")
    #expect(apart.code == 0)
    #expect(apart.output.ranges(of: /(?m)^Nora: About three days/).count == 1, "\(apart.output)")
    #expect(apart.output.ranges(of: /(?m)^Dan: Good morning/).count == 1, "\(apart.output)")
    func words(_ run: CommandRun) -> Int {
      run.output.replacing(#/(?m)^(Nora|Dan): /#, with: "").split { $0.isWhitespace }.count
    }
    // Nothing is written twice.
    #expect(abs(words(apart) - words(mixed)) <= 2, "\(apart.output)\(mixed.output)")
    let refused = try text("--channels", "both")
    #expect(refused.code != 0 && refused.errors.contains("--channels"))
  }
}
