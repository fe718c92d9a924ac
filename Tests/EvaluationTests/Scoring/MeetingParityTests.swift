import Testing

@testable import Evaluation

/// cpWER and tcpWER of the seven AMI openings against MeetEval: what viseme wrote, as one stream
/// and dealt to several, late by 4 s, and the reference itself with words left out.
@Suite(.enabled(if: Goldens.meetings != nil, "../shared/data is absent"))
struct MeetingParityTests {
  @Test(arguments: ["whole", "one", "two", "seven", "late", "thinned"])
  func agreesWithMeetEval(variant: String) throws {
    let reference = try turns(try #require(Goldens.meetings))
    let heard = try turns(try Goldens.text("ami.hypotheses.stm"))
    let hypothesis =
      switch variant {
      case "one": Self.dealt(heard, streams: 1)
      case "two": Self.dealt(heard, streams: 2)
      case "seven": Self.dealt(heard, streams: 7)
      case "late": Self.dealt(heard, streams: 2, late: 4)
      case "thinned": Self.thinned(reference)
      default: heard
      }
    let golden = try Goldens.lines("ami.txt").map { $0.split(separator: " ") }
      .filter { $0[0] == variant }
    #expect(golden.count == 7)
    for line in golden {
      let said = streams(reference, session: line[1])
      let written = streams(hypothesis, session: line[1])
      let cp = MeetingScore.cpWER(reference: said, hypothesis: written).counts
      let tcp = MeetingScore.tcpWER(reference: said, hypothesis: written).counts
      #expect(
        [cp.errors, tcp.errors, cp.referenceLength].map(String.init) == line[2...].map(String.init))
      #expect(tcp.referenceLength == cp.referenceLength)
    }
  }

  /// A turn with its words.
  private struct Turn {
    var session: String
    var speaker: String
    var timed: TimedWords
  }

  private func turns(_ stm: String) throws -> [Turn] {
    try STM.turns(stm).map {
      Turn(
        session: $0.session, speaker: $0.speaker,
        timed: TimedWords(
          start: $0.start, end: $0.end, words: TextNormaliser.plain.words($0.text)))
    }
  }

  private func streams(_ turns: [Turn], session: Substring) -> [SpeakerStream] {
    Dictionary(grouping: turns.filter { $0.session == session }, by: \.speaker)
      .sorted { $0.key < $1.key }
      .map { SpeakerStream(speaker: $0.key, turns: $0.value.map(\.timed)) }
  }

  /// As `dealt` in Benchmarks/harness/goldens.py.
  private static func dealt(_ turns: [Turn], streams: Int, late: Double = 0) -> [Turn] {
    var pieces: [Turn] = []
    var dealt: [String: Int] = [:]
    for turn in turns {
      let words = turn.timed.words
      let share = (turn.timed.end - turn.timed.start) / Double(max(words.count, 1))
      for first in stride(from: 0, to: words.count, by: 5) {
        let piece = Array(words[first..<min(first + 5, words.count)])
        let number = dealt[turn.session, default: 0]
        dealt[turn.session] = number + 1
        let start = turn.timed.start + share * Double(first) + late
        let end = turn.timed.start + share * Double(first + piece.count) + late
        pieces.append(
          Turn(
            session: turn.session, speaker: "stream\(number % streams)",
            timed: TimedWords(start: start, end: end, words: piece)))
      }
    }
    return pieces
  }

  /// As `thinned` there.
  private static func thinned(_ turns: [Turn]) -> [Turn] {
    turns.map { turn in
      var turn = turn
      turn.speaker = "x" + turn.speaker
      turn.timed.words = turn.timed.words.enumerated()
        .filter { $0.offset % 3 != 1 }
        .map(\.element)
      return turn
    }
  }
}
