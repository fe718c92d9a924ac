import Testing

@testable import Transcript

/// Whole sentences as a reader sees them.
@Suite struct LineBreakTests {
  private func lines(_ text: String) -> [[String]] {
    CueLayout.cues(for: [spoken(text)]).map(\.lines)
  }

  @Test(arguments: [
    ("The meeting starts at nine.", ["The meeting starts at nine."]),
    (
      "And was that something that we could have seen coming?",
      ["And was that something", "that we could have seen coming?"]
    ),
    (
      "The team would like to understand where the money went.",
      ["The team would like to understand", "where the money went."]
    ),
    (
      "He has moved the meeting to the small room in the basement.",
      ["He has moved the meeting", "to the small room in the basement."]
    ),
    (
      "I was told yesterday by Maria Gonzalez that it is done.",
      ["I was told yesterday", "by Maria Gonzalez that it is done."]
    ),
    (
      "We have spent on the whole twenty five percent more than last year.",
      ["We have spent on the whole", "twenty five percent more than last year."]
    ),
    (
      "Well, to be honest, nobody on the team understood that.",
      ["Well, to be honest,", "nobody on the team understood that."]
    ),
    (
      "It was presented by Dr. Smith and his colleagues last week.",
      ["It was presented by Dr. Smith", "and his colleagues last week."]
    ),
  ])
  func linesBreakAtPhrases(text: String, expected: [String]) {
    #expect(lines(text) == [expected])
  }

  @Test func sentencesShareACueOnlyWhenTheyAreShort() {
    #expect(lines("Right. Yes. I can explain that.") == [["Right. Yes. I can explain that."]])
    let long = "This is the first of two sentences. This is the second of the two sentences."
    #expect(
      lines(long) == [
        ["This is the first of two sentences."], ["This is the second of the two sentences."],
      ])
  }

  @Test func aLongSentenceIsCutAtItsClauses() {
    let text =
      "When the team has more people and the new building is ready, we can think about the second"
      + " phase of the project, but until then there is nothing that any of us can do about it."
    let found = lines(text).map { $0.joined(separator: " ") }
    #expect(found.contains { $0.hasSuffix("is ready,") })
    #expect(found.contains { $0.hasSuffix("of the project,") })
  }

  @Test func aWordLongerThanALineStandsAloneAndWhole() {
    let word = String(repeating: "long", count: 20)
    #expect(lines("This \(word) word.") == [["This", word], ["word."]])
    #expect(lines(word) == [[word]])
  }

  @Test func moreOrFewerLines() throws {
    let text = "We have moved the meeting to the small room in the basement because of the noise."
    for (count, length) in [(1, 42), (3, 30), (4, 24)] {
      var profile = CueProfile.standard
      try profile.set(.maxLines, to: Double(count))
      try profile.set(.maxLineLength, to: Double(length))
      let cues = CueLayout.cues(for: [spoken(text)], profile: profile)
      #expect(cues.allSatisfy { $0.lines.count <= count })
      #expect(cues.flatMap(\.lines).allSatisfy { $0.count <= length })
      #expect(cues.flatMap(\.lines).joined(separator: " ") == text)
    }
  }
}
