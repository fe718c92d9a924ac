import Testing

@testable import Transcript

/// Who speaks, in all formats.
@Suite struct SpeakerTests {
  private func text(
    _ format: TranscriptFormat, _ segments: [Segment], profile: CueProfile = .standard
  ) -> String {
    var text = ""
    Transcript(header: Meeting.header, segments: segments)
      .write(format, profile: profile, to: &text)
    return text
  }

  /// Segments in the order of starts, each of the speaker that `names` gives its track.
  private func named(_ names: [String], _ segments: [Segment]) -> [Segment] {
    segments.sorted { $0.start < $1.start }.map { segment in
      var segment = segment
      segment.speaker = names[segment.track - 1]
      return segment
    }
  }

  private func talk(_ first: String = "Anna", _ second: String = "Ben") -> [Segment] {
    named(
      [first, second],
      [
        spoken("Good morning.", from: 1), spoken("Shall we begin?", from: 6),
        spoken("Yes.", from: 12, track: 2), spoken("I have the figures.", from: 20, track: 2),
        spoken("Good.", from: 30),
      ])
  }

  @Test func subRipNamesWhoSpeaksWhereAnotherSpokeBefore() {
    let blocks = text(.srt, talk()).split(separator: "\r\n\r\n").map {
      $0.split(separator: "\r\n").dropFirst(2).joined(separator: "|")
    }
    #expect(
      blocks == [
        "Anna: Good morning.", "Shall we begin?", "Ben: Yes.", "I have the figures.", "Anna: Good.",
      ])
  }

  @Test func webVTTNamesTheVoiceOfEveryCue() throws {
    let cues = try WebVTTParser(text(.vtt, talk())).cues
    #expect(cues.map(\.voice) == ["Anna", "Anna", "Ben", "Ben", "Anna"])
    #expect(text(.vtt, talk()).contains("\n<v Anna>Shall we begin?\n"))
  }

  @Test func aParagraphBeginsWithItsSpeakerWhereAnotherSpokeBefore() {
    #expect(
      text(.txt, talk())
        == "Anna: Good morning.\n\nShall we begin?\n\nBen: Yes.\n\nI have the figures.\n\n"
        + "Anna: Good.\n")
  }

  @Test func jSONHasTheSpeakerAfterTheTrack() {
    let json = text(.json, talk())
    #expect(json.contains("\"track\": 1, \"speaker\": \"Anna\", \"confidence\": "))
    #expect(json.contains("\"track\": 2, \"speaker\": \"Ben\", \"confidence\": "))
    #expect(!text(.json, Meeting.segments).contains("speaker"))
  }

  @Test(arguments: [
    "A & B", "<i>", "a --> b", "&amp;", "</v>", "Zo\u{EB} \"Z\" O'Neil",
    "\u{1F469}\u{200D}\u{1F4BB}",
    "1", "\u{645}\u{631}\u{6CC}\u{645}",
  ])
  func namesBreakNoFormat(name: String) throws {
    let segments = talk(name)
    let cues = try WebVTTParser(text(.vtt, segments)).cues
    #expect(cues.map(\.voice) == [name, name, "Ben", "Ben", name])
    let blocks = text(.srt, segments).split(separator: "\r\n\r\n")
    #expect(blocks.count == 5)
    let shown = name.replacing("-->", with: "\u{2192}")
    #expect(blocks[0].hasSuffix("\r\n\(shown): Good morning."))
    #expect(text(.txt, segments).hasPrefix("\(name): Good morning.\n\n"))
    #expect(text(.json, segments).contains("\"speaker\": \(JSONWriter.string(name)), "))
  }

  @Test func aLongNameIsCutInSubRipOnly() {
    let name = String(repeating: "Anna Maria ", count: 9) + "X"
    let segments = talk(name)
    #expect(text(.srt, segments).contains("\r\nAnna Maria Anna Mari\u{2026}: Good morning.\r\n"))
    #expect(text(.vtt, segments).contains("<v \(name)>Good morning.\n"))
    #expect(text(.txt, segments).hasPrefix("\(name): Good"))
  }

  @Test func aNameStandsAloneWhereTheFirstWordLeavesItNoRoom() throws {
    let word = String(repeating: "long", count: 10)
    #expect(text(.srt, named(["Anna"], [spoken(word)])).contains("\r\nAnna:\r\n\(word)\r\n"))
    var profile = CueProfile.standard
    try profile.set(.maxLines, to: 1)
    let found = text(.srt, named(["Anna"], [spoken("Well \(word) ended.")]), profile: profile)
    #expect(found.contains("\r\nAnna: Well\r\n") && found.contains("\r\n\(word)\r\n"))
    let alone = text(.srt, named(["Anna"], [spoken(word)]), profile: profile)
    #expect(alone.contains("\r\nAnna:\r\n\(word)\r\n"))
  }

  /// Two people who talk at the same time.
  private func twoTalk(_ names: [String], seed: UInt64) -> [Segment] {
    let second = randomSpeech(seed: seed &+ 1000, words: 200).map { segment in
      var segment = segment
      segment.track = 2
      return segment
    }
    return named(names, randomSpeech(seed: seed, words: 200) + second)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func linesWithNamesStayWithinAllLimits(seed: UInt64) throws {
    var random = Generator(seed: seed)
    var profile = CueProfile.standard
    // Room for the longest word beside a name of half a line.
    try profile.set(.maxLineLength, to: Double.random(in: 36...60, using: &random).rounded())
    try profile.set(.maxLines, to: Double.random(in: 1...4, using: &random).rounded())
    let names = ["A", "B"].map {
      String(repeating: $0, count: Int.random(in: 1...100, using: &random))
    }
    let segments = twoTalk(names, seed: seed)
    let blocks = text(.srt, segments, profile: profile).split(separator: "\r\n\r\n")
    var layout = CueLayout(profile: profile, labelsSpeakers: true)
    let cues = segments.flatMap { layout.add($0) } + layout.finish()
    #expect(blocks.count == cues.count)
    var before: String?
    for (block, cue) in zip(blocks, cues) {
      let lines = block.split(separator: "\r\n").dropFirst(2).map(String.init)
      #expect(lines == (cue.speaker == before ? cue.lines : cue.labelledLines))
      let name = cue.speaker.map { SpeakerLabel($0, profile: profile).text } ?? ""
      #expect(
        cue.labelledLines.joined(separator: " ") == "\(name) " + cue.lines.joined(separator: " "))
      for lines in [cue.lines, cue.labelledLines] {
        #expect(lines.count <= profile.maxLines)
        #expect(lines.allSatisfy { $0.count <= profile.maxLineLength }, "\(lines)")
      }
      before = cue.speaker
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func namesChangeNoCueOfWebVTTAndNoWord(seed: UInt64) throws {
    let segments = twoTalk(["Anna", "Ben"], seed: seed)
    let plain = segments.map { segment in
      var segment = segment
      segment.speaker = nil
      return segment
    }
    let cues = try WebVTTParser(text(.vtt, segments)).cues.map { cue in
      var cue = cue
      cue.voice = nil
      return cue
    }
    #expect(try WebVTTParser(text(.vtt, plain)).cues == cues)
    let words = text(.txt, segments).split(whereSeparator: \.isWhitespace)
    #expect(
      words.filter { $0 != "Anna:" && $0 != "Ben:" }
        == text(.txt, plain).split(whereSeparator: \.isWhitespace))
  }

  /// A dialogue on one track, without pauses between the speakers.
  private func dialogue() -> [Segment] {
    [("Anna", "So what do you say?", 1.0), ("Ben", "Well I think", 2.6), ("Anna", "Yes.", 3.6)].map
    {
      var segment = spoken($0.1, from: $0.2, pace: 0.3)
      segment.speaker = $0.0
      return segment
    }
  }

  @Test func noCueAndNoParagraphHasWordsOfTwoVoicesOfATrack() throws {
    let segments = dialogue()
    let cues = try WebVTTParser(text(.vtt, segments)).cues
    #expect(cues.map(\.voice) == ["Anna", "Ben", "Anna"])
    #expect(
      text(.srt, segments).split(separator: "\r\n\r\n").map {
        $0.split(separator: "\r\n").dropFirst(2).joined(separator: "|")
      } == ["Anna: So what do you say?", "Ben: Well I think", "Anna: Yes."])
    #expect(
      text(.txt, segments) == "Anna: So what do you say?\n\nBen: Well I think\n\nAnna: Yes.\n")
    let layout = CueLayout.cues(for: segments)
    #expect(zip(layout, layout.dropFirst()).allSatisfy { $0.end <= $1.start })
  }

  @Test func rTTMHasTheTurnsInFieldsWithoutSpaces() {
    var writer = TranscriptWriter(format: .rttm)
    var header = Meeting.header
    header.source.file = "team meeting.mp4"
    var out = ""
    writer.begin(header, to: &out)
    for segment in dialogue() { writer.add(segment, to: &out) }
    writer.finish(
      voices: [
        VoiceTurn(speaker: "Speaker 1", track: 1, start: 0.5, end: 2.25),
        VoiceTurn(speaker: "Anna Maria", track: 2, start: 2, end: 62.0004),
        VoiceTurn(speaker: "Speaker 1", track: 1, start: 5, end: 5),
      ], to: &out)
    #expect(
      out == """
        SPEAKER team_meeting 1 0.500 1.750 <NA> <NA> Speaker_1 <NA> <NA>
        SPEAKER team_meeting 2 2.000 60.000 <NA> <NA> Anna_Maria <NA> <NA>

        """)
  }

  @Test func talkTimeIsToldInTheOrderOfFirstTurns() {
    let turns = [
      VoiceTurn(speaker: "B", track: 1, start: 0, end: 1.5),
      VoiceTurn(speaker: "A", track: 1, start: 1, end: 2),
      VoiceTurn(speaker: "B", track: 1, start: 4, end: 5),
    ]
    #expect(
      TalkTime.of(turns) == [
        TalkTime(speaker: "B", seconds: 2.5), TalkTime(speaker: "A", seconds: 1),
      ])
  }
}
