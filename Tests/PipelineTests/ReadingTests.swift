import Demux
import Support
import Testing

@testable import AudioEncoder
@testable import Pipeline

@Suite("What readers take and return")
struct ReadingTests {
  private func reading(_ round: Reading.Round) -> Reading {
    Reading(recording: 0, startSample: 16, words: nil, face: nil, round: round)
  }

  private let sure = ReadingGrade(isLoop: false, confidence: -0.1)
  private let unsure = ReadingGrade(isLoop: false, confidence: -0.5)

  @Test
  func aFirstReadingIsFollowedByASecondWhichMayBeBetter() {
    let first = reading(.first(unsure))
    #expect(!first.isFinal)
    #expect(first.isWorse(than: sure))
    #expect(!first.isWorse(than: unsure))
    let sighting = Sighting(faces: 1, fault: nil, isDamaged: false)
    let final = first.final(sighting)
    #expect(final.isFinal)
    #expect(final == reading(.final(sighting)))
    #expect(!final.isWorse(than: sure))
  }

  private func task(_ recording: RecordingRun) -> SegmentTask {
    let speech = SpeechSegment(
      startSample: 16, samples: [0, 0, 0], probabilities: [0.9], chunkStart: 0, endsInSpeech: false)
    return SegmentTask(recording, number: 0, track: 2, speech: speech, isFaint: false)
  }

  @Test
  func whatWasKeptOfAFinalReadingIsHandedInAFirstOneIsGivenToTheReader() throws {
    let sighting = Sighting(faces: 1, fault: nil, isDamaged: false, offset: 0.2)
    for kept in [nil, reading(.first(unsure)), reading(.final(sighting))] {
      let asked = Guarded<[SegmentTask.Place]>([])
      let checkpoints = Checkpoints(
        restore: { place in
          asked.withLock { $0.append(place) }
          return kept
        }, keep: { _, _ in })
      let readings = ReorderBuffer<Reading>(window: 1)
      let picture = PictureSource(recording: "a.mp4")
      let recording = RecordingRun(
        picture: picture, terms: nil, checkpoints: checkpoints, readings: readings)
      var task = task(recording)
      #expect(readings.enter() == 0)
      let isDone = task.restore()
      #expect(isDone == (kept?.isFinal ?? false))
      #expect(
        asked.withLock { $0 } == [
          SegmentTask.Place(number: 0, track: 2, startSample: 16, sampleCount: 3)
        ])
      #expect(task.first == (kept?.isFinal == true ? nil : kept))
      #expect(picture.sync?.known == (kept?.isFinal == true ? 0.2 : nil))
      if !isDone { task.finish(reading(.final(nil))) }
      let popped = try readings.pop().element()
      #expect(popped == (kept?.isFinal == true ? kept : reading(.final(nil))))
    }
  }

  @Test
  func audioIsWorkedOnInRunsOfEightBlocksAndARunMayBeShorterAtTheEnd() throws {
    let run = RecordingRun(
      picture: nil, terms: nil, readings: ReorderBuffer<Reading>(window: 1))
    var blocks = (0..<19).map {
      AudioBlock(track: $0 % 2, startSample: Int64($0) * 8_000, samples: [0, 0, 0, 0])
    }[...]
    var counts: [Int] = []
    var ends: [Double] = []
    while let source = try SourceBlock(
      of: run, { () throws(TranscriptionError) in blocks.popFirst() })
    {
      #expect(source.recording === run)
      counts.append(source.blocks.count)
      ends.append(source.end)
    }
    #expect(counts == [8, 8, 3])
    #expect(ends == [7.0, 15, 18].map { ($0 * 8_000 + 4) / 16_000 })
  }
}
