import Testing

@testable import Transcript

@Suite struct PlainTextTests {
  private func paragraphs(_ segments: [Segment]) -> [String] {
    var text = ""
    var profile = CueProfile.standard
    profile.form.isVerbatim = true
    Transcript(header: Meeting.header, segments: segments)
      .write(.txt, profile: profile, to: &text)
    #expect(segments.isEmpty || text.hasSuffix("\n"))
    return text.dropLast().split(separator: "\n\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  @Test func aParagraphGoesOnOverAShortPause() {
    let found = paragraphs([spoken("We start now."), spoken("Then we go.", from: 2.5)])
    #expect(found == ["We start now. Then we go."])
  }

  @Test func aParagraphEndsAtAPauseAfterASentence() {
    let found = paragraphs([spoken("We start now."), spoken("Then we go.", from: 4)])
    #expect(found == ["We start now.", "Then we go."])
  }

  @Test func aSentenceGoesOnOverAPauseButNotOverALongOne() {
    #expect(paragraphs([spoken("We start"), spoken("now.", from: 3.5)]) == ["We start now."])
    #expect(paragraphs([spoken("We start"), spoken("now.", from: 9)]) == ["We start", "now."])
  }

  @Test func tracksDoNotShareAParagraph() {
    let found = paragraphs([spoken("Hello."), spoken("Yes?", from: 1, track: 2)])
    #expect(found == ["Hello.", "Yes?"])
  }

  @Test func aMonologueIsDividedAtSentences() {
    let sentence = "This is said without any pause at all, and on it goes. "
    let found = paragraphs([spoken(String(repeating: sentence, count: 60), pace: 0.5)])
    #expect(found.count >= 4)
    #expect(found.allSatisfy { $0.count <= 1100 && $0.hasSuffix(".") })
    #expect(found.joined(separator: " ") + " " == String(repeating: sentence, count: 60))
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func everyWordIsThereOnce(seed: UInt64) {
    for segments in [brokenSpeech(seed: seed, words: 100), randomSpeech(seed: seed, words: 100)] {
      let words = segments.flatMap(\.words).flatMap { displayText($0.text).split(separator: " ") }
      #expect(paragraphs(segments).flatMap { $0.split(separator: " ") } == words)
    }
  }
}
