import Testing

@testable import Transcript

/// Cues of two speakers, and of one word.
@Suite struct DialogueTests {
  private func talk(_ turns: [(String?, String, Double)]) -> [Segment] {
    turns.map { speaker, text, start in
      var segment = spoken(text, from: start)
      segment.speaker = speaker
      return segment
    }
  }

  private func text(
    _ format: TranscriptFormat, _ segments: [Segment], lines: Double = 2, isDual: Bool = true
  ) throws -> String {
    var profile = CueProfile.standard
    profile.joinsSpeakers = isDual
    try profile.set(.maxLines, to: lines)
    var text = ""
    Transcript(header: Meeting.header, segments: segments)
      .write(format, profile: profile, to: &text)
    return text
  }

  private let quick: [(String?, String, Double)] = [
    ("Anna", "Is it ready?", 0), ("Ben", "Nearly.", 1.2), ("Anna", "Good.", 8),
  ]

  @Test func aQuickExchangeHasALineEach() throws {
    let srt = try text(.srt, talk(quick))
    #expect(srt.contains("- Anna: Is it ready?\r\n- Ben: Nearly.\r\n"))
    #expect(srt.contains("\r\nAnna: Good.\r\n"), "Ben spoke last")
    #expect(srt.hasPrefix("1\r\n00:00:00,000 --> 00:00:02,"))
    let vtt = try text(.vtt, talk(quick))
    #expect(vtt.contains("\n<v Anna>- Is it ready?</v>\n<v Ben>- Nearly.</v>\n"))
    #expect(try text(.vttWords, talk(quick)).contains("<v Ben><00:00:01.200>- Nearly.</v>"))
    #expect(try text(.ass, talk(quick)).contains(",Default,Anna; Ben,"))
    #expect(try text(.ttml, talk(quick)).contains("- Anna: Is it ready?<br/>- Ben: Nearly."))
  }

  @Test func nobodyAskedForItOrThereIsOneLine() throws {
    #expect(try !text(.srt, talk(quick), isDual: false).contains("- "))
    #expect(try !text(.srt, talk(quick), lines: 1).contains("- "))
  }

  @Test(
    arguments: [
      [("Anna", "Is it ready?", 0), ("Anna", "Nearly.", 1.2)],
      [(nil, "Is it ready?", 0), ("Ben", "Nearly.", 1.2)],
      [("Anna", "Is it ready?", 0), ("Ben", "Nearly.", 4)],
      [
        ("Anna", "Is it ready now, after all the weeks that you have had for it?", 0),
        ("Ben", "Nearly.", 5),
      ],
    ] as [[(String?, String, Double)]])
  func othersStayApart(turns: [(String?, String, Double)]) throws {
    #expect(try !text(.vtt, talk(turns)).contains("- "))
  }

  /// Whatever is said, dialogue loses no word, mixes no speakers in a line and keeps the limits.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func dialogueKeepsWordsOrderAndLimits(seed: UInt64) throws {
    var random = Generator(seed: seed)
    var time = 0.0
    let segments = (0..<40).map { _ in
      let count = Int.random(in: 1...8, using: &random)
      let said = (0..<count).map { _ in
        ["yes.", "no", "well,", "the", "budget"].randomElement(using: &random) ?? "no"
      }
      var segment = spoken(said.joined(separator: " "), from: time)
      segment.speaker = ["Anna", "Ben", nil].randomElement(using: &random) ?? nil
      time = segment.end + Double.random(in: 0...1.5, using: &random)
      return segment
    }
    var profile = CueProfile.standard
    profile.joinsSpeakers = true
    let apart = CueLayout.cues(for: segments, profile: profile)
    var joiner = DialogueJoiner(profile)
    var joined = apart.compactMap { joiner.add($0) }
    if let last = joiner.finish() { joined.append(last) }
    let words = { (cues: [Cue]) in
      cues.flatMap(\.wordLines).flatMap { $0 }.map { $0.text.replacing("- ", with: "") }
    }
    #expect(words(joined) == words(apart))
    #expect(joined.map(\.start) == joined.map(\.start).sorted())
    for cue in joined where !cue.lineSpeakers.isEmpty {
      #expect(cue.lines.count == 2 && cue.lineSpeakers[0] != cue.lineSpeakers[1])
      #expect(cue.lines.allSatisfy { $0.hasPrefix("- ") && $0.count <= 42 })
      #expect(cue.end - cue.start <= 7)
    }
    for (cue, next) in zip(joined, joined.dropFirst()) { #expect(next.start >= cue.end) }
  }

  @Test func oneWordJoinsItsNeighbourWhereThePauseAllows() {
    let near = [Word("Yes.", 0, 0.4), Word("We", 0.9, 1.1), Word("begin", 1.1, 1.6)]
    #expect(CueLayout.cues(for: [Segment(near)]).map(\.lines) == [["Yes. We begin"]])
    let far = [Word("Yes.", 0, 0.4), Word("We", 1.5, 1.7), Word("begin", 1.7, 2.2)]
    #expect(CueLayout.cues(for: [Segment(far)]).map(\.lines) == [["Yes."], ["We begin"]])
  }
}
