import Demux
import Fixtures
import Foundation
import Testing

@testable import Pipeline

/// Which recordings are taken apart: by what their channels carry.
@Suite(.enabled(if: Recording.canMake, "there is no ffmpeg"))
struct ChannelSurveyTests {
  /// Noise like a voice, with a spectrum of its own in each eighth of a second, and pauses.
  private static func voice(_ seconds: Double, seed: UInt32) -> [Float] {
    var state = seed
    var (low, share): (Float, Float) = (0, 0.2)
    return (0..<Int(seconds * 16_000)).map { n in
      state = state &* 1_664_525 &+ 1_013_904_223
      if n % 2_000 == 0 { share = 0.1 + Float(state >> 24) / 512 }
      let noise = Float(Int32(bitPattern: state)) / 2_147_483_648
      low += share * (noise - low)
      return n % 32_000 > 24_000 ? 0 : 0.3 * low * ((2 - share) / share).squareRoot()
    }
  }

  private static func silence(_ seconds: Double) -> [Float] {
    [Float](repeating: 0, count: Int(seconds * 16_000))
  }

  private static func sum(_ one: [Float], _ other: [Float], gain: Float = 1) -> [Float] {
    zip(one, other).map { $0 + gain * $1 }
  }

  /// What comes of a recording with these channels.
  private static func survey(_ name: String, _ left: [Float], _ right: [Float]) throws
    -> ChannelSurvey?
  {
    let samples = zip(left, right).flatMap { [$0, $1] }
    let raw = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).f32")
    defer { try? FileManager.default.removeItem(at: raw) }
    try samples.withUnsafeBytes { Data($0) }.write(to: raw)
    let path = try Recording.make(
      "survey-\(name).wav", ["-f", "f32le", "-ar", "16000", "-ac", "2", "-i", raw.path])
    var separation: ChannelSurvey?
    let demuxer = try TranscriptionRequest(input: path).demuxer(
      from: nil, separation: &separation)
    #expect(demuxer.lanes.count == (separation == nil ? 1 : 2))
    return separation
  }

  /// People in turns, and whom one hears on the other's channel 24 dB weaker.
  private static let turns: ([Float], [Float]) = {
    let (one, two) = (voice(12, seed: 1) + silence(12), silence(12) + voice(12, seed: 9))
    return (sum(one, two, gain: 0.063), sum(two, one, gain: 0.063))
  }()

  @Test func peopleInTurnsAreApart() throws {
    let survey = try #require(try Self.survey("turns", Self.turns.0, Self.turns.1))
    #expect(survey.alone > 0.95 && survey.unlike < 0.05)
    #expect(abs(survey.least - 0.5) < 0.1)
  }

  /// Two who speak at once for half of the time.
  @Test func peopleAtOnceAreApart() throws {
    let one = Self.voice(18, seed: 1) + Self.silence(6)
    let two = Self.silence(6) + Self.voice(18, seed: 9)
    let survey = try #require(try Self.survey("at-once", one, two))
    #expect((0.4..<0.8).contains(survey.alone))
    #expect(survey.alone + survey.unlike > 0.95)
  }

  /// As much in one channel alone, but the rest is one sound in both.
  @Test func aVoiceInBothKeepsThemTogether() throws {
    let both = Self.voice(12, seed: 5)
    let left = Self.voice(6, seed: 1) + Self.silence(6) + both
    let right = Self.silence(6) + Self.voice(6, seed: 9) + both.map { 0.7 * $0 }
    #expect(try Self.survey("both", left, right) == nil)
  }

  /// Two people before one pair of microphones, copies, and an empty channel.
  @Test func stereoIsMixed() throws {
    let (one, two) = (Self.voice(12, seed: 1), Self.voice(12, seed: 9))
    let left = one + two.map { 0.5 * $0 }
    let right = one.map { 0.5 * $0 } + two
    #expect(try Self.survey("stereo", left, right) == nil)
    #expect(try Self.survey("copies", one, one) == nil)
    #expect(try Self.survey("weak-copy", one, one.map { 0.05 * $0 }) == nil)
    #expect(try Self.survey("empty", one, Self.silence(12)) == nil)
  }

  /// The one who says nothing has no channel of his own.
  @Test func oneWhoSaysNothingIsNobody() throws {
    let one = Self.voice(24, seed: 1)
    #expect(try Self.survey("nobody", one, one.map { 0.03 * $0 }) == nil)
  }
}
