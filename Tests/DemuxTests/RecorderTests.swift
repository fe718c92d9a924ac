import Foundation
import Testing

@testable import Demux

/// Recordings as recorders, cameras and telephones leave them.
@Suite struct RecorderTests {
  private static let chirp = Source.chirp(length: 6, rate: 48_000)

  /// 16-bit mono WAVE at 16 kHz with the lengths that its header is to declare.
  private static func wave(
    _ name: String, riff: UInt32? = nil, data: UInt32? = nil, tail: [UInt8] = []
  ) throws -> String {
    let whole = try MediaFixture.make(
      "recorder-whole.wav", Source.chirp(length: 4, rate: 16_000) + ["-bitexact"])
    var bytes = try MediaFixture.bytes(whole)
    func put(_ value: UInt32?, at offset: Int) {
      guard let value else { return }
      for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
    put(riff, at: 4)
    put(data, at: 40)
    return try MediaFixture.write(name, bytes + tail)
  }

  /// Packets stamped when they came, several at once.
  @Test(arguments: [5, 11])
  func burstsOfArrivalsLeaveTheSoundWhole(packets: Int) throws {
    let clean = try MediaFixture.make("arrivals.mkv", Self.chirp + ["-c:a", "aac"])
    let path = try MediaFixture.make(
      "arrivals-\(packets).mkv",
      [
        "-i", clean, "-c", "copy", "-bsf:a",
        "setts=ts='floor(N/\(packets))*\(packets)*0.0213333/TB+mod(N,\(packets))*0.001/TB'",
      ])
    let (delivered, reference) = try (Delivered(path), Delivered(clean))
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    #expect(abs(delivered.samples.count - reference.samples.count) < 32)
    // Times of whole milliseconds: the same but for the place on the grid of 16 kHz.
    #expect(
      greatestDifference(delivered.samples.dropFirst(40), reference.samples.dropFirst(40)) < 0.5)
  }

  /// RealAudio 14.4, as FFmpeg writes it, has the time 0 in every packet.
  @Test func packetsThatAllHaveOneTime() throws {
    let path = try MediaFixture.make(
      "alike.rm", Source.chirp(length: 6, rate: 8_000) + ["-ac", "1", "-c:a", "real_144"])
    let delivered = try Delivered(path)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    #expect(abs(delivered.end - 6) < 0.1)
  }

  /// Silence of hours costs neither time nor memory.
  @Test func hoursOfSilenceAreNotDelivered() throws {
    let path = try MediaFixture.make(
      "hours.mkv",
      Source.bursts(at: [0.5, 6.5], length: 8, rate: 48_000) + [
        "-af", "asetpts='PTS+floor(T/2)*20000/TB'", "-c:a", "flac",
      ])
    var demuxer = try Demuxer(path: path, options: DemuxOptions())
    var (count, end) = (0, Int64(0))
    while let item = try demuxer.next() {
      guard case .audio(let block) = item else { continue }
      #expect(block.startSample >= end)
      count += block.samples.count
      end = block.startSample + Int64(block.samples.count)
    }
    #expect(abs(demuxer.damage.insertedSilence - 60_000) < 1)
    #expect(abs(Double(end) / 16_000 - 60_008) < 1)
    #expect(count < 16_000 * 110, "\(count)")
  }

  @Test func lengthsThatPipesLeave() throws {
    let whole = try Delivered(Self.wave("pipe-0.wav"))
    for (number, (riff, data)) in [
      (UInt32.max, UInt32.max), (0x7FFF_F024, 0x7FFF_F000), (0, 0), (0x8000_0024, 0x8000_0000),
      (0x7FFF_FFFF, 0x7FFF_FFDB),
    ].enumerated() {
      let delivered = try Delivered(Self.wave("pipe-\(number + 1).wav", riff: riff, data: data))
      #expect(delivered.samples == whole.samples)
      #expect(delivered.damage.isEmpty, "\(data): \(delivered.damage)")
      #expect(abs((delivered.info.duration ?? 0) - 4) < 0.01, "\(data)")
    }
  }

  /// A recorder that crashed after its last update of the header, and one whose length wrapped.
  @Test func samplesBehindTheDeclaredEnd() throws {
    let whole = try Delivered(Self.wave("behind-0.wav"))
    let path = try Self.wave("behind-1.wav", riff: 32_036, data: 32_000)
    #expect(try Delivered(path).samples == whole.samples)
    // Chunks and tags behind the samples are none.
    let list = Array("LIST".utf8) + [26, 0, 0, 0] + [UInt8](repeating: 65, count: 26)
    for (number, tail) in [list, Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)]
      .enumerated()
    {
      let delivered = try Delivered(Self.wave("behind-\(number + 2).wav", tail: tail))
      #expect(delivered.samples == whole.samples)
      #expect(delivered.damage.isEmpty)
    }
  }

  /// Half a sample at the end.
  @Test func oddByte() throws {
    let path = try Self.wave("odd.wav", riff: UInt32.max, data: UInt32.max, tail: [1])
    let delivered = try Delivered(path)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    #expect(delivered.samples.count == 64_000)
  }

  @Test(arguments: ["wav", "aiff", "au", "caf", "m4a"])
  func noSample(kind: String) throws {
    let path = try MediaFixture.make("none.\(kind)", Self.chirp + ["-t", "0"])
    let error = failure(of: path)
    #expect(
      error == .noAudio || error == .nothingDecodable(corruptPackets: 0),
      "\(kind): \(String(describing: error))")
    if kind == "wav" { #expect(error == .noAudio) }
  }

  /// Whole files whose sound begins late, or that are part of a stream.
  @Test(arguments: ["mkv", "asf"])
  func lateSoundIsNotTruncated(kind: String) throws {
    let path = try MediaFixture.make(
      "late-whole.\(kind)",
      Source.video(length: 8) + ["-itsoffset", "3"] + Source.bursts(at: [1], length: 4)
        + ["-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-c:a", kind == "mkv" ? "flac" : "wmav2"])
    #expect(try !Delivered(path).damage.isTruncated)
  }

  /// FFmpeg writes chunks without a byte for the time before the sound, and gives them none when it reads.
  @Test(arguments: ["libmp3lame", "ac3", "aac"])
  func lateSoundInAVI(codec: String) throws {
    let path = try MediaFixture.make(
      "late-\(codec).avi",
      Source.video(length: 9) + ["-itsoffset", "3"]
        + Source.bursts(at: [1, 4], length: 6, rate: 48_000)
        + ["-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-c:a", codec])
    let delivered = try Delivered(path)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    // What an encoder puts in front is not told in this container.
    for onset in [4.0, 7.0] {
      let heard = try #require(delivered.onset(from: onset - 2))
      #expect(abs(heard - onset - 0.02) < 0.04, "\(heard)")
    }
    #expect(abs(delivered.end - 9) < 0.1)
    let later = try Delivered(path, DemuxOptions(start: 5.5))
    #expect(abs((later.onset() ?? 0) - (delivered.onset(from: 5.5) ?? 9)) < 0.001)
  }

  /// Where one track jumps, another one that was cut off is truncated all the same; the one that jumped is not.
  @Test(arguments: [true, false])
  func aJumpInOneTrackTellsNothingOfAnother(isCut: Bool) throws {
    let whole = try MediaFixture.make(
      "jump-in-one.mkv",
      Source.chirp(length: 20, rate: 48_000) + Source.chirp(length: 20, rate: 48_000)
        + ["-map", "0", "-map", "1", "-c:a", "flac"]
        + ["-bsf:a:0", "setts=ts='TS+gte(TS,3000)*5000'"])
    var bytes = try MediaFixture.bytes(whole)
    // The segment's length is not known, as where a recorder was stopped.
    let segment: [UInt8] = [0x18, 0x53, 0x80, 0x67]
    let at = try #require(bytes.indices.first { bytes[$0...].starts(with: segment) })
    for index in at + 5..<at + 12 { bytes[index] = 0xFF }
    let path = try MediaFixture.write(
      "jump-in-one-\(isCut).mkv", bytes.prefix(isCut ? bytes.count / 2 : bytes.count))
    var options = DemuxOptions(audio: .all)
    options.limits.gap = 2
    let delivered = try Delivered(path, options)
    #expect(delivered.damage.timestampJumps == 1)
    #expect(delivered.damage.isTruncated == isCut)
  }

  @Test func joinedSegmentsAreNotTruncated() throws {
    let manifest = MediaFixture.directory.appendingPathComponent("x.mpd").path
    _ = try MediaFixture.run(
      "ffmpeg",
      ["-y", "-nostdin", "-v", "error"] + Self.chirp + [
        "-c:a", "aac", "-f", "dash", "-seg_duration", "2", "-init_seg_name", "joined-i.m4s",
        "-media_seg_name", "joined-$Number$.m4s", manifest,
      ])
    var bytes: [UInt8] = []
    for part in ["i", "2", "3"] {
      bytes += try MediaFixture.bytes(
        MediaFixture.directory.appendingPathComponent("joined-\(part).m4s").path)
    }
    let delivered = try Delivered(MediaFixture.write("joined-parts.mp4", bytes))
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    #expect(delivered.end > 3.5)
  }

  /// A container that only guesses its length is measured.
  @Test func lengthIsMeasured() throws {
    let silent = try MediaFixture.make(
      "quiet.aac", ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=20", "-b:a", "64k"])
    let loud = try MediaFixture.make("loud.aac", Self.chirp + ["-b:a", "64k"])
    let bytes = try MediaFixture.bytes(silent) + MediaFixture.bytes(loud)
    let path = try MediaFixture.write("guess.aac", bytes)
    #expect(abs((try Demuxer.probe(path: path).duration ?? 0) - 26) < 0.2)
    let parts = try (0..<2).map { number in
      try MediaFixture.bytes(
        MediaFixture.make("part-\(number).opus", Self.chirp + ["-c:a", "libopus"]))
    }
    let chain = try MediaFixture.write("chain.opus", Array(parts.joined()))
    let delivered = try Delivered(chain)
    #expect(abs((delivered.info.duration ?? 0) - 12) < 0.1)
    #expect(abs(delivered.end - 12) < 0.1)
  }

  /// Parts one after the other, each with a rate, channels and a codec setup of its own.
  @Test(arguments: [("ogg", "libvorbis"), ("opus", "libopus"), ("oga", "flac"), ("aac", "aac")])
  func chainedPartsThatDiffer(kind: String, codec: String) throws {
    let rate = codec == "libopus" ? 48_000 : 32_000
    let parts = try [(48_000, 1), (rate, 2), (48_000, 1)].enumerated().map { number, format in
      try MediaFixture.bytes(
        MediaFixture.make(
          "differ-\(number).\(kind)",
          Source.bursts(at: [1], length: 3, rate: format.0, channels: format.1)
            + ["-c:a", codec, "-b:a", "96k"]))
    }
    let path = try MediaFixture.write("differ.\(kind)", Array(parts.joined()))
    let delivered = try Delivered(path)
    for (number, from) in [0.0, 2, 5].enumerated() {
      let onset = try #require(delivered.onset(from: from), "part \(number)")
      #expect(abs(onset - Double(3 * number + 1)) < 0.1, "part \(number): \(onset)")
    }
    #expect(abs(delivered.end - 9) < 0.2, "\(delivered.end)")
  }

  /// Formats that nothing writes nowadays: Portable Voice (two headers of text), Ensoniq PARIS in either byte order,
  /// Audio Visual Research.
  @Test func formatsMadeByHand() throws {
    let little = try MediaFixture.bytes(Self.wave("hand.wav")).dropFirst(44)
    let whole = try Delivered(Self.wave("hand.wav"))
    var big = Array(little)
    for index in stride(from: 0, to: big.count - 1, by: 2) { big.swapAt(index, index + 1) }
    func words(_ values: [UInt32], isBig: Bool) -> [UInt8] {
      values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * (isBig ? 3 - $0 : $0))) }
      }
    }
    func paris(_ mark: String, isBig: Bool) -> [UInt8] {
      let head = Array(mark.utf8) + words([0, isBig ? 0 : 1, 16_000, 0, 1, 0], isBig: isBig)
      return head + [UInt8](repeating: 0, count: 2_048 - head.count)
    }
    let count = UInt32(big.count / 2)
    let research =
      Array("2BIT".utf8) + [UInt8](repeating: 0, count: 8) + [
        0, 0, 0, 16, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF,
      ]
      + words([16_000, count, 0, count], isBig: true) + [UInt8](repeating: 0, count: 90)
    for (name, bytes) in [
      ("hand.pvf", Array("PVF1\n1 16000 16\n".utf8) + big),
      ("hand.paf", paris(" paf", isBig: true) + big),
      ("hand-little.paf", paris("fap ", isBig: false) + little), ("hand.avr", research + big),
    ] {
      let delivered = try Delivered(MediaFixture.write(name, bytes))
      #expect(delivered.samples == whole.samples, "\(name)")
      #expect(delivered.damage.isEmpty, "\(name): \(delivered.damage)")
    }
  }

  /// OMA (Sony) with samples as they are, and QCP (RFC 3625) with QCELP frames of the lowest rate, whole and cut in
  /// a frame.
  @Test func omaAndQCPMadeByHand() throws {
    let pcm = Source.chirp(length: 3, rate: 44_100) + ["-ac", "2", "-bitexact"]
    let whole = try Delivered(MediaFixture.make("oma.wav", pcm))
    let samples = try MediaFixture.bytes(
      MediaFixture.make("oma.raw", pcm + ["-c:a", "pcm_s16be", "-f", "s16be"]))
    var oma = [UInt8](repeating: 0, count: 96)
    oma.replaceSubrange(0..<8, with: Array("EA3".utf8) + [1, 0, 96, 0xFF, 0xFF])
    // Samples, 44.1 kHz.
    oma.replaceSubrange(32..<36, with: [4, 0, 0x20, 0])
    let heard = try Delivered(MediaFixture.write("hand.oma", oma + samples))
    #expect(heard.samples == whole.samples)
    #expect(heard.damage.isEmpty, "\(heard.damage)")

    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let identity: [UInt8] = [
      0x41, 0x6D, 0x7F, 0x5E, 0x15, 0xB1, 0xD0, 0x11, 0xBA, 0x91, 0, 0x80, 0x5F, 0xB4, 0xB9, 0x7E,
    ]
    var format = [1, 0] + identity + little(2, 2) + [UInt8](repeating: 0, count: 80)
    for value in [13_000, 35, 160, 8_000, 16] { format += little(value, 2) }
    format += little(4, 4) + [34, 4, 16, 3, 7, 2, 3, 1]
    format += [UInt8](repeating: 0, count: 150 - format.count)
    let frames = (0..<500).flatMap { _ in [1, 0, 0, 0] as [UInt8] }
    let body =
      Array("QLCMfmt ".utf8) + little(150, 4) + format + Array("vrat".utf8) + little(8, 4)
      + little(1, 4) + little(500, 4) + Array("data".utf8) + little(frames.count, 4) + frames
    let bytes = Array("RIFF".utf8) + little(body.count, 4) + body
    let quiet = try Delivered(MediaFixture.write("hand.qcp", bytes))
    #expect(abs(quiet.end - 10) < 0.05)
    #expect(quiet.damage.isEmpty, "\(quiet.damage)")
    let cut = try Delivered(MediaFixture.write("cut.qcp", bytes.dropLast(402)))
    #expect(abs(cut.end - 8) < 0.1)
    #expect(cut.damage.corruptPackets == 0, "\(cut.damage)")
  }

  /// Formats that hold nothing but sound.
  @Test(arguments: [
    ("gsm", ["-ar", "8000", "-c:a", "libgsm"]), ("sf", ["-f", "ircam"]), ("sox", ["-f", "sox"]),
    ("adx", []), ("g722", ["-ar", "16000"]), ("sbc", ["-ar", "16000"]),
  ])
  func formatsOfSound(kind: String, options: [String]) throws {
    let path = try MediaFixture.make(
      "sound.\(kind)", Source.chirp(length: 3) + ["-ac", "1"] + options)
    #expect(abs(try Delivered(path).end - 3) < 0.1)
  }

  @Test func nistSphere() throws {
    let samples = try MediaFixture.bytes(Self.wave("sphere.wav")).dropFirst(44)
    let header = """
      NIST_1A
         1024
      sample_count -i \(samples.count / 2)
      sample_rate -i 16000
      channel_count -i 1
      sample_n_bytes -i 2
      sample_byte_format -s2 01
      sample_sig_bits -i 16
      sample_coding -s3 pcm
      end_head

      """
    let padded = Array(header.utf8) + [UInt8](repeating: 32, count: 1_024 - header.utf8.count)
    let delivered = try Delivered(MediaFixture.write("speech.sph", padded + samples))
    #expect(abs(delivered.end - 4) < 0.01)
  }

  /// AMR that says nothing for two seconds, or describes the noise: a pause, and no damage.
  @Test func comfortNoiseIsAPause() throws {
    var numbers = TestNumbers(1)
    func speech() -> [UInt8] {
      (0..<50).flatMap { _ in
        [0x3C] + (0..<31).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      }
    }
    let pause = (0..<100).flatMap { index -> [UInt8] in
      index % 8 == 0 ? [0x44, 1, 2, 3, 4, 5] : [0x7C]
    }
    let path = try MediaFixture.write(
      "pause.amr", Array("#!AMR\n".utf8) + speech() + pause + speech())
    let delivered = try Delivered(path)
    #expect(delivered.damage.isEmpty, "\(delivered.damage)")
    #expect(abs(delivered.end - 4) < 0.05)
    #expect(abs((delivered.info.duration ?? 0) - 4) < 0.05)
  }

  /// A picture, a playlist and an unsupported format are told apart.
  @Test func refusalsAreTrue() throws {
    let picture = try MediaFixture.make(
      "photograph.jpg", ["-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1"])
    guard case .picture? = failure(of: picture) else {
      Issue.record("\(String(describing: failure(of: picture)))")
      return
    }
    let game = try MediaFixture.make(
      "game.ast", Source.chirp(length: 1) + ["-c:a", "pcm_s16be_planar"])
    #expect(failure(of: game) == .unsupportedFormat("ast"))
  }
}
