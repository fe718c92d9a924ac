import AudioEncoder
import Decoding
import Fixtures
import NN
import Testing

@Suite struct TextDecoderTests {
  /// Segments of all lengths, some of them equal.
  private static func jobs(count: Int, seed: UInt64) -> [Job] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { id in
      let frames = [1, 2, 7, 40, 129].randomElement(using: &generator) ?? 1
      return Job(
        id: id, embeddings: TinyDecoder.embeddings(frames, seed: seed &+ UInt64(id)),
        tokenLimit: Int.random(in: 1...50, using: &generator))
    }
  }

  @Test(arguments: 1...6)
  func aSegmentDoesNotDependOnItsNeighbours(seed: Int) throws {
    let weights = try TinyDecoder.weights(TinyModel(seed: UInt64(seed)))
    let jobs = Self.jobs(count: 12, seed: UInt64(seed))
    var alone: [Int: TokenSequence] = [:]
    for job in jobs {
      alone.merge(
        decode([job], weights: weights, slots: 1, heads: TinyDecoder.heads)
      ) { first, _ in first }
    }
    var generator = SeededGenerator(seed: UInt64(seed) &* 77)
    for slots in [2, 5, 12] {
      let shuffled = jobs.shuffled(using: &generator)
      let waits = shuffled.map { _ in Int.random(in: 0...3, using: &generator) }
      let together = decode(
        shuffled, weights: weights, slots: slots, heads: TinyDecoder.heads, waits: waits)
      #expect(together.count == jobs.count)
      for job in jobs {
        let (one, other) = (try #require(alone[job.id]), try #require(together[job.id]))
        #expect(one.isIdentical(to: other), "segment \(job.id) of \(slots) slots")
      }
    }
  }

  // The same with real weights and speech: pieces of one recording, cut anywhere.
  @Test(
    .enabled(if: InstalledModels.moonshine != nil, "moonshine-tiny-en is not installed"),
    .enabled(if: GoldenValues.shared != nil, "../shared/reference is absent"))
  func realSegmentsDoNotDependOnTheirNeighbours() throws {
    let samples = try #require(GoldenValues.shared).array("jfk.samples").floats
    let scope = try WeightScope(contentsOf: try #require(InstalledModels.moonshine))
    var encoder = MoonshineEncoder(weights: try MoonshineEncoderWeights(scope["model.encoder"]))
    let weights = try TextDecoderWeights(scope["model.decoder"])
    let pieces = [0..<48_000, 0..<176_000, 50_000..<90_000, 90_000..<91_000, 120_000..<176_000]
    let jobs = pieces.enumerated().map { id, piece in
      Job(id: id, embeddings: encoder.encode(Array(samples[piece])), tokenLimit: 72)
    }
    let heads = AlignmentHead.tinyEnglish
    let together = decode(
      jobs.reversed(), weights: weights, slots: 4, heads: heads, waits: [0, 3, 0, 1, 0])
    for job in jobs {
      let alone = decode([job], weights: weights, slots: 1, heads: heads)
      let (one, other) = (try #require(alone[job.id]), try #require(together[job.id]))
      #expect(one.isIdentical(to: other), "piece \(job.id)")
    }
  }

  @Test(arguments: 1...8)
  func whatIsWrittenFitsTogether(seed: Int) throws {
    let weights = try TinyDecoder.weights(TinyModel(seed: UInt64(seed) + 100))
    let jobs = Self.jobs(count: 8, seed: UInt64(seed) + 100)
    let results = decode(jobs, weights: weights, slots: 3, heads: TinyDecoder.heads)
    for job in jobs {
      let sequence = try #require(results[job.id])
      let count = sequence.tokens.count
      #expect(count <= job.tokenLimit && sequence.frames == job.embeddings.frames)
      #expect((sequence.ending == .tokenLimit) == (count == job.tokenLimit))
      #expect((sequence.ending == .endToken) == (sequence.endProbability > 0))
      #expect(sequence.tokens.allSatisfy { (0..<40).contains($0) && $0 != 2 })
      #expect(sequence.probabilities.count == count)
      #expect((sequence.probabilities + [sequence.endProbability]).allSatisfy { 0...1 ~= $0 })
      // The row of the token that was read, the start token first; at the limit the last token
      // is never read.
      let rows = sequence.ending == .endToken ? count + 1 : count
      let rowSize = TinyDecoder.heads.count * sequence.frames
      let isWhole = sequence.attention.count == rows * rowSize
      let isCut = sequence.attention.count == (count + 1) * rowSize
      #expect(sequence.ending == .repetition ? isCut : isWhole)
      for start in stride(from: 0, to: sequence.attention.count, by: sequence.frames) {
        let sum = sequence.attention[start..<start + sequence.frames].reduce(0, +)
        // A softmax over at most 129 frames, summed in f32.
        #expect(abs(sum - 1) < 1e-5)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 10, 63])
  func noMoreTokensThanAllowed(limit: Int) throws {
    let weights = try TinyDecoder.weights()
    let job = Job(id: 0, embeddings: TinyDecoder.embeddings(30, seed: 9), tokenLimit: limit)
    let free = Job(id: 0, embeddings: job.embeddings, tokenLimit: 1_000)
    let cut = try #require(decode([job], weights: weights, slots: 1, heads: [])[0])
    let whole = try #require(decode([free], weights: weights, slots: 1, heads: [])[0])
    // The model has 64 positions, the first of them the start token's.
    #expect(whole.tokens.count <= 63)
    #expect(cut.tokens.count <= limit)
    let length = min(cut.tokens.count, whole.tokens.count)
    #expect(cut.tokens.prefix(length) == whole.tokens.prefix(length))
  }

  @Test
  func roomIsBoundedBySlotsAndFrames() throws {
    var decoder = TextDecoder(
      weights: try TinyDecoder.weights(), slots: 3, frameLimit: 100, alignmentHeads: [])
    // The macro cannot hold a decoder, which is not copyable, hence the names.
    let idleSteps = decoder.step().count
    #expect(idleSteps == 0)
    let entersIdle = decoder.hasRoom(frames: 5_000)
    #expect(entersIdle, "one segment may always enter an idle decoder")
    decoder.admit(TinyDecoder.embeddings(60, seed: 1), tokenLimit: 1, id: 0)
    let (fits, exceeds) = (decoder.hasRoom(frames: 40), decoder.hasRoom(frames: 41))
    #expect(fits && !exceeds)
    decoder.admit(TinyDecoder.embeddings(10, seed: 2), tokenLimit: 1, id: 1)
    decoder.admit(TinyDecoder.embeddings(10, seed: 3), tokenLimit: 1, id: 2)
    let hasSlot = decoder.hasRoom(frames: 1)
    #expect(!hasSlot)
    let finished = decoder.step().map(\.id)
    #expect(finished == [0, 1, 2], "one token each, then all are finished")
    let (isIdle, isFree) = (decoder.isIdle, decoder.hasRoom(frames: 5_000))
    #expect(isIdle && isFree)
  }

  // Two who hear the same choose the same, whatever their weights; a weight of one is the other's choice.
  @Test(arguments: [0, 0.3, 1] as [Float])
  func twoWaysOfListeningChooseTogether(weight: Float) throws {
    let weights = try TinyDecoder.weights()
    let (one, other) = (TinyDecoder.embeddings(40, seed: 5), TinyDecoder.embeddings(23, seed: 6))
    let alone = [one, other].map { embeddings in
      decode(
        [Job(id: 0, embeddings: embeddings, tokenLimit: 30)], weights: weights, slots: 1,
        heads: TinyDecoder.heads)[0]?.tokens
    }
    func together(_ companion: Embeddings) -> [(id: Int, sequence: TokenSequence)] {
      var decoder = TextDecoder(weights: weights, slots: 3, alignmentHeads: TinyDecoder.heads)
      decoder.admit(TinyDecoder.embeddings(7, seed: 8), tokenLimit: 3, id: 1)
      decoder.admit(one, beside: (companion, weight), tokenLimit: 30, id: 0)
      var finished: [(id: Int, sequence: TokenSequence)] = []
      while !decoder.isIdle { finished += decoder.step() }
      return finished.sorted { $0.id < $1.id }
    }
    let same = together(one)
    #expect(same.map(\.id) == [0, 1] && same.first?.sequence.tokens == alone[0])
    let mixed = together(other).first?.sequence.tokens
    if weight == 0 { #expect(mixed == alone[0]) }
    if weight == 1 { #expect(mixed == alone[1]) }
    #expect(alone[0] != alone[1])
  }

  @Test
  func twoWaysOfListeningTakeTwoPlaces() throws {
    var decoder = TextDecoder(
      weights: try TinyDecoder.weights(), slots: 3, frameLimit: 100, alignmentHeads: [])
    let embeddings = TinyDecoder.embeddings(20, seed: 1)
    decoder.admit(embeddings, beside: (embeddings, 0.5), tokenLimit: 1, id: 4)
    let (hasOne, hasTwo) = (decoder.hasRoom(frames: 20), decoder.hasRoom(frames: 20, ways: 2))
    #expect(hasOne && !hasTwo)
    let finished = decoder.step().map(\.id)
    let (isIdle, isFree) = (decoder.isIdle, decoder.hasRoom(frames: 50, ways: 2))
    #expect(finished == [4] && isIdle && isFree)
  }

  // The cache has 43 blocks of 16 frames; what lies in the middle of them splits the rest.
  @Test
  func framesEnterWhereThereIsAPlaceForThem() throws {
    var decoder = TextDecoder(
      weights: try TinyDecoder.weights(), slots: 3, frameLimit: 640, alignmentHeads: [])
    decoder.admit(TinyDecoder.embeddings(320, seed: 1), tokenLimit: 1, id: 0)
    decoder.admit(TinyDecoder.embeddings(64, seed: 6), tokenLimit: 40, id: 1)
    let finished = decoder.step().map(\.id)
    try #require(finished == [0] && !decoder.isIdle)
    let (fits, exceeds) = (decoder.hasRoom(frames: 320), decoder.hasRoom(frames: 321))
    #expect(fits && !exceeds, "20 blocks before, 19 behind")
    decoder.admit(TinyDecoder.embeddings(320, seed: 3), tokenLimit: 1, id: 2)
    let (fillsTheLimit, isTooMuch) = (decoder.hasRoom(frames: 256), decoder.hasRoom(frames: 257))
    #expect(fillsTheLimit && !isTooMuch, "640 frames together")
  }

  @Test
  func anEmptyScopeIsRefused() throws {
    var model = TinyModel(seed: 4)
    for name in model.tensors.keys where name.hasPrefix("model.decoder") {
      model.tensors[name] = nil
    }
    #expect(throws: WeightError.self) { try TinyDecoder.weights(model) }
  }
}
