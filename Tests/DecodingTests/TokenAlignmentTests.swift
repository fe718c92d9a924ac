import Decoding
import Fixtures
import Testing

@Suite struct TokenAlignmentTests {
  private static let reading = AlignmentHead(layer: 0, head: 0, role: .reading)
  private static let writing = AlignmentHead(layer: 1, head: 0, role: .writing)

  /// A sequence of `ranges.count` tokens whose attention lies evenly on `ranges` (and a little
  /// everywhere), as the heads' roles put it: a row while the token is read, or the row before.
  static func sequence(
    ranges: [Range<Int>], frames: Int, heads: [AlignmentHead], rows: Int? = nil
  ) -> TokenSequence {
    var sequence = TokenSequence()
    sequence.tokens = ranges.indices.map { Int32($0) + 10 }
    sequence.probabilities = ranges.map { _ in 0.5 }
    sequence.frames = frames
    for row in 0..<(rows ?? ranges.count + 1) {
      for head in heads {
        let token = head.role == .writing ? row : row - 1
        let own = ranges.indices.contains(token) ? ranges[token] : 0..<frames
        let ground = 0.01 / Float(frames)
        sequence.attention += (0..<frames).map {
          ground + (own.contains($0) ? 0.99 / Float(own.count) : 0)
        }
      }
    }
    return sequence
  }

  /// Random ranges in order, with pauses before some; the pauses are at least 3 frames long.
  static func spokenRanges(
    tokens: Int, seed: Int
  ) -> (ranges: [Range<Int>], pausesBefore: [Bool], frames: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var ranges: [Range<Int>] = []
    var pauses: [Bool] = []
    var position = 0
    for _ in 0..<tokens {
      let hasPause = Bool.random(using: &generator)
      if hasPause { position += Int.random(in: 3...20, using: &generator) }
      let end = position + Int.random(in: 2...12, using: &generator)
      ranges.append(position..<end)
      pauses.append(hasPause)
      position = end
    }
    return (ranges, pauses, position + Int.random(in: 0...10, using: &generator))
  }

  @Test(arguments: 1...12)
  func spokenFramesAreRecovered(seed: Int) {
    let (ranges, _, frames) = Self.spokenRanges(tokens: 15, seed: seed)
    for heads in [[Self.reading], [Self.writing], [Self.reading, Self.writing]] {
      let sequence = Self.sequence(ranges: ranges, frames: frames, heads: heads)
      let alignment = TokenAlignment(
        sequence, heads: heads, pausesBefore: ranges.map { _ in true })
      #expect(alignment.ranges == ranges)
    }
  }

  @Test(arguments: 1...12)
  func pausesStandOnlyWhereTheyMay(seed: Int) {
    let (ranges, pausesBefore, frames) = Self.spokenRanges(tokens: 15, seed: seed)
    let sequence = Self.sequence(ranges: ranges, frames: frames, heads: [Self.writing])
    #expect(
      TokenAlignment(sequence, heads: [Self.writing], pausesBefore: pausesBefore).ranges == ranges)
    // Where none may, each token lasts until the next one; after the last one may always be one.
    let closed = TokenAlignment(
      sequence, heads: [Self.writing], pausesBefore: ranges.map { _ in false }
    ).ranges
    #expect(closed.first?.lowerBound == 0)
    for (token, next) in zip(closed, closed.dropFirst()) {
      #expect(token.upperBound == next.lowerBound)
    }
  }

  @Test(arguments: 1...40)
  func anyAttentionGivesOrderedRanges(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let tokens = Int.random(in: 1...20, using: &generator)
    let frames = tokens + Int.random(in: 0...60, using: &generator)
    let heads = [Self.reading, Self.writing]
    var sequence = TokenSequence()
    sequence.tokens = (0..<Int32(tokens)).map { $0 }
    sequence.frames = frames
    // Some rows may be missing, and many values are 0.
    let rows = Int.random(in: 0...tokens + 1, using: &generator)
    sequence.attention = (0..<rows * heads.count * frames).map { _ in
      max(0, Float.random(in: -3...1, using: &generator))
    }
    let voice = (0..<frames).map { _ in Float.random(in: 0...1, using: &generator) }
    let pausesBefore = (0..<tokens).map { _ in Bool.random(using: &generator) }
    let ranges = TokenAlignment(
      sequence, heads: heads, pausesBefore: pausesBefore,
      voice: Bool.random(using: &generator) ? voice : []
    ).ranges
    #expect(ranges.count == tokens)
    #expect(ranges.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= frames })
    for index in ranges.indices.dropFirst() {
      let (end, start) = (ranges[index - 1].upperBound, ranges[index].lowerBound)
      #expect(end <= start && (pausesBefore[index] || end == start))
    }
  }

  // At the token limit the last token was written but never read.
  @Test
  func aTokenThatWasNeverReadIsPlacedByTheOtherHeads() {
    let ranges = [2..<8, 8..<20, 24..<30, 30..<41]
    let heads = [Self.reading, Self.writing]
    let sequence = Self.sequence(ranges: ranges, frames: 44, heads: heads, rows: 4)
    let pausesBefore = [true, true, true, true]
    #expect(
      TokenAlignment(sequence, heads: heads, pausesBefore: pausesBefore).ranges == ranges)
    // With the reading head alone nothing is known of it, but that it comes after the others; the
    // one frame that it must have may be the last of theirs.
    let blind = Self.sequence(ranges: ranges, frames: 44, heads: [Self.reading], rows: 4)
    let found = TokenAlignment(blind, heads: [Self.reading], pausesBefore: pausesBefore).ranges
    #expect(Array(found.prefix(2)) == Array(ranges.prefix(2)))
    #expect(found[2].lowerBound == 24 && (29...30).contains(found[2].upperBound))
    #expect(found[3].lowerBound >= found[2].upperBound)
  }

  @Test
  func withoutAttentionTheFramesAreStillDivided() {
    var sequence = TokenSequence()
    sequence.tokens = [1, 2, 3]
    sequence.frames = 9
    let ranges = TokenAlignment(sequence, heads: [], pausesBefore: [true, true, true]).ranges
    #expect(ranges.count == 3 && ranges.allSatisfy { !$0.isEmpty })
  }

  @Test(arguments: [(0, 5), (3, 2), (1, 0), (0, 0), (3, 3), (1, 1)])
  func fewFrames(tokens: Int, frames: Int) {
    var sequence = TokenSequence()
    sequence.tokens = (0..<Int32(tokens)).map { $0 }
    sequence.frames = frames
    let ranges = TokenAlignment(
      sequence, heads: [], pausesBefore: Array(repeating: true, count: tokens)
    ).ranges
    let expected = (0..<tokens).map { frames < tokens ? 0..<frames : $0..<$0 + 1 }
    #expect(ranges == expected)
  }

  // The attention leaves open where between 10 and 30 the pause lies; voice tells.
  @Test
  func voiceTellsWherePausesAre() {
    var sequence = Self.sequence(ranges: [0..<20, 20..<40], frames: 40, heads: [Self.writing])
    for frame in 10..<30 {
      for row in 0..<3 { sequence.attention[row * 40 + frame] = 0.012 }
    }
    let voice = (0..<40).map { Float((14..<26).contains($0) ? 0.01 : 0.99) }
    let ranges = TokenAlignment(
      sequence, heads: [Self.writing], pausesBefore: [true, true], voice: voice
    ).ranges
    #expect(ranges == [0..<14, 26..<40])
  }
}
