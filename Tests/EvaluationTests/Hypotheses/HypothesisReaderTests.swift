import Foundation
import Testing
import Transcript

@testable import Evaluation

/// Files of hypotheses as other programs write them.
@Suite("Hypotheses")
struct HypothesisReaderTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(_ name: String, _ text: String) throws -> [Hypothesis] {
    let set = HypothesisSet([try folder.text(name, text)])
    #expect(set.faults.isEmpty)
    return set.hypotheses
  }

  /// Words, by segments.
  private func texts(_ hypothesis: Hypothesis?) -> [String] {
    (hypothesis?.segments ?? []).map { $0.words.map(\.text).joined(separator: " ") }
  }

  @Test
  func aCTMWordsByRecordingInTheOrderOfTimePartedAtPauses() throws {
    let all = try read(
      "x.ctm",
      ";; comment\nb 1 0.5 0.2 two 0.9\nb 1 0.1 0.3 one\nb 1 1.4 0.1 three\na A 0 1 other\n")
    #expect(all.map { $0.places[0].suffix(2) } == [["x", "b"], ["x", "a"]])
    #expect(texts(all.first) == ["one two", "three"])
    #expect(all.first?.segments?[0].words.map(\.start) == [0.1, 0.5])
    #expect(all.first?.times == .words)
    // A file about a single recording may have its name, whatever it calls it.
    #expect(try read("y.ctm", "z 1 0 1 word\n").first?.places.map(\.last) == ["z", "y"])
  }

  @Test
  func anSTMAndSegLSTGiveTheSameSegmentsAndVoices() throws {
    let stm = try read("s.stm", "m 1 B 2.0 3.0 later on\nm 1 A 0.5 1.5 first words\n").first
    let list = try read(
      "s.seglst.json",
      """
      [{"session_id": "m", "speaker": "B", "start_time": "2.0", "end_time": 3.0, "words": "later on"},
       {"session_id": "m", "speaker": "A", "start_time": 0.5, "end_time": 1.5, "words": "first words"}]
      """
    ).first
    #expect(texts(stm) == ["first words", "later on"])
    #expect(stm?.segments == list?.segments)
    #expect(stm?.voices?.map(\.speaker) == ["A", "B"] && list?.voices?.map(\.start) == [0.5, 2])
    #expect(list?.places.map(\.last) == ["m", "s"])
    // Words share their segment's time by letters: "first" has five of ten.
    #expect(stm?.segments?[0].words.map(\.end) == [1, 1.5])
  }

  @Test
  func whispersJSONWithAndWithoutWordsWhisperXsWithSpeakersAndATextAlone() throws {
    let timed = try read(
      "w.json",
      """
      {"text": " Hello all.", "language": "en", "segments": [{"id": 0, "start": 0.0, "end": 1.0,
       "text": " Hello all.", "speaker": "SPEAKER_00", "words": [
       {"word": " Hello", "start": 0.1, "end": 0.4, "probability": 0.9},
       {"word": " all.", "start": 0.5, "end": 0.9, "score": 0.8}]}]}
      """
    ).first
    #expect(timed?.times == .words && texts(timed) == ["Hello all."])
    #expect(timed?.segments?[0].words.map(\.end) == [0.4, 0.9])
    #expect(timed?.voices?.map(\.speaker) == ["SPEAKER_00"])
    let rough = try read(
      "r.json",
      "{\"segments\": [{\"start\": 1, \"end\": 2, \"text\": \"one two\"}], \"text\": \"\"}"
    ).first
    #expect(rough?.times == .segments && texts(rough) == ["one two"] && rough?.voices == nil)
    let bare = try read("b.json", "{\"text\": \"no times\"}").first
    #expect(bare?.times == Hypothesis.Times.none && texts(bare) == ["no times"])
  }

  @Test
  func textsOneForEachRecordingOrALineForEachEmptyOnesAreHypothesesToo() throws {
    #expect(texts(try read("a.txt", "some\nwords\n").first) == ["some words"])
    #expect(try read("e.txt", "").first?.isEmpty == true)
    let lines = try read("k.trans.txt", "a-1 ONE TWO\na-2\n")
    #expect(lines.map(\.places[0].last) == ["a-1", "a-2"])
    #expect(lines.map(\.isEmpty) == [false, true])
  }

  @Test
  func whatOurWritersMakeOfATranscriptIsReadBackWithItsWordsTimesAndSpeakers() throws {
    var segment = Segment(
      start: 1, end: 2.5, track: 1,
      words: [
        Word(text: "Good", start: 1, end: 1.5, confidence: 0.9),
        Word(text: "morning.", start: 1.75, end: 2.5, confidence: 0.8),
      ])
    segment.speaker = "Anna"
    let transcript = Transcript(
      header: TranscriptHeader(
        program: ModelInfo(name: "p", version: "1"),
        source: SourceInfo(file: "m.wav", duration: 3, container: "wav"),
        model: ModelInfo(name: "m", version: "1")),
      segments: [segment])
    for format in [TranscriptFormat.json, .whisper, .seglst, .stm, .ctm] {
      var text = ""
      transcript.write(format, profile: .standard, to: &text)
      let name =
        format == .whisper
        ? "m.whisper.json" : format == .seglst ? "m.seglst.json" : "m.\(format.rawValue)"
      let read = try #require(try read(name, text).first)
      #expect(texts(read) == ["Good morning."], "\(format)")
      #expect(read.places.contains { $0.last == "m" }, "\(format)")
      #expect(read.segments?[0].words.first?.start == 1, "\(format)")
      #expect(read.voices?.map(\.speaker) == (format == .ctm ? nil : ["Anna"]), "\(format)")
    }
  }

  @Test(arguments: [
    ("a.ctm", "x 1 0\n", "wordTimes(line: 1)"), ("a.ctm", "x 1 nan 1 w\n", "wordTimes(line: 1)"),
    ("a.stm", "x 1 A 2 1 w\n", "endsBeforeStart"), ("a.json", "{\"segments\": [", "noHypothesis"),
    ("a.json", "{\"a\": 1}", "noHypothesis"),
    ("a.json", "{\"segments\": [{\"start\": -1, \"end\": 1, \"text\": \"\"}]}", "member"),
    ("a.json", "{\"schema\": \"viseme.transcript\", \"version\": 99}", "newer(version: 99)"),
    (
      "a.json",
      "[{\"session_id\": \"a\", \"start_time\": 2, \"end_time\": 1, \"words\": \"\"}]", "member"
    ),
  ])
  func whatCannotBeUsedIsNamed(name: String, text: String, fault: String) throws {
    let set = HypothesisSet([try folder.text(name, text)])
    #expect(set.hypotheses.isEmpty)
    #expect(set.faults.count == 1 && "\(set.faults[0].cause)".contains(fault))
  }
}
