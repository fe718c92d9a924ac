import AudioEncoder
import Foundation
import Testing

/// The segmenter with the real network.
@Suite struct SegmenterTests {
  /// A block of a track: position and samples.
  typealias Block = (start: Int64, samples: [Float])

  static func segments(
    _ blocks: [Block], config: SegmenterConfig = SegmenterConfig()
  ) throws -> [SpeechSegment] {
    var segmenter = Segmenter(config: config, weights: try SpeechData.weights())
    var segments: [SpeechSegment] = []
    for block in blocks {
      segments += segmenter.process(startSample: block.start, samples: block.samples)
    }
    return segments + segmenter.finish()
  }

  @Test(
    .enabled(if: SpeechData.hasRecordings, "needs ../shared/data and the silero-vad model"),
    arguments: [3, 4, 5])
  func blockSizesAndOffsetsDoNotMatter(_ seed: UInt64) throws {
    let samples = try SpeechData.samples("jfk.flac")
    var config = SegmenterConfig()
    config.preferredSeconds = 3
    config.joinPause = 0.6
    let offset: Int64 = 123_456_789
    let whole = try Self.segments([(0, samples)], config: config)
    #expect(whole.count >= 3)

    var generator = SeededGenerator(seed: seed)
    var blocks: [Block] = []
    var position = 0
    while position < samples.count {
      let end = min(position + Int.random(in: 0...30_000, using: &generator), samples.count)
      blocks.append((offset + Int64(position), Array(samples[position..<end])))
      position = end
    }
    let parts = try Self.segments(blocks, config: config)
    #expect(parts.map(\.startSample) == whole.map { $0.startSample + offset })
    #expect(parts.map(\.chunkStart) == whole.map { $0.chunkStart + offset })
    #expect(parts.map(\.samples) == whole.map(\.samples))
    #expect(parts.map(\.probabilities) == whole.map(\.probabilities))
  }

  @Test(.enabled(if: SpeechData.hasRecordings, "needs ../shared/data and the silero-vad model"))
  func speechIsNotJoinedAcrossAGap() throws {
    let samples = try SpeechData.samples("jfk.flac")
    // In the middle of "fellow Americans".
    let cut = 24_000
    let gap: Int64 = 160
    let segments = try Self.segments([
      (1000, Array(samples[..<cut])), (1000 + Int64(cut) + gap, Array(samples[cut...])),
    ])
    let before = try #require(segments.first)
    #expect(before.endSample == 1000 + Int64(cut))
    for segment in segments {
      let shift = segment.startSample < before.endSample ? 1000 : 1000 + Int(gap)
      let start = Int(segment.startSample) - shift
      #expect(start >= 0)
      #expect(segment.samples == Array(samples[start..<start + segment.samples.count]))
    }
    #expect(segments.count >= 2)
  }

  @Test(.enabled(if: SpeechData.hasRecordings, "needs ../shared/data and the silero-vad model"))
  func samplesHeardBeforeAreLeftOut() throws {
    let samples = try SpeechData.samples("jfk.flac")
    let repeated = try Self.segments([
      (0, Array(samples[..<50_000])), (10_000, Array(samples[10_000..<30_000])),
      (49_000, Array(samples[49_000...])),
    ])
    #expect(try repeated == Self.segments([(0, samples)]))
  }

  @Test(.enabled(if: SpeechData.hasRecordings, "needs ../shared/data and the silero-vad model"))
  func aFinishedSegmenterTakesAnotherTrack() throws {
    let samples = Array(try SpeechData.samples("jfk.flac").prefix(60_000))
    var segmenter = Segmenter(config: SegmenterConfig(), weights: try SpeechData.weights())
    let first = segmenter.process(startSample: 500, samples: samples) + segmenter.finish()
    let second = segmenter.process(startSample: 500, samples: samples) + segmenter.finish()
    #expect(!first.isEmpty && first == second)
    #expect(segmenter.finish().isEmpty)
  }

  /// Utterances with a second of silence between them. The loud parts of each must lie in segments
  /// (within 3 dB of its mean level after the first difference; two of these files begin with a
  /// breath 5 dB below it), and a cut must lie where it is 12 dB quieter than the segment.
  @Test(
    .enabled(if: SpeechData.hasRecordings, "needs ../shared/data and the silero-vad model"),
    arguments: [4.0, 12.0])
  func theSpeechOfReadUtterancesIsCovered(_ preferred: Double) throws {
    var config = SegmenterConfig()
    config.preferredSeconds = preferred
    config.maximumSeconds = 2 * preferred
    let names = SpeechData.recordings("librispeech/test-other")
    #expect(!names.isEmpty)
    var track: [Float] = []
    var utterances: [Range<Int>] = []
    for (index, name) in names.enumerated() where index.isMultiple(of: 3) {
      let samples = try SpeechData.samples(name)
      utterances.append(track.count..<track.count + samples.count)
      track += samples + Array(repeating: 0, count: 16_000)
    }
    let segments = try Self.segments([(0, track)], config: config)
    let powers = Self.powers(track)
    for utterance in utterances {
      let slots = utterance.lowerBound / 800 + 1..<utterance.upperBound / 800
      let mean = powers[slots].reduce(0, +) / Float(slots.count)
      for slot in slots where powers[slot] > mean * 0.5 {
        let middle = Int64(slot * 800 + 400)
        let isCovered = segments.contains { $0.startSample <= middle && middle < $0.endSample }
        #expect(isCovered, "at \(Double(middle) / 16_000) s")
      }
    }
    for segment in segments {
      let slots = Int(segment.startSample) / 800..<Int(segment.endSample) / 800
      let mean = powers[slots].reduce(0, +) / Float(slots.count)
      let last = min(Int(segment.endSample) / 800, powers.count - 1)
      #expect(!segment.endsInSpeech)
      #expect(powers[last] < mean * 0.063, "cut at \(Double(segment.endSample) / 16_000) s")
    }
  }

  /// Mean power of the first difference, for each 50 ms.
  static func powers(_ samples: [Float]) -> [Float] {
    stride(from: 0, to: samples.count, by: 800).map { start in
      var sum: Float = 0
      for n in max(start, 1)..<min(start + 800, samples.count) {
        let difference = samples[n] - 0.97 * samples[n - 1]
        sum += difference * difference
      }
      return sum / 800
    }
  }

  @Test(
    .enabled(if: SpeechData.hasRecordings, "needs ../shared/data and the silero-vad model"),
    arguments: [
      "things_ceiling-fan", "things_keyboard", "urban_traffic", "doing_the_dishes", "white-noise",
      "pink-noise",
    ])
  func tenMinutesOfNoiseHoldNoSpeech(_ name: String) throws {
    let samples = try SpeechData.samples("noise/\(name).opus")
    var segmenter = Segmenter(config: SegmenterConfig(), weights: try SpeechData.weights())
    var position: Int64 = 0
    var count = 0
    while position < 600 * 16_000 {
      count += segmenter.process(startSample: position, samples: samples).count
      position += Int64(samples.count)
    }
    count += segmenter.finish().count
    #expect(count == 0)
  }
}
