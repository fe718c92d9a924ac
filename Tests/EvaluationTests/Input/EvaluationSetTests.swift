import Demux
import Foundation
import Testing

@testable import Evaluation

@Suite("What is evaluated")
struct EvaluationSetTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    for name in ["a.wav", "b.wav", "in/c.wav"] {
      try folder.wave(name, Sounds.speech(seconds: 1.5, seed: 1))
    }
  }

  private func set(_ names: String..., only: String? = nil, limit: Int? = nil) -> EvaluationSet {
    EvaluationSet(names.map { "\(folder.path)/\($0)" }, only: only, limit: limit)
  }

  /// Line and cause of each fault.
  private func faults(_ set: EvaluationSet) -> [String] {
    set.faults.map { "\($0.line.map(String.init) ?? "-") \($0.cause)" }
  }

  @Test
  func aTSVManifestWithAllColumnsInAnyOrderWithOthersBetween() throws {
    try folder.text("t.stm", "a 1 X 0.2 0.9 hello\nz 1 X 0 1 other\na 1 Y 0.1 0.5 hi\n")
    try folder.text("t.rttm", "SPEAKER a 1 0.5 0.25 <NA> <NA> X <NA> <NA>\n")
    try folder.text("b.ctm", "b 1 0.5 0.25 hello\nother 1 0 1 no\n")
    try folder.text(
      "list.tsv",
      """
      \u{feff}licence\tspeaker\tpath\tstart\tend\ttranscript\tstm\trttm\twords\r
      MIT\tanna\ta.wav\t\t\t\tt.stm\tt.rttm\t\r
      MIT\tbert\tb.wav\t0.5\t1.25\tHello there.\t\t\tb.ctm\r
      # a comment\r

      \t\tin/c.wav\r
      \t\tin/c.wav\t\t1\t\r
      """)
    let set = set("list.tsv")
    #expect(faults(set) == ["6 noTranscript"])
    #expect(set.utterances.map(\.id) == ["a.wav", "b.wav@0.5-1.25", "in/c.wav@-1.0"])
    #expect(set.utterances.map(\.speaker) == ["anna", "bert", nil])
    #expect(
      set.utterances.map(\.path) == ["a.wav", "b.wav", "in/c.wav"].map { "\(folder.path)/\($0)" })
    let (a, b, c) = (set.utterances[0], set.utterances[1], set.utterances[2])
    #expect(a.reference.text == "hi hello")
    #expect(a.turns?.map(\.end) == [0.75])
    #expect(a.seconds == 1.5)
    #expect(b.reference == .text("Hello there."))
    #expect(b.wordTimes == [TimedWord(text: "hello", start: 0.5, end: 0.75)])
    #expect(b.seconds == 0.75)
    #expect(c.reference.isEmpty)
  }

  /// What an earlier run kept of its mixtures lies below its results, which may lie below the recordings.
  @Test
  func mixturesThatWereKeptAreNoRecordings() throws {
    for name in ["a", "in/eval/audio/clean-01abcdef/1-a", "in/eval/audio/mine/x"] {
      try folder.wave("\(name).wav", Sounds.speech(seconds: 1, seed: 1))
      try folder.text("\(name).txt", "hello")
    }
    let inputs = ["\(folder.path)/in", "\(folder.path)/a.wav"]
    let set = EvaluationSet(inputs, results: "\(folder.path)/in/../in/eval")
    #expect(set.utterances.map(\.id) == ["eval/audio/mine/x.wav", "a.wav"])
    #expect(faults(set) == ["- noTranscript"])
    let other = EvaluationSet(inputs, results: "\(folder.path)/eval")
    #expect(other.utterances.count == 3)
  }

  @Test
  func aJSONLManifestWithTheNamesThatNeMoUses() throws {
    try folder.text(
      "list.jsonl",
      """
      {"path": "a.wav", "transcript": "one", "speaker": 7, "tags": ["x"], "start": null}
      {"audio_filepath": "b.wav", "text": "two", "offset": 0.25, "duration": 0.5}
      {"audio_filepath": "\(folder.path)/in/c.wav", "text": "", "duration": 99}
      """)
    let set = set("list.jsonl")
    #expect(faults(set) == [])
    #expect(set.utterances.map(\.reference.text) == ["one", "two", ""])
    #expect(set.utterances.map(\.end) == [nil, 0.75, nil])
    #expect(set.utterances[0].speaker == "7.0" || set.utterances[0].speaker == "7")
  }

  @Test(arguments: [
    ("a.wav", "2 noTranscript"), ("\thello", "2 noPath"),
    ("none.wav\thello", "2 recording(path: \"none.wav\", Demux.DemuxError.notFound)"),
    ("bad.wav\thello", "2 recording(path: \"bad.wav\", Demux.DemuxError.notRecognised)"),
    ("a.wav\thello\tx", "2 badTime(field: \"start\", value: \"x\")"),
    ("a.wav\thello\t-1", "2 badTime(field: \"start\", value: \"-1\")"),
    ("a.wav\thello\t1\tinf", "2 badTime(field: \"end\", value: \"inf\")"),
    ("a.wav\thello\t1\t1", "2 emptySpan"), ("a.wav\thello\t\t0", "2 emptySpan"),
    ("b.wav\thello\nb.wav\tagain", "3 repeated(line: Optional(2))"),
  ])
  func aBadLineIsNamedByItsNumberAndTheRestGoesOn(line: String, fault: String) throws {
    try folder.text("bad.wav", "a text")
    try folder.text("list.tsv", "path\ttranscript\tstart\tend\n\(line)\nin/c.wav\tgood\n")
    let set = set("list.tsv")
    #expect(faults(set) == [fault])
    #expect(set.utterances.last?.id == "in/c.wav")
  }

  @Test(arguments: [
    ("{\"path\": ", "2 notJSON"), ("[1]", "2 notJSON"), ("{\"path\": [1]}", "2 notJSON"),
    ("{\"transcript\": \"x\"}", "2 noPath"), ("{\"path\": \"b.wav\"}", "2 noTranscript"),
    (
      "{\"path\": \"b.wav\", \"transcript\": \"\", \"start\": \"x\"}",
      "2 badTime(field: \"start\", value: \"x\")"
    ),
  ])
  func aBadJSONLineLikewise(line: String, fault: String) throws {
    try folder.text("list.jsonl", "{\"path\": \"a.wav\", \"transcript\": \"x\"}\n\(line)\n")
    let set = set("list.jsonl")
    #expect(faults(set) == [fault])
    #expect(set.utterances.count == 1)
  }

  @Test(arguments: [
    ("list.tsv", "", "- nothing"), ("list.tsv", "audio\ttranscript\n", "1 noColumn(\"path\")"),
    ("list.tsv", "path\tlicence\n", "1 noColumn(\"transcript\")"),
    ("list.jsonl", "\n", "- nothing"),
  ])
  func aManifestThatIsNoneIsNamedAsAWhole(name: String, text: String, fault: String) throws {
    try folder.text(name, text)
    #expect(faults(set(name)) == [fault])
    #expect(faults(set("nowhere.tsv")) == ["- unreadable(2)"])
    try folder.write("latin.tsv", Data([0x70, 0xe4]))
    #expect(faults(set("latin.tsv")) == ["- notText"])
  }

  @Test
  func aFolderTranscriptsBesideRecordingsOneSTMForManyWhatHasNoneIsNamed() throws {
    try folder.text("f/x.txt", "  Hello.\n")
    try folder.wave("f/x.wav", Sounds.speech(seconds: 1, seed: 2))
    try folder.wave("f/deep/y.wav", Sounds.speech(seconds: 1, seed: 3))
    try folder.wave("f/deep/z.wav", Sounds.speech(seconds: 1, seed: 4))
    try folder.text("f/all.stm", "y 1 A 0.1 0.5 yes\n")
    try folder.text("f/notes.md", "not a recording")
    try folder.text("f/data.bin", "nor is this")
    try folder.text("f/.hidden.wav", "nor this")
    let set = set("f")
    #expect(set.utterances.map(\.id) == ["deep/y.wav", "x.wav"])
    #expect(set.utterances.map(\.reference.text) == ["yes", "Hello."])
    #expect(set.faults.map(\.source) == ["\(folder.path)/f/deep/z.wav"])
    #expect(faults(set) == ["- noTranscript"])
    #expect(faults(self.set("in")) == ["- noTranscript"])
    try folder.text("empty/readme.md", "")
    #expect(faults(self.set("empty")) == ["- nothing"])
  }

  @Test
  func oneRecordingWithItsTranscriptBesideIt() throws {
    try folder.text("a.txt", "hello")
    #expect(set("a.wav").utterances.map(\.reference.text) == ["hello"])
    #expect(faults(set("b.wav")) == ["- noTranscript"])
  }

  @Test
  func librispeechAndGRIDAsTheyAreDistributed() throws {
    try folder.wave("ls/61/70968/61-70968-0000.wav", Sounds.speech(seconds: 1, seed: 5))
    try folder.text("ls/61/70968/61-70968.trans.txt", "61-70968-0000 HE BEGAN A\n61-70968-0001 X\n")
    let libri = set("ls").utterances
    #expect(libri.map(\.reference.text) == ["HE BEGAN A"])
    #expect(libri.map(\.speaker) == ["61"])
    try folder.wave("grid/s1/bbaf2n.wav", Sounds.speech(seconds: 1, seed: 5))
    try folder.text("grid/align/bbaf2n.align", "0 23750 sil\n23750 29500 bin\n29500 34000 blue\n")
    let grid = set("grid").utterances
    #expect(grid.map(\.reference.text) == ["bin blue"])
    #expect(grid.map(\.speaker) == ["s1"])
    #expect(
      grid.first?.wordTimes == [
        TimedWord(text: "bin", start: 0.95, end: 1.18),
        TimedWord(text: "blue", start: 1.18, end: 1.36),
      ])
  }

  @Test(arguments: [
    ("x.stm", "x 1 A 0 1 fine\nx 1 A 0.5\n", "syntax", 2),
    ("x.rttm", "SPEAKER x 1 a 1 <NA> <NA> A <NA> <NA>\n", "syntax", 1),
    ("x.ctm", "x 1 0 0.5 fine\nx 1 0\n", "wordTimes", 2),
    ("x.align", "0 100 sil\n100 50 bin\n", "wordTimes", 2),
  ])
  func aReferenceFileThatIsWrongIsNamedWithItsLine(
    name: String, text: String, kind: String, line: Int
  ) throws {
    try folder.text("r/\(name)", text)
    try folder.text("r/x.txt", "fine")
    try folder.wave("r/x.wav", Sounds.speech(seconds: 1, seed: 5))
    let set = set("r")
    #expect(set.utterances.isEmpty)
    #expect(
      set.faults.contains {
        guard case .reference(let path, let fault) = $0.cause else { return false }
        return path == "\(folder.path)/r/\(name)" && "\(fault)".contains(kind)
          && "\(fault)".contains("line: \(line)")
      })
  }

  @Test
  func turnsOfASpanAreThoseWhoseMiddleLiesInItSTMMustKnowTheRecording() throws {
    try folder.text(
      "t.stm", "a 1 X 0 0.5 one\na 1 Y 0.4 0.8 two\na 1 X 0.9 1.5 three\nq 1 X 0 1 no\n")
    try folder.text(
      "list.tsv", "path\tstm\tstart\tend\na.wav\tt.stm\t0.5\t1\na.wav\tt.stm\t1\t\nb.wav\tt.stm\n")
    let set = set("list.tsv")
    #expect(set.utterances.map(\.reference.text) == ["two", "three"])
    #expect(set.faults.map(\.line) == [4])
  }

  @Test
  func onlySomeAndNotMoreThanSoManyTheRestStillCountsAsTalkers() throws {
    try folder.text("list.tsv", "path\ttranscript\na.wav\tx\nb.wav\ty\nin/c.wav\tz\nin/no.wav\tz\n")
    let first = set("list.tsv", limit: 1)
    #expect(first.utterances.map(\.id) == ["a.wav"])
    #expect(first.all.count == 3)
    let inner = set("list.tsv", only: "in/")
    #expect(inner.utterances.map(\.id) == ["in/c.wav"])
    #expect(inner.faults.count == 1)
  }

  @Test
  func twoInputsWithRecordingsOfTheSameName() throws {
    try folder.text("one/list.tsv", "path\ttranscript\n../a.wav\tx\n")
    try folder.wave("a.wav", Sounds.speech(seconds: 1, seed: 9))
    try folder.text("two/list.tsv", "path\ttranscript\n../b.wav\tx\n../a.wav\tx\n")
    try folder.text("three/list.tsv", "path\ttranscript\na.wav\tx\n")
    try folder.wave("three/a.wav", Sounds.speech(seconds: 1, seed: 8))
    try folder.text("four/list.tsv", "path\ttranscript\na.wav\tx\n")
    try folder.wave("four/a.wav", Sounds.speech(seconds: 1, seed: 8))
    let set = set("three/list.tsv", "four/list.tsv", "one/list.tsv", "two/list.tsv")
    #expect(Set(set.utterances.map(\.id)).count == set.utterances.count)
    #expect(set.utterances[0].id == "a.wav")
    #expect(set.utterances[1].id == "\(folder.path)/four/a.wav")
  }
}
