import Foundation
import Testing

@testable import Transcript

/// What the formats promise of any transcript.
@Suite struct FormatTests {
  private func text(
    _ format: TranscriptFormat, _ segments: [Segment], profile: CueProfile = .standard
  ) -> String {
    var text = ""
    Transcript(header: Meeting.header, segments: segments)
      .write(format, profile: profile, to: &text)
    return text
  }

  @Test func eachFormatHasANameAndAnEndingOfItsOwn() {
    let formats = TranscriptFormat.allCases
    #expect(Set(formats.map(\.suffix)).count == formats.count)
    for format in formats {
      #expect(TranscriptFormat(fileName: "A meeting.\(format.suffix.uppercased())") == format)
      #expect(format.suits(fileName: "a.\(format.suffix)"))
    }
    #expect(TranscriptFormat(fileName: "srt") == nil && TranscriptFormat(fileName: "a.doc") == nil)
    #expect(TranscriptFormat.whisper.suits(fileName: "a.json"))
    #expect(!TranscriptFormat.whisper.suits(fileName: "a.srt"))
  }

  @Test(arguments: TranscriptFormat.allCases)
  func aTranscriptWithoutWordsIsAFile(format: TranscriptFormat) {
    var bytes: [UInt8] = []
    var empty = Meeting.header
    empty.source.duration = nil
    Transcript(header: empty, notes: ["no speech was found"]).write(format, to: &bytes)
    let isEmpty = [.srt, .txt, .ctm, .stm, .rttm, .audacity].contains(format)
    #expect(bytes.isEmpty == isEmpty)
  }

  @Test(arguments: TranscriptFormat.allCases, 0..<5 as Range<UInt64>)
  func brokenTimesStopNoFormat(format: TranscriptFormat, seed: UInt64) {
    var bytes: [UInt8] = []
    Transcript(header: Meeting.header, segments: brokenSpeech(seed: seed, words: 100))
      .write(format, to: &bytes)
    #expect(!bytes.isEmpty)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func marksOfWordsLieWithinTheirCueAndGrow(seed: UInt64) throws {
    for segments in [brokenSpeech(seed: seed, words: 100), randomSpeech(seed: seed, words: 200)] {
      let plain = try WebVTTParser(text(.vtt, segments)).cues
      let blocks = text(.vttWords, segments).components(separatedBy: "\n\n")
        .filter { $0.contains(" --> ") }
      #expect(blocks.count == plain.count)
      for (block, cue) in zip(blocks, plain) {
        let marks = block.matches(of: /<(\d+):(\d\d):(\d\d)\.(\d\d\d)>/).map { match in
          let parts = [match.1, match.2, match.3, match.4].compactMap { Int($0) }
          return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
        }
        #expect(zip(marks, marks.dropFirst()).allSatisfy { $0 < $1 })
        #expect(marks.allSatisfy { cue.start < $0 && $0 < cue.end })
      }
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func karaokeFillsEachCue(seed: UInt64) throws {
    let segments = randomSpeech(seed: seed, words: 200)
    let events = text(.ass, segments).split(separator: "\n").filter { $0.hasPrefix("Dialogue") }
    #expect(events.count == CueLayout.cues(for: segments).count)
    for event in events {
      let times = event.matches(of: /(\d):(\d\d):(\d\d)\.(\d\d)/).map { match in
        let parts = [match.1, match.2, match.3, match.4].compactMap { Int($0) }
        return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 100 + parts[3]
      }
      let lengths = event.matches(of: /\{\\k(\d+)\}/).compactMap { Int($0.1) }
      #expect(times[1] - times[0] == lengths.reduce(0, +))
    }
  }

  @Test func wordsOfAChannelFollowEachOtherInCTM() {
    var second = spoken("we agree here", from: 1.1)
    second.channel = 2
    var first = spoken("one two three four", from: 1)
    first.channel = 1
    let rows = text(.ctm, [first, second]).split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.map { $0[1] } == ["1", "1", "1", "1", "2", "2", "2"])
    #expect(rows.map { $0[0] }.allSatisfy { $0 == "meeting_\"one\"" })
  }

  @Test(arguments: [
    (25.0, 3600.04, "01:00:00:01", "90001/25s"), (29.97, 3600, "00:59:56:12", "107999892/30000s"),
    (23.976, 0, "00:00:00:00", "0s"), (50, 0.999, "00:00:01:00", "50/50s"),
    (12.5, 1, "00:00:01:00", "13000/12500s"),
  ])
  func framesAreThoseOfEditingPrograms(
    rate: Double, seconds: Double, code: String, duration: String
  ) {
    let clock = FrameClock(rate)
    let frame = clock.frame(seconds)
    #expect(clock.timecode(frame) == code)
    #expect(clock.duration(frame) == duration)
  }

  @Test func aParagraphEndsWhereAnotherSpeaksOnTheSameTrack() {
    var segments = [spoken("I say", from: 1), spoken("you say", from: 2)]
    segments[0].speaker = "Anna"
    segments[1].speaker = "Ben"
    #expect(text(.txt, segments) == "Anna: I say\n\nBen: you say\n")
    #expect(
      text(.markdown, segments) == """
        # meeting "one"

        **Anna** [0:01]\u{20}\u{20}
        I say

        **Ben** [0:02]\u{20}\u{20}
        you say

        """)
  }
}
