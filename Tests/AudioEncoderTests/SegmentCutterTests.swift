import AudioEncoder
import Testing

/// Properties of cutting on made-up tracks of probabilities.
@Suite struct SegmentCutterTests {
  static let chunk = 512

  /// A track of random samples, with probabilities that go up and down like speech, or at random.
  struct Track {
    var samples: [Float]
    var probabilities: [Float]
    let origin: Int64
    let config: SegmenterConfig

    init(seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      var probabilities: [Float] = []
      let count = Int.random(in: 0...1000, using: &generator)
      let isErratic = seed.isMultiple(of: 5)
      while probabilities.count < count {
        let isSpeech = Bool.random(using: &generator)
        let longest = isErratic ? 2 : [3, 30, 300].randomElement(using: &generator) ?? 3
        let range: ClosedRange<Float> = isErratic ? 0...1 : isSpeech ? 0.3...1 : 0...0.45
        for _ in 0..<Int.random(in: 1...longest, using: &generator) {
          probabilities.append(Float.random(in: range, using: &generator))
        }
      }
      self.probabilities = probabilities
      let missing = Int.random(in: 0..<SegmentCutterTests.chunk, using: &generator)
      let length = max(probabilities.count * SegmentCutterTests.chunk - missing, 0)
      // One value for each 8 ms: any shift shows at the steps.
      samples = []
      while samples.count < length {
        let value = Float.random(in: 0.001...0.1, using: &generator)
        samples += Array(repeating: value, count: min(128, length - samples.count))
      }
      origin = Int64.random(in: 0...1_000_000_000_000, using: &generator)
      config = Self.config(using: &generator)
    }

    private static func config(using generator: inout SeededGenerator) -> SegmenterConfig {
      var config = SegmenterConfig()
      guard Bool.random(using: &generator) else { return config }
      config.padding = Double.random(in: 0...0.6, using: &generator)
      config.maximumSeconds = 2 * config.padding + Double.random(in: 0.5...20, using: &generator)
      config.preferredSeconds = Double.random(in: 0.1...25, using: &generator)
      config.minimumPause = Double.random(in: 0...0.5, using: &generator)
      config.joinPause = Double.random(in: 0...2, using: &generator)
      config.minimumSpeech = Double.random(in: 0...0.5, using: &generator)
      return config
    }

    func segments() -> [SpeechSegment] {
      var cutter = SegmentCutter(config: config, origin: origin)
      var segments: [SpeechSegment] = []
      for (index, probability) in probabilities.enumerated() {
        let start = index * SegmentCutterTests.chunk
        let end = min(start + SegmentCutterTests.chunk, samples.count)
        segments += cutter.append(samples[start..<end], probability: probability)
      }
      return segments + cutter.finish()
    }
  }

  static let seeds = Array(UInt64(1)...60)

  @Test(arguments: seeds) func segmentsAreDisjointOrderedAndWithinTheMaximum(_ seed: UInt64) {
    let track = Track(seed: seed)
    let trackEnd = track.origin + Int64(track.samples.count)
    var end = track.origin
    for segment in track.segments() {
      #expect(segment.startSample >= end)
      #expect(!segment.samples.isEmpty)
      #expect(segment.samples.count <= Int(track.config.maximumSeconds * 16_000))
      end = segment.endSample
    }
    #expect(end <= trackEnd)
  }

  @Test(arguments: seeds) func samplesAndProbabilitiesAreThoseOfTheTrack(_ seed: UInt64) {
    let track = Track(seed: seed)
    for segment in track.segments() {
      let start = Int(segment.startSample - track.origin)
      #expect(segment.samples == Array(track.samples[start..<start + segment.samples.count]))
      let first = Int(segment.chunkStart - track.origin) / Self.chunk
      #expect(first == start / Self.chunk)
      let end = (start + segment.samples.count + Self.chunk - 1) / Self.chunk
      #expect(segment.probabilities == Array(track.probabilities[first..<end]))
    }
  }

  @Test(arguments: seeds) func speechLongerThanTheMinimumIsCovered(_ seed: UInt64) {
    let track = Track(seed: seed)
    let covered = track.segments().map {
      Int($0.startSample - track.origin)..<Int($0.endSample - track.origin)
    }
    let shortest = Int((track.config.minimumSpeech * 16_000 / Double(Self.chunk)).rounded(.up))
    var start = 0
    while start < track.probabilities.count {
      var end = start
      while end < track.probabilities.count,
        track.probabilities[end] >= track.config.onsetThreshold
      {
        end += 1
      }
      if end - start >= max(shortest, 1) {
        let range = start * Self.chunk..<min(end * Self.chunk, track.samples.count)
        let parts = covered.map { $0.clamped(to: range).count }
        #expect(parts.reduce(0, +) == range.count, "chunks \(start)..<\(end)")
      }
      start = end + 1
    }
  }

  @Test(arguments: seeds) func cutsWithinSpeechComeOnlyWhereNoPauseIs(_ seed: UInt64) {
    let track = Track(seed: seed)
    let segments = track.segments()
    let pause = max(Int((track.config.minimumPause * 16_000 / 512).rounded(.up)), 1)
    for (segment, following) in zip(segments, segments.dropFirst()) where segment.endsInSpeech {
      #expect(segment.endSample == following.startSample)
      // From the last real pause before the cut to the cut and on to the next pause is more speech
      // than a segment holds.
      let cut = Int(segment.endSample - track.origin) / Self.chunk
      let isSilent = track.probabilities.map { $0 < track.config.offsetThreshold }
      var first = cut
      while first > 0, !isSilent[max(first - pause, 0)..<first].allSatisfy({ $0 }) { first -= 1 }
      var last = cut
      while last < isSilent.count,
        !isSilent[last..<min(last + pause, isSilent.count)].allSatisfy({ $0 })
      {
        last += 1
      }
      let extent = Double((last - first) * Self.chunk) / 16_000 + 2 * track.config.padding
      #expect(extent > track.config.maximumSeconds - 0.1)
    }
  }

  /// Probabilities of `seconds` of speech or silence.
  static func chunks(_ probability: Float, _ seconds: Double) -> [Float] {
    Array(repeating: probability, count: Int((seconds * 16_000 / 512).rounded()))
  }

  static func cut(
    _ probabilities: [Float], _ config: SegmenterConfig = SegmenterConfig(),
    loudness: (Int) -> Float = { _ in 0.1 }
  ) -> [SpeechSegment] {
    var cutter = SegmentCutter(config: config, origin: 0)
    var segments: [SpeechSegment] = []
    for (index, probability) in probabilities.enumerated() {
      let samples = (index * 512..<(index + 1) * 512).map {
        $0.isMultiple(of: 2) ? loudness($0) : -loudness($0)
      }
      segments += cutter.append(samples[...], probability: probability)
    }
    return segments + cutter.finish()
  }

  @Test func paddingIsKeptOnBothSides() throws {
    let segments = Self.cut(Self.chunks(0, 2) + Self.chunks(1, 1.6) + Self.chunks(0, 2))
    let segment = try #require(segments.first)
    #expect(segments.count == 1)
    // 2 s are 63 chunks (62.5), 1.6 s are 50.
    #expect(segment.startSample == 63 * 512 - 4000)
    #expect(segment.endSample == 113 * 512 + 4000)
    #expect(!segment.endsInSpeech)
  }

  @Test func shortPausesAreJoinedAndLongOnesAreNot() {
    let speech = Self.chunks(0.9, 2)
    let joined = Self.cut(speech + Self.chunks(0, 0.5) + speech + Self.chunks(0, 2.4) + speech)
    #expect(joined.count == 1)
    let apart = Self.cut(speech + Self.chunks(0, 2.7) + speech)
    #expect(apart.count == 2)
  }

  @Test func theLongerPauseIsPreferred() {
    // Four times 6 s; the pauses that give two segments of 12 s and the others.
    let speech = Self.chunks(0.9, 6)
    let long = Self.chunks(0, 0.6)
    let short = Self.chunks(0, 0.2)
    var config = SegmenterConfig()
    config.preferredSeconds = 12
    config.maximumSeconds = 24
    let segments = Self.cut(speech + short + speech + long + speech + short + speech, config)
    #expect(segments.map { Int($0.seconds.rounded()) } == [12, 12])
  }

  @Test func aPauseShorterThanThePaddingIsSharedAtItsQuietestPoint() throws {
    var config = SegmenterConfig()
    config.maximumSeconds = 10
    config.preferredSeconds = 8
    let before = Self.chunks(0.9, 8)
    let pause = Self.chunks(0, 0.32)
    let quiet = before.count * 512 + 2000
    let segments = Self.cut(before + pause + before, config) { abs($0 - quiet) < 600 ? 0.001 : 0.1 }
    #expect(segments.count == 2)
    let first = try #require(segments.first)
    #expect(abs(Int(first.endSample) - quiet) < 300)
    #expect(segments.last?.startSample == first.endSample)
    #expect(!first.endsInSpeech)
  }

  @Test func speechWithoutPauseIsCutAtItsDeepestDip() throws {
    let speech = Self.chunks(0.95, 30)
    let dip = 11 * 16_000
    let segments = Self.cut(speech) { abs($0 - dip) < 800 ? 0.003 : 0.1 }
    let first = try #require(segments.first)
    #expect(first.endsInSpeech)
    #expect(abs(Int(first.endSample) - dip) < 800)
    #expect(segments.reduce(0) { $0 + $1.samples.count } == speech.count * 512)
  }

  @Test func littleSpeechAloneIsNoiseButBesideSpeechItIsSpeech() {
    let blip = Self.chunks(0.9, 0.1)
    let silence = Self.chunks(0, 3)
    #expect(Self.cut(silence + blip + silence + blip + silence).isEmpty)
    let near = Self.cut(silence + blip + Self.chunks(0, 0.4) + Self.chunks(0.9, 1) + silence)
    #expect(near.count == 1)
    #expect(near.first.map { $0.startSample < 94 * 512 } == true)
  }

  @Test func digitalSilenceIsNoSpeechWhateverTheNetworkSays() {
    #expect(Self.cut(Self.chunks(0.9, 20)) { _ in 0.00005 }.isEmpty)
  }

  @Test func settingsThatContradictOneAnotherAreKnown() {
    let edits: [(inout SegmenterConfig) -> Void] = [
      { $0.maximumSeconds = 0.9 }, { $0.padding = -0.1 }, { $0.padding = 30 },
      { $0.offsetThreshold = 0.6 }, { $0.onsetThreshold = 1.1 }, { $0.preferredSeconds = 0 },
      { $0.preferredSeconds = .nan }, { $0.joinPause = .infinity }, { $0.silenceLevel = .nan },
      { $0.offsetThreshold = .nan }, { $0.maximumSeconds = 1e9 },
    ]
    #expect(SegmenterConfig().isValid)
    for edit in edits {
      var config = SegmenterConfig()
      edit(&config)
      #expect(!config.isValid)
    }
  }
}
