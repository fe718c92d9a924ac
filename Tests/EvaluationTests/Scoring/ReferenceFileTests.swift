import Evaluation
import Fixtures
import Foundation
import Testing

@Suite struct ReferenceFileTests {
  @Test func anSTMLineIsATurn() throws {
    let text = """
      ;; comment
      m1 1 A 0.50 2.25 <o,f0,male> Okay,  well…\u{20}

      m1 2 B_2 3 3
      \u{20} m2 A C 1e1 11 a
      """
    #expect(
      try STM.turns(text) == [
        SpokenTurn(session: "m1", speaker: "A", start: 0.5, end: 2.25, text: "Okay,  well…"),
        SpokenTurn(session: "m1", channel: "2", speaker: "B_2", start: 3, end: 3, text: ""),
        SpokenTurn(session: "m2", channel: "A", speaker: "C", start: 10, end: 11, text: "a"),
      ])
    #expect(try STM.turns("").isEmpty)
  }

  @Test(arguments: [
    ("m 1 A 0", LineFault.tooFewFields(found: 4, needed: 5)),
    ("m 1 A zero 1 a", .notANumber(.start, "zero")),
    ("m 1 A 0 1s a", .notANumber(.end, "1s")),
    ("m 1 A 0 inf a", .notANumber(.end, "inf")),
    ("m 1 A -1 1 a", .negative(.start, -1)),
    ("m 1 A 2 1.5 a", .endsBeforeStart(start: 2, end: 1.5)),
    ("m 1 A 0 1 ignore_time_segment_in_scoring", .spanNotToBeScored),
    ("m 1 A 0 1 ignore time segment in scoring", nil),
    ("m 1 A 0 1 IGNORE_TIME_SEGMENT_IN_SCORING", .spanNotToBeScored),
    ("m 1 A 0 1 <x> IGNORE_TIME_SEGMENT_IN_SCORING", .spanNotToBeScored),
  ])
  func aBadSTMLineIsNamed(line: String, fault: LineFault?) {
    let (turns, faults) = STM.read("a 1 A 0 1 b\r\n\(line)\r\nc 1 A 0 1 d")
    #expect(faults == (fault.map { [.stm(line: 2, $0)] } ?? []))
    #expect(turns.count == (fault == nil ? 3 : 2))
    #expect(turns.map(\.text).last == "d")
    if let fault {
      let error = #expect(throws: ReferenceFileError.self) { try STM.turns("\n\(line)") }
      #expect(error?.line == 2 && error?.fault == fault)
    }
  }

  @Test func anRTTMLineIsASpan() throws {
    let text = """
      \u{FEFF}SPKR-INFO m 1 <NA> <NA> <NA> unknown A <NA>
      SPEAKER m 1 2.5 0.25 <NA> <NA> A <NA> <NA>
      ; comment
      SPEAKER m 1 3 0 <NA> <NA> B <NA>
      """
    #expect(
      try RTTM.spans(text) == [
        SpeakerSpan(session: "m", speaker: "A", start: 2.5, end: 2.75),
        SpeakerSpan(session: "m", speaker: "B", start: 3, end: 3),
      ])
  }

  @Test(arguments: [
    ("SPEAKER m 1 0 1 <NA> <NA>", LineFault.tooFewFields(found: 7, needed: 8)),
    ("SPEAKR m 1 0 1 <NA> <NA> A <NA>", .unknownType("SPEAKR")),
    ("SPEAKER m 1 x 1 <NA> <NA> A <NA>", .notANumber(.start, "x")),
    ("SPEAKER m 1 0 nan <NA> <NA> A <NA>", .notANumber(.duration, "nan")),
    ("SPEAKER m 1 0 -1 <NA> <NA> A <NA>", .negative(.duration, -1)),
  ])
  func aBadRTTMLineIsNamed(line: String, fault: LineFault) {
    let good = "SPEAKER m 1 0 1 <NA> <NA> A <NA>"
    let (spans, faults) = RTTM.read("\(good)\n\n\(line)\n\(good)\n")
    #expect(faults == [.rttm(line: 3, fault)] && spans.count == 2)
    let error = #expect(throws: ReferenceFileError.self) { try RTTM.spans(line) }
    #expect(error == .rttm(line: 1, fault))
  }

  @Test(.enabled(if: Goldens.meetings != nil, "../shared/data is absent"))
  func realReferencesAreRead() throws {
    let turns = try STM.turns(try #require(Goldens.meetings))
    #expect(turns.count == 52 && Set(turns.map(\.session)).count == 7)
    let rttm = try String(
      contentsOf: try #require(SharedData.url("data/ami/ref.rttm")), encoding: .utf8)
    let spans = try RTTM.spans(rttm)
    #expect(spans.map(\.speaker) == turns.map(\.speaker))
    // Both files give milliseconds or less.
    #expect(zip(spans, turns).allSatisfy { abs($0.end - $1.end) < 1e-3 && $0.start == $1.start })
  }
}
