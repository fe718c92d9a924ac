import LipEncoder
import Speakers
import Testing
import Transcript

@testable import Pipeline

@Suite("Readings become a transcript")
struct TranscriptAssemblyTests {
  private func reading(
    _ text: String?, at start: Double, track: Int = 1, face x: Float? = nil,
    sighting: Sighting? = nil
  ) -> Reading {
    let place = x.map { x in
      var place = FacePlace(mouth: Point(x: x, y: 100), size: 40)
      place.share = Point(x: 0.25, y: 0.5)
      return place
    }
    let words = text.map { text in
      let word = Word(
        text: text, start: start, end: start + 1, confidence: 0.5,
        lips: place.map { _ in WordLips(face: 0, gate: 0.5) })
      return Segment(start: start, end: start + 1, track: track, words: [word])
    }
    return Reading(
      recording: 0, startSample: Int64(start * 16_000), words: words, face: place,
      round: .final(sighting))
  }

  /// Two people in two places on two tracks; in the third segment nobody is seen, in the fourth nothing
  /// was said.
  private var readings: [Reading] {
    [
      reading("one", at: 0, face: 100), reading("two", at: 2, track: 2, face: 400),
      reading("three", at: 4), reading(nil, at: 6, face: 400),
      reading("five", at: 8, track: 2, face: 410), reading("six", at: 10, face: 110),
    ]
  }

  private let names = [1: "Anna", 2: "Ben"]

  @Test
  func segmentsLeaveAsTheyAreReadWithFacesNumberedInTheirOrderAndTracksNamed() {
    var assembly = TranscriptAssembly(release: .atOnce, speakers: names)
    let segments = readings.map { assembly.add($0) }
    #expect(segments.map { $0?.text } == ["one", "two", "three", nil, "five", "six"])
    #expect(segments.map { $0?.words[0].lips?.face } == [1, 2, nil, nil, 2, 1])
    #expect(segments.map { $0?.speaker } == ["Anna", "Ben", "Anna", nil, "Ben", "Anna"])
    #expect(segments[1]?.mouth == MouthPosition(x: 0.25, y: 0.5))
    #expect(segments[2]?.mouth == nil)
    #expect(segments[0]?.words[0].lips?.gate == 0.5)
    #expect(assembly.finish() == [])
  }

  @Test
  func heldUntilTheEndTheyAreTheSameAndAreHandedOutOnce() {
    var (passing, holding) = (
      TranscriptAssembly(release: .atOnce, speakers: names),
      TranscriptAssembly(release: .atEnd, speakers: names)
    )
    let passed = readings.compactMap { passing.add($0) }
    #expect(readings.compactMap { holding.add($0) } == [])
    #expect(holding.finish() == passed)
    #expect(holding.finish() == [])
    #expect(passed.count == 5)
  }

  @Test
  func withoutNamesNobodyIsNamedNorInATrackThatHasNone() {
    var nameless = TranscriptAssembly(release: .atOnce)
    #expect(readings.compactMap { nameless.add($0)?.speaker } == [])
    var partly = TranscriptAssembly(release: .atOnce, speakers: [2: "Ben"])
    #expect(readings.compactMap { partly.add($0)?.speaker } == ["Ben", "Ben"])
  }

  @Test
  func looksAreCountedThoseAtSegmentsWithoutWordsToo() {
    var assembly = TranscriptAssembly(release: .atEnd, account: LipAccount(fault: .pipe))
    var sighting = Sighting(faces: 1, fault: nil, isDamaged: false, isKnownFace: true)
    sighting.offset = 0.2
    _ = assembly.add(reading("one", at: 0, sighting: sighting))
    _ = assembly.add(
      reading(nil, at: 2, sighting: Sighting(faces: 0, fault: .pipe, isDamaged: true)))
    _ = assembly.add(reading("three", at: 4))
    var expected = LipAccount(fault: .pipe)
    (expected.segments, expected.blindSegments, expected.damagedSegments) = (2, 1, 1)
    (expected.segmentsWithFace, expected.segmentsWithKnownFace, expected.offset) = (1, 1, 0.2)
    #expect(assembly.account == expected)
  }

  @Test
  func whatWasSaidBeforeTheStartIsLeftOutVoicesToo() throws {
    var assembly = TranscriptAssembly(release: .atEnd, start: 4.4)
    for time in [2.0, 4, 5] { _ = assembly.add(reading("at \(time)", at: time)) }
    let heard = assembly.finish(
      lanes: [
        0: Diarization([
          SpeakerTurn(speaker: 0, start: 2, end: 3), SpeakerTurn(speaker: 1, start: 4, end: 6),
        ])
      ], names: [:])
    let segments = heard.segments
    // The middle of the second word lies behind the start, which it is not shown before.
    #expect(segments.map(\.text) == ["at 4.0", "at 5.0"])
    #expect(segments.map(\.start) == [4.4, 5] && segments.map(\.words[0].start) == [4.4, 5])
    #expect(heard.turns.map(\.start) == [4.4])
    #expect(assembly.voice.segments == 2, "what was said before counts for no speech")
  }
}
