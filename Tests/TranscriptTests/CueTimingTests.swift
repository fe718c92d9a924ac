import Testing

@testable import Transcript

@Suite struct CueTimingTests {
  /// Cues as they are shown, without their words.
  private func cues(_ words: [Word]) -> [Cue] {
    CueLayout.cues(for: [Segment(words)]).map { cue in
      var cue = cue
      cue.wordLines = []
      return cue
    }
  }

  @Test func aCueComesInWithItsWordAndLingersALittle() {
    let cue = cues([Word("Good", 1.2344, 1.9), Word("morning.", 2.0, 3.0)])
    #expect(cue == [Cue(start: 1.234, end: 3.25, lines: ["Good morning."])])
  }

  @Test func aShortWordIsShownForFiveSixthsOfASecond() {
    #expect(cues([Word("Yes.", 1, 1.2)]) == [Cue(start: 1, end: 1.834, lines: ["Yes."])])
    #expect(cues([Word("Yes.", 1, 1)]).map(\.end) == [1.834], "zero length")
  }

  @Test func fastSpeechStaysUntilItHasBeenRead() {
    let text = "Forty characters said in less than a second"
    let cue = CueLayout.cues(for: [spoken(text, pace: 0.3)])
    #expect(cue.map(\.end) == [Double(text.count) / 20])
  }

  @Test func aLongWordGoesOutAfterSevenSeconds() {
    let found = cues([Word("Ommmm", 1, 20), Word("yes.", 20, 20.5)])
    #expect(found.map(\.start) == [1, 20])
    #expect(found.map(\.end) == [8, 20.834])
  }

  @Test func aSmallGapIsClosedToTwoFramesAndALargeOneStays() {
    let small = cues([Word("One.", 0, 1), Word("Two.", 2.05, 3)])
    #expect(small.map(\.end) == [1.25, 3.25], "0.8 s would flicker less than it helps")
    let closed = cues([
      Word("A long first", 0, 2), Word("sentence.", 2, 4), Word("And a", 4.6, 5),
      Word("second.", 5, 6.5),
    ])
    #expect(closed.map(\.end) == [4.52, 6.75])
  }

  @Test(arguments: [(24.0, 0.084), (25, 0.08), (30, 0.067), (50, 0.04)])
  func theGapIsTwoFramesLong(rate: Double, gap: Double) throws {
    var profile = CueProfile.standard
    try profile.set(.frameRate, to: rate)
    let text = "The first part of what is said goes on for a while without a pause, and the second"
    let found = CueLayout.cues(
      for: [spoken(text + " part goes on for quite as long as the first part does.")],
      profile: profile)
    #expect(found.count == 2)
    // A tenth of a millisecond is well under what the formats can write.
    #expect(zip(found, found.dropFirst()).allSatisfy { abs($1.start - $0.end - gap) < 1e-4 })
  }

  @Test func aMinuteOfWordsAtOneInstantComesOutInOrder() {
    let words = (0..<200).map { Word("word\($0)", 5, 5) } + [Word("later.", 60, 61)]
    let found = cues(words)
    #expect(found.first?.start == 5)
    #expect(found.last == Cue(start: 60, end: 61.25, lines: ["later."]))
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.end < $1.start })
  }

  @Test func wordsThatGoBackInTimeAreShownWithTheWordBefore() {
    let found = cues([Word("one", 5, 6), Word("two", 3, 4), Word("three.", 6.2, 8)])
    #expect(found.map(\.lines) == [["one two three."]])
    #expect(found.map(\.start) == [5])
  }

  @Test func oneWildTimeDoesNotMoveTheWordsAfterIt() {
    for wild in [Double.infinity, .nan, 1e300, -7] {
      let segments = [
        Segment(
          start: 5, end: 8, track: 1,
          words: [Word("one", 5, 6), Word("two", wild, wild), Word("three.", 6.2, 8)]),
        spoken("Later on.", from: 20),
      ]
      let found = CueLayout.cues(for: segments)
      #expect(found.first?.start == 5 && found.last?.start == 20)
      #expect(found.allSatisfy { $0.start == 20 || $0.start <= 8.5 })
    }
  }

  @Test func tracksAreMergedByTimeAndMayOverlapEachOther() {
    let first = spoken("We start the meeting now.", from: 1, track: 1)
    let second = spoken("I cannot hear you.", from: 1.5, track: 2)
    let third = spoken("Now I can.", from: 30, track: 2)
    let found = CueLayout.cues(for: [first, second, third])
    #expect(found.map(\.track) == [1, 2, 2])
    #expect(found.map(\.start) == [1, 1.5, 30])
    #expect(found[0].end > found[1].start)
  }

  @Test func aSilentTrackHoldsNothingBack() {
    var layout = CueLayout()
    _ = layout.add(spoken("Hello there.", from: 1, track: 2))
    var count = 0
    for index in 0..<10 {
      let start = 20.0 + 3 * Double(index)
      count += layout.add(spoken("This is a sentence.", from: start, track: 1)).count
    }
    #expect(count >= 9)
  }

  @Test func aSegmentThatComesTooLateIsStillShownInOrder() {
    let found = CueLayout.cues(for: [
      spoken("First of all.", from: 50, track: 1), spoken("Then this.", from: 90, track: 1),
      spoken("Late.", from: 3, track: 2),
    ])
    #expect(found.count == 3)
    #expect(found.map(\.start) == found.map(\.start).sorted())
  }

  @Test func noWordsMakeNoCue() {
    #expect(CueLayout.cues(for: []).isEmpty)
    #expect(CueLayout.cues(for: [Segment([])]).isEmpty)
    #expect(cues([Word("", 1, 2), Word(" \n", 2, 3), Word("\u{0}", 3, 4)]).isEmpty)
  }
}
