import Testing
import Transcript

@testable import Alignment

/// A script against what was heard: what is paired, guessed, left out and told.
@Suite("Times for a script")
struct ScriptTimingTests {
  /// A segment with a word each half second, its words half a second after its start.
  private func heard(_ text: String, at start: Double, for seconds: Double? = nil) -> HeardPassage {
    let words = text.split(separator: " ").enumerated().map { index, word in
      HeardWord(
        text: String(word), start: start + 0.5 + Double(index) / 2,
        end: start + 0.9 + Double(index) / 2, confidence: 0.9)
    }
    return HeardPassage(
      start: start, end: start + (seconds ?? Double(words.count) / 2 + 1), words: words)
  }

  private func align(
    _ script: Script, _ recording: [HeardPassage],
    read: (ScriptMatch) -> [Int: [ReadWord?]] = { _ in [:] }
  ) -> (segments: [Segment], account: AlignmentAccount) {
    let match = ScriptMatch(script.words, recording)
    return ScriptTiming(script, match, recording, read: read(match)).result()
  }

  private let speech = "we shall now begin with the second item of the long list for today"

  @Test
  func aScriptThatWasSaidHasTheTimesOfWhatWasHeard() {
    let script = ParagraphText.script(
      "Anna: We shall now begin: with the second item, of the long list for \u{201C}today\u{201D}!")
    let (segments, account) = align(script, [heard(speech, at: 10)])
    #expect(segments.count == 1 && segments.first?.speaker == "Anna")
    #expect(segments.first?.words.map(\.start) == (0..<14).map { 10.5 + Double($0) / 2 })
    #expect(segments.first?.words.allSatisfy { $0.confidence == 0.9 } == true)
    #expect(account.found == 14 && account.spoken == 14)
    #expect(account.unheard.isEmpty && account.extra.isEmpty && account.leftOut.isEmpty)
  }

  @Test
  func aWordThatIsNotSaidStandsBetweenItsNeighboursAndIsTold() {
    let script = ParagraphText.script(speech.replacing("second item", with: "second zebra item"))
    let (segments, account) = align(script, [heard(speech, at: 0)])
    let words = segments.flatMap(\.words)
    #expect(
      words.map(\.text).joined(separator: " ") == script.words.map(\.text).joined(separator: " "))
    #expect(
      zip(words, words.dropFirst()).allSatisfy { $0.start <= $1.start && $0.end <= $1.start + 1e-9 }
    )
    #expect(words.first { $0.text == "zebra" }?.confidence == 0)
    #expect(account.unheard.map(\.text) == ["zebra"] && account.found == 14)
  }

  @Test
  func anExchangedWordStandsWhereSomethingElseWasHeard() {
    let script = ParagraphText.script(speech.replacing("item", with: "zebra"))
    let (segments, account) = align(script, [heard(speech, at: 0)])
    #expect(segments.flatMap(\.words).first { $0.text == "zebra" }?.start == 4)
    #expect(account.unheard == [.init(text: "zebra", time: 4, instead: "item")])
  }

  /// The recogniser wrote "sore blacks"; given the name, the decoder finds it likely.
  @Test
  func aWordThatTheDecoderFindsLikelyWasSaid() {
    let script = ParagraphText.script(speech.replacing("item", with: "Zorblax"))
    let recording = [heard(speech, at: 0)]
    let (segments, account) = align(script, recording) { match in
      [
        0: match.spans[0].map { word in
          word == 7 ? ReadWord(start: 3.94, end: 4.3, probability: 0.2, regret: 2) : nil
        }
      ]
    }
    let word = segments.flatMap(\.words).first { $0.text == "Zorblax" }
    #expect(word?.start == 3.94 && word?.confidence == 0.2)
    #expect(account.found == 14 && account.unheard.isEmpty && account.extra.isEmpty)
  }

  /// What was read never leaves its place between words that were heard.
  @Test
  func readTimesStayBetweenHeardWords() {
    let script = ParagraphText.script(speech.replacing("item", with: "Zorblax"))
    let (segments, _) = align(script, [heard(speech, at: 0)]) { match in
      [
        0: match.spans[0].map { word in
          word == 7 ? ReadWord(start: 0.1, end: 9, probability: 0.2, regret: 2) : nil
        }
      ]
    }
    let word = segments.flatMap(\.words).first { $0.text == "Zorblax" }
    #expect(word?.start == 3.9 && word?.end == 4.5)
  }

  /// A word before it that has no place does not let it fall back.
  @Test
  func readTimesStayBehindTheLastWordWithAPlace() {
    let script = ParagraphText.script(speech.replacing("item", with: "\u{2014} Zorblax"))
    let (segments, _) = align(script, [heard(speech, at: 0)]) { match in
      [
        0: match.spans[0].map { word in
          word == 8 ? ReadWord(start: 0.1, end: 9, probability: 0.2, regret: 2) : nil
        }
      ]
    }
    let word = segments.flatMap(\.words).first { $0.text == "Zorblax" }
    #expect(word?.start == 3.9 && word?.end == 4.5)
  }

  @Test
  func ofMovedTextTheNewPlaceCounts() throws {
    let script = try DocumentText.script(
      """
      <w:document><w:body><w:p><w:moveFrom w:id="1"><w:r><w:t>old place</w:t></w:r></w:moveFrom></w:p>\
      <w:p><w:pPr><w:rPr><w:moveFrom w:id="2"/></w:rPr></w:pPr><w:r><w:t>stays</w:t></w:r></w:p>\
      <w:p><w:moveTo w:id="3"><w:r><w:t>new place</w:t></w:r></w:moveTo></w:p></w:body></w:document>
      """)
    #expect(script.words.map(\.text) == ["stays", "new", "place"])
  }

  @Test
  func speechThatIsNotInTheScriptIsToldAndNotAdded() {
    let other = "could somebody please close that window over there"
    let script = ParagraphText.script(speech + "\n" + speech.replacing("second", with: "third"))
    let (segments, account) = align(
      script,
      [
        heard(speech, at: 0), heard(other, at: 20),
        heard(speech.replacing("second", with: "third"), at: 40),
      ])
    #expect(account.extra.map(\.text) == [other])
    #expect(account.extra.first?.start == 20.5)
    #expect(!segments.contains { $0.text.contains("window") })
    #expect(segments.map(\.start) == [0.5, 40.5])
  }

  @Test
  func noTextOfACueIsLostByWhatLooksLikeTimes() throws {
    let script = try CaptionFile.script(
      """
      1
      00:00:01,000 --> 00:00:02,000
      ask --> not

      what

      2
      00:00:03,000 -> 00:00:04,000
      [your country
      """, isWebVTT: false)
    #expect(
      script.blocks.map { $0.words.map(\.text) } == [
        ["ask", "-->", "not"], ["what"], ["[your", "country"],
      ])
    #expect(script.words.allSatisfy { $0.text == "-->" || $0.isSpoken })
  }

  @Test
  func cuesOfWhichNothingWasSaidAreLeftOut() throws {
    let script = try CaptionFile.script(
      """
      1
      00:00:01,000 --> 00:00:02,000
      We shall now begin with
      the <i>second</i> item

      2
      00:00:02,000 --> 00:00:03,000
      Marmalade sandwiches everywhere

      3
      00:00:03,000 --> 00:00:04,000
      of the long list for today
      """, isWebVTT: false)
    let (segments, account) = align(script, [heard(speech, at: 3)])
    #expect(segments.map(\.lines) == [[5, 3], [6]])
    #expect(segments.map(\.start) == [3.5, 7.5])
    #expect(account.leftOut.map(\.text) == ["Marmalade sandwiches everywhere"])
    #expect(account.leftOutWords == 3 && account.formattedCues == 1)
    #expect(account.found == 14 && account.spoken == 17)
  }

  @Test
  func longPassagesOfAParagraphAreLeftOut() {
    let extra = (0..<8).map { "invented\($0)" }.joined(separator: " ")
    let (segments, account) = align(
      ParagraphText.script(speech.replacing("item", with: "item \(extra)")), [heard(speech, at: 0)])
    #expect(segments.map(\.text) == [speech])
    #expect(account.leftOut.map(\.text) == [extra] && account.unheard.isEmpty)
  }

  /// Texts that have nothing in common but small words.
  @Test
  func unrelatedTextsHaveLittleInCommon() {
    var random = Seeded(3)
    let small = ["the", "of", "and", "a", "to", "in"]
    func text(_ letter: String) -> String {
      (0..<2000).map { _ in
        Int.random(in: 0..<5, using: &random) < 2
          ? small.randomElement(using: &random) ?? ""
          : "\(letter)\(UInt16.random(in: 0...999, using: &random))"
      }.joined(separator: " ")
    }
    let match = ScriptMatch(ParagraphText.script(text("qu")).words, [heard(text("zz"), at: 0)])
    #expect(match.scriptShare < 0.12 && match.heardShare < 0.12)
  }

  /// What was not heard goes into the segment that has room for it, and only there.
  @Test
  func unheardWordsGoWhereThereIsRoom() {
    let script = ParagraphText.script(
      "one two three four five six seven eight nine ten eleven twelve")
    let match = ScriptMatch(
      script.words,
      [
        heard("one two three four", at: 0), heard("", at: 5, for: 6),
        heard("nine ten eleven twelve", at: 12),
      ])
    #expect(match.spans == [0..<4, 4..<8, 8..<12])
  }

  @Test
  func segmentsKeepTheirSpeakersAndTracks() {
    var block = ScriptBlock(words: ScriptWord.words(of: speech), speaker: "Ben")
    block.track = 2
    let (segments, _) = align(Script(form: .segments, blocks: [block]), [heard(speech, at: 0)])
    #expect(segments.first?.speaker == "Ben" && segments.first?.track == 2)
  }
}
