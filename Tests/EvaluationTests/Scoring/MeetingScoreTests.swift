import Fixtures
import Testing

@testable import Evaluation

@Suite struct MeetingScoreTests {
  private static func stream(_ speaker: String, _ turns: (Double, Double, String)...)
    -> SpeakerStream
  {
    SpeakerStream(
      speaker: speaker,
      turns: turns.map {
        TimedWords(
          start: $0.0, end: $0.1, words: $0.2.split(separator: " ").map(String.init))
      })
  }

  @Test func streamsAreGivenToTheSpeakersTheyFit() {
    let reference = [
      Self.stream("A", (3, 4, "c d"), (0, 1, "a b")), Self.stream("B", (1, 2, "x y z")),
    ]
    let hypothesis = [
      Self.stream("1", (1, 2, "x y")), Self.stream("2", (0, 1, "a b"), (3, 4, "c d")),
    ]
    let score = MeetingScore.cpWER(reference: reference, hypothesis: hypothesis)
    #expect(score.pairs.map(\.reference) == ["A", "B"])
    #expect(score.pairs.map(\.hypothesis) == ["2", "1"])
    #expect(score.counts == EditCounts(hits: 6, deletions: 1))
    #expect(score == MeetingScore.tcpWER(reference: reference, hypothesis: hypothesis))
  }

  @Test func unequalNumbersAreDeletedOrInserted() {
    let one = [Self.stream("A", (0, 1, "a b"))]
    let two = [Self.stream("1", (0, 1, "c")), Self.stream("2", (0, 1, "a b"))]
    for score in [MeetingScore.cpWER, { MeetingScore.tcpWER(reference: $0, hypothesis: $1) }] {
      #expect(score(one, two).counts == EditCounts(hits: 2, insertions: 1))
      #expect(score(one, two).pairs.last?.reference == nil)
      #expect(score(two, one).counts == EditCounts(hits: 2, deletions: 1))
      #expect(score(two, one).pairs.map(\.hypothesis) == [nil, "A"])
      #expect(score(one, []).counts == EditCounts(deletions: 2))
      #expect(score([], two).counts == EditCounts(insertions: 3))
      #expect(score([], []).pairs.isEmpty)
    }
  }

  /// "a" is heard as the middle of its turn, at 10.5 s; the speaker says it from 5 to 6.
  @Test(arguments: [(4.4, false), (4.6, true), (5.6, true)])
  func wordsArePairedWithinTheCollar(collar: Double, isPaired: Bool) {
    let score = MeetingScore.tcpWER(
      reference: [Self.stream("A", (5, 6, "a"))], hypothesis: [Self.stream("1", (10, 11, "a"))],
      collar: collar)
    #expect(
      score.counts
        == (isPaired ? EditCounts(hits: 1) : EditCounts(deletions: 1, insertions: 1)))
  }

  /// The words of a turn last as long as they have characters: "abc" to 3 s, "d" to 4 s.
  @Test func wordsShareTheirTurnByLength() {
    let spans = WordSpan.spans(TimedWords(start: 0, end: 4, words: ["abc", "d"]))
    #expect(spans.map(\.start) == [0, 3] && spans.map(\.end) == [3, 4])
    #expect(spans[1].middle(widenedBy: 0.25).start == 3.25)
  }

  @Test func turnsAreGroupedBySpeakerAndSorted() {
    let turns = [
      SpokenTurn(session: "m", speaker: "B", start: 2, end: 3, text: "Two,"),
      SpokenTurn(session: "m", speaker: "A", start: 1, end: 2, text: "Um"),
      SpokenTurn(session: "m", speaker: "B", start: 0, end: 1, text: "colour"),
    ]
    let streams = SpeakerStream.streams(turns, normaliser: .whisper)
    #expect(streams.map(\.speaker) == ["B", "A"])
    #expect(streams.map(\.words) == [["color", "2"], []])
  }

  /// Against every permutation.
  @Test(arguments: 1...40)
  func assignmentsAreCheapest(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let size = Int.random(in: 0...6, using: &random)
    let costs = (0..<size).map { _ in
      (0..<size).map { _ in Int.random(in: 0...9, using: &random) }
    }
    func cheapest(_ row: Int, _ free: Set<Int>) -> Int {
      free.map { costs[row][$0] + cheapest(row + 1, free.subtracting([$0])) }.min() ?? 0
    }
    let columns = Assignment.cheapest(costs)
    #expect(Set(columns) == Set(0..<size))
    let cost = columns.enumerated().reduce(0) { $0 + costs[$1.offset][$1.element] }
    #expect(cost == cheapest(0, Set(0..<size)))
  }

  /// Against the whole matrix, with turns that overlap and words out of order.
  @Test(arguments: 1...60)
  func timeConstrainedCountsAreCheapest(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let width = Double.random(in: 0...20, using: &random)
    func spans() -> [WordSpan] {
      (0..<Int.random(in: 0...60, using: &random)).map { index in
        let start = Double(index) + Double.random(in: -3...3, using: &random)
        let word = ["a", "b", "c", "d"][Int.random(in: 0..<4, using: &random)]
        return WordSpan(word: word, start: start, end: start + width)
      }
    }
    let (reference, hypothesis) = (spans(), spans())
    var row = Array(0...hypothesis.count)
    for (index, said) in reference.enumerated() {
      var diagonal = index
      row[0] = index + 1
      for (column, heard) in hypothesis.enumerated() {
        let above = row[column + 1]
        let pair = said.overlaps(heard) ? diagonal + (said.word == heard.word ? 0 : 1) : .max
        row[column + 1] = min(pair, above + 1, row[column] + 1)
        diagonal = above
      }
    }
    let counts = TimeConstrainedAlignment.counts(reference: reference, hypothesis: hypothesis)
    #expect(counts.errors == row[hypothesis.count])
    #expect(counts.referenceLength == reference.count)
    #expect(counts.hypothesisLength == hypothesis.count)
  }
}
