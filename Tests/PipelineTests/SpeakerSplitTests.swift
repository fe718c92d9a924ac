import Demux
import Speakers
import Testing
import Transcript

@testable import Pipeline

@Suite("Words go to speakers")
struct SpeakerSplitTests {
  /// A word every half second from 0 on, each 0.4 s long.
  private func segment(_ text: String) -> Segment {
    let words = text.split(separator: " ").enumerated().map { index, word in
      Word(
        text: String(word), start: Double(index) / 2, end: Double(index) / 2 + 0.4, confidence: 1)
    }
    return Segment(start: 0, end: words.last?.end ?? 0, track: 1, words: words)
  }

  private func turn(_ speaker: Int, _ start: Double, _ end: Double) -> SpeakerTurn {
    SpeakerTurn(speaker: speaker, start: start, end: end)
  }

  private func parts(_ text: String, _ turns: [SpeakerTurn]) -> [String] {
    SpeakerSplit(turns: turns).parts(of: segment(text)).map {
      "\($0.speaker.map(String.init) ?? "-"): \($0.segment.text)"
    }
  }

  @Test func segmentsAreDividedWhereTheVoiceChanges() {
    let turns = [turn(0, 0, 1.95), turn(1, 1.95, 4)]
    #expect(
      parts("How are you then fine and you two", turns) == [
        "0: How are you then", "1: fine and you two",
      ])
    let split = SpeakerSplit(turns: turns).parts(of: segment("a b c d e f g h"))
    #expect(split.map(\.segment.start) == [0, 2] && split.map(\.segment.end) == [1.9, 3.9])
  }

  @Test func aWordIsNeverDivided() {
    // The change lies in the fourth word, more of which is the first's.
    #expect(
      parts("a b c d e f g", [turn(0, 0, 1.75), turn(1, 1.75, 4)]) == [
        "0: a b c d", "1: e f g",
      ])
  }

  @Test func aTailIsNotTornOffByDoubt() {
    #expect(parts("a b c d e f", [turn(0, 0, 2.4), turn(1, 2.6, 2.8)]) == ["0: a b c d e f"])
  }

  @Test func aShortAnswerIsKept() {
    #expect(
      parts("Is it so yes I knew it", [turn(0, 0, 1.45), turn(1, 1.5, 1.9), turn(0, 2, 4)]) == [
        "0: Is it so", "1: yes", "0: I knew it",
      ])
  }

  @Test func wordsOutsideTurnsGoToTheNearest() {
    #expect(parts("a b c d", [turn(1, 0, 0.9)]) == ["1: a b c d"])
    // Nobody is near.
    #expect(parts("a b", [turn(1, 10, 12)]) == ["-: a b"])
    #expect(parts("a b", []) == ["-: a b"])
    #expect(SpeakerSplit(turns: []).parts(of: segment("")).count == 1)
  }

  @Test func allWordsStayInOrder() {
    let text = "a b c d e f g h i j k l"
    for shift in stride(from: 0.1, to: 3, by: 0.17) {
      let turns = (0..<12).map { index in
        turn(index % 3, Double(index) * shift, Double(index) * shift + shift * 1.2)
      }
      let parts = SpeakerSplit(turns: turns).parts(of: segment(text))
      #expect(parts.flatMap(\.segment.words) == segment(text).words)
      #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.speaker != $1.speaker })
      #expect(parts.allSatisfy { $0.segment.start <= $0.segment.end })
    }
  }

  @Test func voicesAreNumberedThroughLanesAndNamed() {
    var assembly = TranscriptAssembly(release: .atEnd)
    for track in [1, 2] {
      var segment = segment("one two three")
      segment.track = track
      _ = assembly.add(
        Reading(recording: 0, startSample: 0, words: segment, face: nil, round: .final(nil)))
    }
    let lanes = [
      0: Diarization([turn(0, 0, 2)]), 1: Diarization([turn(0, 0, 2), turn(1, 5, 6)]),
    ]
    let heard = assembly.finish(lanes: lanes, names: [2: "Anna"])
    #expect(heard.segments.map(\.speaker) == ["Speaker 1", "Anna"])
    #expect(heard.turns.map(\.speaker) == ["Speaker 1", "Anna", "Speaker 3"])
    #expect(heard.turns.map(\.track) == [1, 2, 2])
  }

  @Test func channelsHaveVoicesOfTheirOwn() {
    var assembly = TranscriptAssembly(release: .atEnd)
    let lanes = [0, 1].map { AudioLane(track: 0, channel: $0).number }
    for lane in lanes {
      var segment = segment("one two three")
      segment.track = lane + 1
      _ = assembly.add(
        Reading(recording: 0, startSample: 0, words: segment, face: nil, round: .final(nil)))
    }
    let heard = assembly.finish(
      lanes: Dictionary(uniqueKeysWithValues: lanes.map { ($0, Diarization([turn(0, 0, 2)])) }),
      names: [:])
    #expect(heard.segments.map(\.channel) == [1, 2])
    #expect(Set(heard.segments.compactMap(\.speaker)) == ["Speaker 1", "Speaker 2"])
    #expect(heard.turns.map(\.track) == [1, 1])
  }
}
