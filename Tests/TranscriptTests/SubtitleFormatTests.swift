import Testing

@testable import Transcript

@Suite struct SubtitleFormatTests {
  private func text(_ format: TranscriptFormat, _ segments: [Segment]) -> String {
    var text = ""
    var profile = CueProfile.standard
    profile.form.isVerbatim = true
    Transcript(header: Meeting.header, segments: segments)
      .write(format, profile: profile, to: &text)
    return text
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func webVTTKeepsToTheSpecificationAndSaysWhatTheCuesSay(seed: UInt64) throws {
    for segments in [brokenSpeech(seed: seed, words: 100), randomSpeech(seed: seed, words: 100)] {
      let parser = try WebVTTParser(text(.vtt, segments))
      let cues = CueLayout.cues(for: segments).map {
        WebVTTParser.Cue(
          start: milliseconds($0.start), end: milliseconds($0.end),
          text: $0.lines.joined(separator: "\n"))
      }
      #expect(parser.cues == cues)
      #expect(parser.comments.count == 1)
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func notesTellOfEveryWordOfACueAndChangeNoCue(seed: UInt64) throws {
    let speech = [brokenSpeech(seed: seed, words: 100), randomSpeech(seed: seed, words: 100)]
    for var segments in speech {
      let plain = try WebVTTParser(text(.vtt, segments))
      for index in segments.indices where !segments[index].words.isEmpty {
        segments[index].words[0].lips = WordLips(face: 1, gate: 0.5)
      }
      var noted = ""
      var profile = CueProfile.standard
      profile.notes = .all
      profile.form.isVerbatim = true
      Transcript(header: Meeting.header, segments: segments)
        .write(.vtt, profile: profile, to: &noted)
      let parser = try WebVTTParser(noted)
      #expect(parser.cues == plain.cues)
      let lines = parser.comments.dropFirst().flatMap { $0.split(separator: "\n").dropFirst() }
      let words = segments.flatMap(\.words).filter { !displayText($0.text).isEmpty }
      #expect(parser.comments.count == 1 + plain.cues.count)
      #expect(lines.count == words.count)
      #expect(
        lines.count { $0.hasSuffix(" face 1 gate 0.50") } == words.count { $0.lips != nil })
    }
  }

  @Test(arguments: [
    (CueNotes.lips, 0.0, 0), (.lips, .nan, 0), (.lips, 0.3, 1), (.all, 0, 1), (.none, 0.3, 0),
  ])
  func aNoteIsWrittenWhereItIsAskedFor(notes: CueNotes, gate: Double, count: Int) throws {
    var profile = CueProfile.standard
    profile.notes = notes
    var segment = spoken("Fair enough.")
    segment.words[1].lips = WordLips(face: 3, gate: gate)
    var text = ""
    Transcript(header: Meeting.header, segments: [segment]).write(.vtt, profile: profile, to: &text)
    #expect(try WebVTTParser(text).comments.count == 1 + count)
    var subRip = ""
    Transcript(header: Meeting.header, segments: [segment])
      .write(.srt, profile: profile, to: &subRip)
    #expect(!subRip.contains("NOTE") && !subRip.contains("gate"))
  }

  @Test(arguments: [
    "WEBVTT", "WEBVTT x\n00:00:01.000 --> 00:00:02.000\na\n", " WEBVTT\n\n",
    "WEBVTT\n\n00:00:02.000 --> 00:00:01.000\na\n", "WEBVTT\n\n00:00:01.00 --> 00:00:02.000\na\n",
    "WEBVTT\n\n00:00:01,000 --> 00:00:02,000\na\n", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na & b\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na <b\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v >a\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v A & B>a\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v A\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v A <b>a\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na --> b\n", "WEBVTT\n\nNOTE a --> b\n",
    "WEBVTT\n\n00:00:05.000 --> 00:00:06.000\na\n\n00:00:01.000 --> 00:00:02.000\nb\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na",
  ])
  func theParserIsStrict(text: String) {
    #expect(throws: WebVTTError.self) { try WebVTTParser(text) }
  }

  @Test func namesInTheHeaderCannotBreakWebVTT() throws {
    var header = Meeting.header
    header.model = ModelInfo(name: "a --> b\n\nc <d> & \u{0}", version: "\r\n\r\n")
    var text = ""
    Transcript(header: header, segments: Meeting.segments).write(.vtt, to: &text)
    let parser = try WebVTTParser(text)
    #expect(parser.comments.count == 1)
    #expect(parser.cues.count == CueLayout.cues(for: Meeting.segments).count)
  }

  @Test func anEmptyTranscriptIsAValidFile() throws {
    #expect(text(.srt, []) == "")
    #expect(try WebVTTParser(text(.vtt, [])).cues == [])
    #expect(text(.txt, []) == "")
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func subRipIsNumberedAndHoldsItsTextBetweenEmptyLines(seed: UInt64) {
    let segments = brokenSpeech(seed: seed, words: 100)
    let blocks = text(.srt, segments).split(separator: "\r\n\r\n")
    let cues = CueLayout.cues(for: segments)
    #expect(blocks.count == cues.count)
    for (number, (block, cue)) in zip(blocks, cues).enumerated() {
      let lines = block.split(separator: "\r\n", omittingEmptySubsequences: false)
      #expect(lines.count == 2 + cue.lines.count)
      #expect(lines[0] == "\(number + 1)")
      #expect(lines[1].contains(/^\d\d:\d\d:\d\d,\d\d\d --> \d\d:\d\d:\d\d,\d\d\d$/))
      #expect(!lines.dropFirst(2).contains { $0.contains("-->") })
    }
  }

  @Test(arguments: [
    (0.0, "00:00:00,000"), (0.0004, "00:00:00,000"), (0.0005, "00:00:00,001"),
    (59.9996, "00:01:00,000"), (3599.9995, "01:00:00,000"), (359_999.999, "99:59:59,999"),
    (360_000, "100:00:00,000"), (-1, "00:00:00,000"), (.nan, "00:00:00,000"),
    (.infinity, "00:00:00,000"), (1e300, "277777:46:40,000"),
  ])
  func timesAreWrittenInFull(seconds: Double, expected: String) {
    #expect(timestamp(seconds, point: ",") == expected)
  }
}
