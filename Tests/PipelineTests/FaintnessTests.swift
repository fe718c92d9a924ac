import Foundation
import Testing

@testable import AudioEncoder
@testable import Pipeline

@Suite struct FaintnessTests {
  /// Speech of `decibels` for `seconds`, with as much digital silence after it that is no voice.
  private func speech(_ decibels: Double, seconds: Double = 2) -> SpeechSegment {
    let chunk = VoiceActivityConfig.chunk
    let chunks = Int(seconds * Double(VoiceActivityConfig.sampleRate)) / chunk
    let amplitude = Float(pow(10, decibels / 20))
    let voice = (0..<chunks * chunk).map { $0.isMultiple(of: 2) ? amplitude : -amplitude }
    return SpeechSegment(
      startSample: 0, samples: voice + Array(repeating: 0, count: voice.count),
      probabilities: Array(repeating: 0.9, count: chunks) + Array(repeating: 0.1, count: chunks),
      chunkStart: 0, endsInSpeech: false)
  }

  @Test func theLevelIsThatOfTheVoice() {
    let (level, seconds) = Faintness.active(speech(-30))
    #expect(abs(level + 30) < 0.01)
    #expect(abs(seconds - 2) < 0.04)
  }

  @Test(arguments: [(-45.0, false), (-47, true), (-90, true), (-20, false)])
  func beforeAnythingWasHeardSpeechIsComparedWithTheUsual(decibels: Double, isFaint: Bool) {
    var level = Faintness()
    let found = level.isFaint(speech(decibels))
    #expect(found == isFaint)
  }

  @Test(arguments: [
    (-20.0, -41.0, true), (-20, -39, false), (-10, -39, false), (-30, -49, false), (-30, -51, true),
    (-50, -60, false), (-50, -71, true),
  ])
  func speechIsFaintBesideTheLoudestBefore(before: Double, decibels: Double, isFaint: Bool) {
    var level = Faintness()
    _ = level.isFaint(speech(before))
    _ = level.isFaint(speech(before - 15))
    let found = level.isFaint(speech(decibels))
    #expect(found == isFaint)
  }

  @Test func aShortBangIsNoSpeechToCompareWith() {
    var level = Faintness()
    _ = level.isFaint(speech(-30))
    _ = level.isFaint(speech(-3, seconds: 0.5))
    let found = level.isFaint(speech(-45))
    #expect(!found)
  }

  @Test func damagedSegmentsHaveALevel() {
    let empty = SpeechSegment(
      startSample: 5, samples: [], probabilities: [0.9], chunkStart: 0, endsInSpeech: false)
    #expect(Faintness.active(empty).level == -120)
  }
}
