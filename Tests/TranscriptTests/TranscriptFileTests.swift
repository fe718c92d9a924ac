import Foundation
import Testing

@testable import Transcript

/// Transcripts that are read back from JSON.
@Suite struct TranscriptFileTests {
  private func text(
    _ format: TranscriptFormat, _ transcript: Transcript, profile: CueProfile = .standard
  ) -> String {
    var text = ""
    transcript.write(format, profile: profile, to: &text)
    return text
  }

  private func read(_ text: String) throws -> Transcript {
    try TranscriptFile.read(Data(text.utf8))
  }

  /// Two people on two tracks, the second heard in channels, some words with faces.
  private func talk(seed: UInt64) -> [Segment] {
    var random = Generator(seed: seed)
    let second = randomSpeech(seed: seed &+ 100, words: 80).map { segment in
      var segment = segment
      (segment.track, segment.channel, segment.speaker) = (2, 2, "Zo\u{EB}, \"Z\" <b>")
      return segment
    }
    let all = (randomSpeech(seed: seed, words: 80) + second).sorted { $0.start < $1.start }
    return all.map { segment in
      var segment = segment
      segment.mouth = random.chance(0.5) ? MouthPosition(x: 0.25, y: 0.5) : nil
      for index in segment.words.indices {
        segment.words[index].confidence = .random(in: 0...1, using: &random)
        guard random.chance(0.3) else { continue }
        // Near what JSON rounds to zero, too.
        let gate = random.chance(0.5) ? Double.random(in: 0...0.001, using: &random) : 0.7123
        segment.words[index].lips = WordLips(face: 3, gate: gate)
      }
      return segment
    }
  }

  /// Who read a segment stays with it.
  @Test
  func theModelOfASegmentIsKept() throws {
    var transcript = Meeting.transcript
    transcript.segments[0].model = "another"
    var text = ""
    transcript.write(.json, to: &text)
    let read = try TranscriptFile.read(Data(text.utf8))
    #expect(
      read.segments.map(\.model) == ["another"] + transcript.segments.dropFirst().map { _ in nil })
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func whatIsMadeOfAStoredTranscriptIsWhatWasWrittenBesideIt(seed: UInt64) throws {
    let transcript = Transcript(header: Meeting.header, segments: talk(seed: seed), notes: ["n"])
    let stored = try read(text(.json, transcript))
    #expect(stored.notes == ["n"] && stored.source == transcript.source)
    #expect(stored.segments.map(\.speaker) == transcript.segments.map(\.speaker))
    #expect(stored.segments.map(\.channel) == transcript.segments.map(\.channel))
    for notes in CueNotes.allCases {
      var profile = CueProfile.standard
      profile.notes = notes
      for format in [TranscriptFormat.srt, .vtt, .txt, .vttWords, .ttml, .ass] {
        let first = text(format, transcript, profile: profile)
        #expect(Array(first.utf8) == Array(text(format, stored, profile: profile).utf8))
      }
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func readingAndWritingASecondTimeChangesNothing(seed: UInt64) throws {
    let first = text(.json, Transcript(header: Meeting.header, segments: talk(seed: seed)))
    let second = text(.json, try read(first))
    #expect(text(.json, try read(second)) == second)
    #expect(try read(second) == read(first))
  }

  @Test func settingsKeepTheirValues() throws {
    let stored = try read(text(.json, Meeting.transcript))
    #expect(Set(stored.settings) == Set(Meeting.header.settings))
  }

  @Test func segmentsComeInTheOrderOfTheirStarts() throws {
    let segments = [spoken("late", from: 9), spoken("early", from: 1), spoken("too", from: 1)]
    let stored = try read(text(.json, Transcript(header: Meeting.header, segments: segments)))
    #expect(stored.segments.map(\.text) == ["early", "too", "late"])
  }

  @Test func unknownMembersArePassedOver() throws {
    let json = text(.json, Meeting.transcript).replacing(
      "{\n  \"schema\"", with: "{\"x\": [], \"schema\"")
    #expect(try read(json) == read(text(.json, Meeting.transcript)))
  }

  @Test(arguments: [
    ("", TranscriptFileError.notJSON), ("{\"schema\": \"viseme.transcript\"", .notJSON),
    ("[]", .notTranscript), ("{\"text\": \"\", \"segments\": []}", .notTranscript),
    ("{\"schema\": \"viseme.transcript\"}", .missing(member: "version")),
    ("{\"schema\": \"viseme.transcript\", \"version\": 2}", .newer(version: 2)),
    (
      "{\"schema\": \"viseme.transcript\", \"version\": 0}",
      .wrong(member: "version", expected: .ordinal)
    ),
  ])
  func whatIsNoTranscriptIsRefused(json: String, error: TranscriptFileError) {
    #expect(throws: error) { try read(json) }
  }

  @Test(
    arguments: [
      ("\"track\": 1", "\"track\": 0", .wrong(member: "segments[0].track", expected: .ordinal)),
      ("\"track\": 1, ", "", .missing(member: "segments[0].track")),
      (
        "\"start\": 0.520", "\"start\": \"0\"",
        .wrong(member: "segments[0].start", expected: .seconds)
      ),
      (
        "\"start\": 0.520", "\"start\": -1", .wrong(member: "segments[0].start", expected: .seconds)
      ),
      (
        "\"start\": 0.520", "\"start\": 1e300",
        .wrong(member: "segments[0].start", expected: .seconds)
      ),
      (
        "\"confidence\": 0.900}", "\"confidence\": 7}",
        .wrong(member: "segments[0].words[0].confidence", expected: .share)
      ),
      (
        "\"confidence\": 0.900}", "\"confidence\": null}",
        .wrong(member: "segments[0].words[0].confidence", expected: .share)
      ),
      (
        "\"text\": \"Okay,\"", "\"text\": \"Oh,\"", .textDiffers(member: "segments[0].text")
      ),
      ("\"language\": \"en\"", "\"language\": 3", .wrong(member: "language", expected: .text)),
      ("\"notes\"", "\"nothing\"", .missing(member: "notes")),
    ] as [(String, String, TranscriptFileError)])
  func aWrongMemberIsNamed(good: String, bad: String, error: TranscriptFileError) throws {
    let json = text(.json, Meeting.transcript)
    let start = try #require(json.range(of: good))
    #expect(throws: error) { try read(json.replacingCharacters(in: start, with: bad)) }
  }

  @Test(arguments: ["", " "])
  func anEmptySpeakerIsNone(name: String) throws {
    let json = text(.json, Meeting.transcript)
    let track = try #require(json.range(of: "\"track\": 1, "))
    let named = try read(
      json.replacingCharacters(in: track, with: "\"track\": 1, \"speaker\": \"\(name)\", "))
    #expect(named.segments.first?.speaker == nil)
  }

  @Test(arguments: 0..<50)
  func aFileCutAnywhereIsRefused(part: Int) throws {
    let json = text(.json, Meeting.transcript)
    #expect(throws: TranscriptFileError.notJSON) {
      try read(String(json.prefix((json.count - 2) * part / 50)))
    }
  }
}
