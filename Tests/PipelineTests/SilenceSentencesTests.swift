import SpeechModels
import Testing

@Suite("Sentences of silence")
struct SilenceSentencesTests {
  private let sentences = SilenceSentences(
    invented: ["Thanks for watching", "ご視聴ありがとうございました"], doubtful: ["Thank you", "you"],
    marks: ["amara.org"])

  @Test(arguments: [
    ("Thanks for watching!", SilenceSentences.Verdict.invented),
    ("thanks, for WATCHING", .invented), ("ご視聴ありがとうございました。", .invented),
    ("Thanks for watching. Thanks for watching!", .invented),
    ("Subtitles by the Amara.org community", .invented),
    ("Thank you.", .doubtful), ("You", .doubtful), ("Thank you. Thank you. You", .doubtful),
    ("Thank you. Thanks for watching.", .doubtful),
    ("Thank you, Ian.", .spoken), ("Thanks for watching the kettle", .spoken), ("Youth", .spoken),
    ("", .spoken), ("...", .spoken),
  ])
  func areToldFromSpeech(text: String, verdict: SilenceSentences.Verdict) {
    #expect(sentences.verdict(on: text) == verdict)
  }

  /// Most of a loop's text is one sentence: it must not take long to see that it is none.
  @Test func longTextsAreNoTrouble() {
    let text = String(repeating: "Thank you. ", count: 2000)
    #expect(sentences.verdict(on: text) == .doubtful)
    #expect(sentences.verdict(on: text + "No.") == .spoken)
    #expect(SilenceSentences().verdict(on: "Thank you") == .spoken)
  }
}
