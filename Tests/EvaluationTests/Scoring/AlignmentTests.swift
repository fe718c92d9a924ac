import Fixtures
import Testing

@testable import Evaluation

@Suite struct AlignmentTests {
  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  private static func counts(_ numbers: [Int]) -> EditCounts {
    EditCounts(
      hits: numbers[0], substitutions: numbers[1], deletions: numbers[2], insertions: numbers[3])
  }

  @Test(arguments: [
    ("", "", [0, 0, 0, 0]),
    ("a", "", [0, 0, 1, 0]),
    ("", "a b", [0, 0, 0, 2]),
    ("a b c", "a b c", [3, 0, 0, 0]),
    ("a b c", "a x c", [2, 1, 0, 0]),
    ("a b c", "b c", [2, 0, 1, 0]),
    ("b c", "a b c", [2, 0, 0, 1]),
    ("a", "b c d", [0, 1, 0, 2]),
    // Two errors either way: as jiwer has it.
    ("a b", "b c", [0, 2, 0, 0]),
    ("a b a", "b a b", [2, 0, 1, 1]),
  ])
  func countsErrors(reference: String, hypothesis: String, counts: [Int]) {
    let alignment = Alignment(
      reference: Self.words(reference), hypothesis: Self.words(hypothesis))
    #expect(alignment.counts == Self.counts(counts))
  }

  /// As `random_strings` in Benchmarks/harness/goldens.py makes them.
  private static func randomStrings() -> [(reference: [String], hypothesis: [String])] {
    var random = SeededGenerator(seed: 4)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    func word(_ vocabulary: Int) -> String {
      let index = below(vocabulary)
      let letter = Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index % 26)))
      return String(repeating: letter, count: 1 + index / 26)
    }
    func disturbed(_ said: String, _ vocabulary: Int) -> [String] {
      switch below(9) {
      case 0: []
      case 1: [word(vocabulary)]
      case 2: [said, word(vocabulary)]
      default: [said]
      }
    }
    var pairs: [(reference: [String], hypothesis: [String])] = []
    for _ in 0..<1000 {
      let vocabulary = [2, 5, 20, 100][below(4)]
      let reference = (0..<below(40)).map { _ in word(vocabulary) }
      let hypothesis =
        below(2) == 0
        ? (0..<below(40)).map { _ in word(vocabulary) }
        : reference.flatMap { disturbed($0, vocabulary) }
      pairs.append((reference, hypothesis))
    }
    return pairs
  }

  @Test func agreesWithJiwerOnRandomStrings() throws {
    let golden = try Goldens.lines("random-strings.txt")
    let pairs = Self.randomStrings()
    try #require(golden.count == pairs.count)
    for (line, pair) in zip(golden, pairs) {
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      let score = UtteranceScore(
        referenceWords: pair.reference, hypothesisWords: pair.hypothesis)
      #expect(score.words == Self.counts(Array(numbers[..<4])), "\(pair)")
      #expect(score.characters == Self.counts(Array(numbers[4...])), "\(pair)")
    }
  }

  /// What jiwer says of what viseme wrote for 50 utterances.
  @Test(.enabled(if: Goldens.testOther != nil, "../shared/data is absent"))
  func agreesWithJiwerOnReadSpeech() throws {
    let references = try #require(Goldens.testOther)
    let golden = try Goldens.lines("test-other.txt")
    let hypotheses = Dictionary(
      uniqueKeysWithValues: try Goldens.lines("test-other.hypotheses.tsv").map { line in
        let fields = line.split(separator: "\t")
        return (String(fields[0]), String(fields[1]))
      })
    try #require(references.count == 50 && golden.count == 50)
    let scores = try zip(references, golden).map { reference, line in
      let fields = line.split(separator: " ")
      let numbers = fields.dropFirst().compactMap { Int($0) }
      let heard = try #require(hypotheses[reference.name])
      let score = UtteranceScore(
        reference: reference.transcript, hypothesis: heard, normaliser: .plain)
      #expect(fields.first.map(String.init) == reference.name)
      #expect(score.words == Self.counts(Array(numbers[..<4])), "\(reference.name)")
      #expect(score.characters == Self.counts(Array(numbers[4..<8])), "\(reference.name)")
      let whisper = UtteranceScore(
        reference: reference.transcript, hypothesis: heard, normaliser: .whisper)
      #expect(whisper.words == Self.counts(Array(numbers[8...])), "\(reference.name)")
      return score
    }
    let pooled = PooledScore(scores)
    #expect(pooled.words.referenceLength == 872 && pooled.words.errors == 124)
  }

  /// Every index once and in order, hits where the symbols agree, and as many errors as a plain
  /// matrix says are needed.
  @Test(arguments: 1...60)
  func isACheapestAlignment(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let vocabulary = Int.random(in: 1...30, using: &random)
    func sequence() -> [Int] {
      (0..<Int.random(in: 0...150, using: &random))
        .map { _ in Int.random(in: 0..<vocabulary, using: &random) }
    }
    let (reference, hypothesis) = (sequence(), sequence())
    let alignment = Alignment(reference: reference, hypothesis: hypothesis)
    var (nextReference, nextHypothesis) = (0, 0)
    for edit in alignment.edits {
      switch edit {
      case .hit(let said, let heard), .substitution(let said, let heard):
        #expect(said == nextReference && heard == nextHypothesis)
        let isHit = if case .hit = edit { true } else { false }
        #expect((reference[said] == hypothesis[heard]) == isHit)
        nextReference += 1
        nextHypothesis += 1
      case .deletion(let said):
        #expect(said == nextReference)
        nextReference += 1
      case .insertion(let heard):
        #expect(heard == nextHypothesis)
        nextHypothesis += 1
      }
    }
    #expect(nextReference == reference.count && nextHypothesis == hypothesis.count)
    #expect(alignment.counts.referenceLength == reference.count)
    #expect(alignment.counts.hypothesisLength == hypothesis.count)
    let distance = Self.distance(reference, hypothesis)
    #expect(alignment.counts.errors == distance)
    #expect(Alignment.distance(reference: reference, hypothesis: hypothesis) == distance)
  }

  private static func distance(_ reference: [Int], _ hypothesis: [Int]) -> Int {
    var row = Array(0...hypothesis.count)
    for (index, said) in reference.enumerated() {
      var diagonal = index
      row[0] = index + 1
      for (column, heard) in hypothesis.enumerated() {
        let above = row[column + 1]
        row[column + 1] = min(diagonal + (said == heard ? 0 : 1), above + 1, row[column] + 1)
        diagonal = above
      }
    }
    return row[hypothesis.count]
  }

  @Test(arguments: [1, 2, 7, 64, 299, 300, 1000])
  func stretchesChangeNothing(stretch: Int) {
    var random = SeededGenerator(seed: 12)
    let reference = (0..<400).map { _ in Int.random(in: 0..<9, using: &random) }
    let hypothesis = (0..<300).map { _ in Int.random(in: 0..<9, using: &random) }
    let pair = NumberedPair(reference: reference, hypothesis: hypothesis)
    #expect(
      EditTrace(pair, stretch: stretch).edits() == EditTrace(pair, stretch: 5000).edits())
  }
}
