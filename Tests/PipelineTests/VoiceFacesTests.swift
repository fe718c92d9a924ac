import LipEncoder
import Speakers
import Testing
import Transcript

@testable import Pipeline

@Suite("Voices and faces are joined")
struct VoiceFacesTests {
  private func place(_ face: Int) -> FacePlace {
    var place = FacePlace(mouth: Point(x: Float(300 * face), y: 100), size: 40)
    place.share = Point(x: 0.2 * Float(face), y: 0.5)
    return place
  }

  /// A reading of one word a second, with the evidence for faces 1, 2 and so on that are in view.
  private func reading(_ start: Double, seconds: Int = 1, _ ratios: [Double]) -> Reading {
    let words = (0..<seconds).map {
      Word(text: "w", start: start + Double($0), end: start + Double($0) + 0.9, confidence: 0.9)
    }
    var sighting = Sighting(faces: ratios.count, fault: nil, isDamaged: false)
    sighting.fits = ratios.enumerated().map {
      FaceFit(place: place($0.offset + 1), ratio: $0.element)
    }
    return Reading(
      recording: 0, startSample: Int64(start * 16_000),
      words: Segment(start: start, end: start + Double(seconds), track: 1, words: words),
      face: nil, round: .final(sighting))
  }

  private func heard(_ readings: [Reading], _ turns: [SpeakerTurn]) -> HeardVoices {
    var assembly = TranscriptAssembly(release: .atEnd)
    for reading in readings { _ = assembly.add(reading) }
    return assembly.finish(lanes: [0: Diarization(turns)], names: [:])
  }

  private func turn(_ speaker: Int, _ start: Double, _ end: Double) -> SpeakerTurn {
    SpeakerTurn(speaker: speaker, start: start, end: end)
  }

  @Test
  func aVoiceHasTheFaceThatFitsAllItSaysAlsoWhereASegmentAloneSaysLittle() {
    let readings = [[5.0, -2], [-1, 4], [4, -3], [-2, 6], [0.5, 1]].enumerated().map {
      reading(Double(2 * $0.offset), $0.element)
    }
    let result = heard(
      readings, [0, 1, 0, 1, 0].enumerated().map { turn($1, Double(2 * $0), Double(2 * $0) + 1) })
    #expect(result.segments.map { $0.words[0].lips?.face } == [1, 2, 1, 2, 1])
    #expect(result.segments[4].mouth == MouthPosition(x: Double(Float(0.2)), y: 0.5))
    #expect(result.turns.map(\.sight) == [.face(1), .face(2), .face(1), .face(2), .face(1)])
    #expect(TalkTime.of(result.turns).map(\.sight) == [.face(1), .face(2)])
  }

  @Test
  func aVoiceThatNoLipsFitIsOffScreenAndGetsNoFace() {
    // One segment of the second voice fits by chance.
    let readings = [[9.0], [-4], [4], [-9]].enumerated().map {
      reading(Double(2 * $0.offset), $0.element)
    }
    let result = heard(readings, [turn(0, 0, 1), turn(1, 2, 7)])
    #expect(result.segments.map { $0.words[0].lips?.face } == [1, nil, nil, nil])
    #expect(result.turns.map(\.sight) == [.face(1), .offScreen])
  }

  @Test
  func littleEvidenceSaysNothing() {
    #expect(heard([reading(0, [2])], [turn(0, 0, 1)]).turns.map(\.sight) == [nil])
    #expect(heard([reading(0, [-2])], [turn(0, 0, 1)]).turns.map(\.sight) == [nil])
    #expect(heard([reading(0, [])], [turn(0, 0, 1)]).turns.map(\.sight) == [nil])
  }

  @Test
  func twoVoicesThatAlwaysComeWithOneFaceAreOnePersonAndNumbersHaveNoGap() {
    let readings = [[9.0, -5], [9, -5], [-5, 9]].enumerated().map {
      reading(Double(2 * $0.offset), $0.element)
    }
    let result = heard(readings, [turn(0, 0, 1), turn(1, 2, 3), turn(2, 4, 5)])
    #expect(result.segments.map(\.speaker) == ["Speaker 1", "Speaker 1", "Speaker 2"])
    #expect(result.turns.map(\.speaker) == ["Speaker 1", "Speaker 1", "Speaker 2"])
  }

  @Test
  func aVoiceOfTwoPeopleIsNotTakenForOneOfThem() {
    let readings = [[9.0, -5], [9, -5], [-3, 4], [-3, 4]].enumerated().map {
      reading(Double(2 * $0.offset), $0.element)
    }
    let result = heard(readings, [turn(0, 0, 1), turn(1, 2, 7)])
    #expect(Set(result.segments.map(\.speaker)) == ["Speaker 1", "Speaker 2"])
  }

  @Test
  func aDividedSegmentTellsNothingButGetsTheFacesOfItsVoices() {
    let readings =
      [[9.0, -5], [-5, 9]].enumerated().map { reading(Double(2 * $0.offset), $0.element) }
      + [reading(4, seconds: 8, [9, -5])]
    let result = heard(
      readings, [turn(0, 0, 1), turn(1, 2, 3), turn(0, 4, 8), turn(1, 8, 12)])
    #expect(result.segments.map { $0.words[0].lips?.face } == [1, 2, 1, 2])
  }
}
