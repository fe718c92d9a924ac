import Foundation
import Testing

@testable import Demux

/// Files that are missing, damaged or no recordings.
@Suite struct BadInputTests {
  private static func mp4(faststart: Bool) throws -> [UInt8] {
    let arguments = Source.bursts(at: [0.5, 3.2]) + Source.video() + ContainerCase.h264
    let flags = faststart ? ["-movflags", "+faststart"] : []
    return try MediaFixture.bytes(
      MediaFixture.make("whole-\(faststart).mp4", arguments + ["-c:a", "aac"] + flags))
  }

  @Test func filesThatAreNone() throws {
    #expect(failure(of: "/nonexistent/meeting.mp4") == .notFound)
    #expect(failure(of: MediaFixture.directory.path) == .isDirectory)
    #expect(failure(of: "/dev/null") == .notAFile)
    #expect(failure(of: try MediaFixture.write("empty.mp4", [])) == .empty)
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func filesThatMayNotBeRead() throws {
    let path = try MediaFixture.write("secret.mp4", [1, 2, 3])
    try #require(chmod(path, 0) == 0)
    #expect(failure(of: path) == .permissionDenied)
  }

  @Test func filesThatAreNoMedia() throws {
    var generator = SystemRandomNumberGenerator()
    for (index, length) in [1, 100, 5_000, 300_000].enumerated() {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let path = try MediaFixture.write("random-\(index).mp4", bytes)
      let error = try #require(failure(of: path), "\(length) random bytes were read as media")
      // Chance can make a sync word of some format, but then nothing can be decoded from it.
      switch error {
      case .notRecognised, .nothingDecodable, .noAudio, .damagedContainer, .refusedFormat,
        .picture, .unsupportedFormat:
        break
      default: Issue.record("\(error)")
      }
    }
    let text = String(repeating: "Minutes of the meeting: all agreed.\n", count: 400)
    #expect(failure(of: try MediaFixture.write("text.mp4", Array(text.utf8))) == .notRecognised)
    let zeros = [UInt8](repeating: 0, count: 200_000)
    #expect(failure(of: try MediaFixture.write("zeros.wav", zeros)) == .notRecognised)
  }

  @Test func mp4WithoutItsIndex() throws {
    let bytes = try Self.mp4(faststart: false)
    let cut = Array(bytes.prefix(bytes.count / 2))
    #expect(failure(of: try MediaFixture.write("no-moov.mp4", cut)) == .indexMissing)
    // Cut within the index itself, and right after the first box.
    let within = Array(bytes.dropLast(300))
    #expect(failure(of: try MediaFixture.write("half-moov.mp4", within)) == .indexMissing)
    #expect(
      failure(of: try MediaFixture.write("ftyp.mp4", Array(bytes.prefix(40)))) == .indexMissing)
  }

  @Test(arguments: ["mp4", "mkv", "wav", "flac", "mp3", "avi"])
  func truncatedFilesAreReadAsFarAsTheyGo(_ kind: String) throws {
    let bytes: [UInt8]
    if kind == "mp4" {
      bytes = try Self.mp4(faststart: true)
    } else {
      let container = try #require(
        ContainerCase.all.first { $0.name == (kind == "mkv" ? "b.mkv" : "a.\(kind)") })
      bytes = try MediaFixture.bytes(try container.file(Source.chirp(), "chirp-"))
    }
    let cut = Array(bytes.prefix(bytes.count * 6 / 10))
    let delivered = try Delivered(try MediaFixture.write("cut.\(kind)", cut))
    #expect(delivered.damage.isTruncated)
    #expect((1.5..<5).contains(delivered.end), "\(delivered.end)")
    let start = abs((delivered.onset(above: 0.05) ?? 9))
    #expect(start < 0.6)
  }

  @Test func streamsThatAreNotThere() throws {
    let silentFilm = try MediaFixture.make(
      "film.mp4", Source.video(length: 1) + ContainerCase.h264)
    #expect(failure(of: silentFilm) == .noAudio)
    let sound = try ContainerCase.all[0].file(Source.chirp(), "chirp-")
    let path = try MediaFixture.make("sound.wav", ["-i", sound])
    #expect(failure(of: path, DemuxOptions(video: VideoRequest(format: .gray8))) == .noVideo)
  }

  @Test func codecThatIsNotKnown() throws {
    // The four-character code of the sample description is all that tells the codec of PCM.
    let container = try #require(ContainerCase.all.first { $0.name == "a.mov" })
    var bytes = try MediaFixture.bytes(try container.file(Source.chirp(), "chirp-"))
    let tag = Array("sowt".utf8)
    var found = 0
    for index in 0..<bytes.count - 4 where bytes[index..<index + 4].elementsEqual(tag) {
      bytes.replaceSubrange(index..<index + 4, with: Array("zzz9".utf8))
      found += 1
    }
    #expect(found > 0)
    let path = try MediaFixture.write("unknown.mp4", bytes)
    #expect(failure(of: path) == .unknownCodec("zzz9"))
    #expect(failure(of: path, DemuxOptions(audio: .all)) == .unknownCodec("zzz9"))
    let info = try Demuxer.probe(path: path)
    #expect(info.audioStreams.first?.isDecodable == false)
  }

  /// Bytes in the middle of the packets are overwritten: what can be decoded is, at its place.
  @Test(arguments: ["a.mp4", "a.flac", "a.opus", "a.ts", "a.mkv", "a.mpg"])
  func corruptPacketsBecomeSilence(_ name: String) throws {
    let container = try #require(ContainerCase.all.first { $0.name == name })
    let times = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    let path = try container.file(Source.bursts(at: times), "many-")
    var bytes = try MediaFixture.bytes(path)
    // A tenth of the file, at 45 %: within the packets whatever the container.
    var state: UInt32 = 12_345
    for index in bytes.count * 45 / 100..<bytes.count * 55 / 100 {
      state = state &* 1_664_525 &+ 1_013_904_223
      bytes[index] = UInt8(truncatingIfNeeded: state >> 24)
    }
    let damaged = try MediaFixture.write("corrupt-\(name)", bytes)
    let delivered = try Delivered(damaged, DemuxOptions(video: nil))
    #expect(delivered.samples.allSatisfy { $0.isFinite && abs($0) <= 8 })
    #expect(abs(delivered.end - 6) < 0.15, "\(delivered.end) \(delivered.damage)")
    for time in [times[0], times[1], times[5]] {
      let onset = try #require(delivered.onset(from: time - 0.2))
      #expect(abs(onset - time) < container.tolerance + 0.002, "onset \(onset), true \(time)")
    }
  }

  /// MP3 has no timestamps, so nobody knows how much was lost; all that can be decoded is.
  @Test func corruptMP3IsReadOn() throws {
    let container = try #require(ContainerCase.all.first { $0.name == "a.mp3" })
    var bytes = try MediaFixture.bytes(try container.file(Source.chirp(), "chirp-"))
    let middle = bytes.count / 2
    bytes.replaceSubrange(middle..<middle + 3_000, with: [UInt8](repeating: 0xFF, count: 3_000))
    let delivered = try Delivered(try MediaFixture.write("corrupt.mp3", bytes))
    // 3000 bytes at 64 kbit/s are 0.4 s, and the reservoir of bits takes two frames more.
    #expect((5.4...6.1).contains(delivered.end), "\(delivered.end)")
    let whole = try Delivered(try container.file(Source.chirp(), "chirp-"))
    #expect(greatestDifference(delivered.samples[..<40_000], whole.samples) < 1e-4)
  }

  @Test func corruptPacketsAreCounted() throws {
    var bytes = try MediaFixture.bytes(
      try ContainerCase.all[16].file(Source.chirp(), "chirp-"))
    #expect(ContainerCase.all[16].name == "a.flac")
    bytes.replaceSubrange(
      bytes.count / 2..<bytes.count / 2 + 9_000, with: [UInt8](repeating: 0x55, count: 9_000))
    let delivered = try Delivered(try MediaFixture.write("counted.flac", bytes))
    #expect(delivered.damage.corruptPackets > 0)
    #expect(delivered.damage.insertedSilence > 0.05)
    #expect(abs(delivered.end - 6) < 0.01)
  }

  @Test func corruptVideoIsSkipped() throws {
    let source = try MediaFixture.make(
      "pictures.ts",
      Source.video(length: 4) + Source.bursts(at: [1, 3], length: 4) + [
        "-c:v", "mpeg2video", "-c:a", "mp2", "-g", "12",
      ])
    var bytes = try MediaFixture.bytes(source)
    for packet in stride(from: bytes.count / 188 / 3, to: bytes.count / 188 / 2, by: 1) {
      for index in packet * 188 + 8..<packet * 188 + 188 { bytes[index] = 0xA7 }
    }
    let path = try MediaFixture.write("spoilt.ts", bytes)
    let delivered = try Delivered(path, DemuxOptions(video: VideoRequest(format: .gray8)))
    #expect(delivered.damage.corruptVideoPackets > 0)
    #expect((30..<100).contains(delivered.frames.count))
    #expect(zip(delivered.frames, delivered.frames.dropFirst()).allSatisfy { $0.time < $1.time })
  }

  @Test func nothingThatCanBeDecoded() throws {
    var bytes = try Self.mp4(faststart: true)
    let index = try #require(
      (0..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual("mdat".utf8) })
    for position in index + 4..<bytes.count { bytes[position] = 0xFF }
    let error = try #require(failure(of: try MediaFixture.write("spoilt.mp4", bytes)))
    guard case .nothingDecodable(let packets) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(packets > 100)
  }

  /// From a pipe, an MP4 can be read only when its index comes first.
  @Test func pipes() throws {
    let front = try MediaFixture.write("front.mp4", try Self.mp4(faststart: true))
    let whole = try Delivered(front)
    let piped = try Pipes.feed(front) { try Delivered($0) }
    #expect(piped.samples == whole.samples && piped.start == whole.start)
    // Long enough not to fit into the buffer of what was read last.
    let back = try MediaFixture.make(
      "back.mov", Source.chirp(length: 30) + ["-c:a", "pcm_s16le"])
    let error = try Pipes.feed(back) { failure(of: $0) }
    #expect(error == .needsSeeking(format: "mov"))
    let empty = try MediaFixture.write("nothing", [])
    #expect(try Pipes.feed(empty) { failure(of: $0) } == .empty)
  }
}
