import Speakers
import Transcript

/// Gives words to speakers: a segment is divided where the voice changes, never inside a word.
struct SpeakerSplit {
  /// Words at an end of a segment that only clear evidence tears off, and seconds of it.
  private static let fewWords = 2
  private static let evidence = 0.3
  /// Seconds from a turn at which a word outside all turns still belongs to it.
  private static let reach = 1.0

  /// Of one track, in order of starts.
  let turns: [SpeakerTurn]

  /// The parts of `segment` with the speaker of each, nil where nobody is near.
  func parts(of segment: Segment) -> [(speaker: Int?, segment: Segment)] {
    guard !segment.words.isEmpty else { return [(nil, segment)] }
    let near = turns.filter {
      $0.end > segment.start - Self.reach && $0.start < segment.end + Self.reach
    }
    var runs = runs(segment.words, near)
    mergeShort(&runs, segment.words, near)
    return runs.enumerated().map { index, run in
      var part = segment
      part.words = Array(segment.words[run.words])
      if index > 0 { part.start = part.words.first?.start ?? segment.start }
      if index < runs.count - 1 { part.end = part.words.last?.end ?? segment.end }
      return (run.speaker, part)
    }
  }

  /// Words in a row of one speaker.
  private typealias Run = (speaker: Int?, words: Range<Int>)

  private func runs(_ words: [Word], _ turns: [SpeakerTurn]) -> [Run] {
    var runs: [Run] = []
    for (index, word) in words.enumerated() {
      let speaker = speaker(of: word, before: runs.last?.speaker ?? nil, turns)
      if let last = runs.last, last.speaker == speaker {
        runs[runs.count - 1].words = last.words.lowerBound..<index + 1
      } else {
        runs.append((speaker, index..<index + 1))
      }
    }
    return runs
  }

  /// Who speaks most of a word; of equals who spoke before it; of none the nearest.
  private func speaker(of word: Word, before: Int?, _ turns: [SpeakerTurn]) -> Int? {
    var best: (speaker: Int, seconds: Double)?
    for speaker in Set(turns.map(\.speaker)).sorted() {
      let seconds = overlap([word][...], speaker, turns) + (speaker == before ? 0.01 : 0)
      if seconds > best?.seconds ?? 0.02 { best = (speaker, seconds) }
    }
    if let best { return best.speaker }
    let middle = (word.start + word.end) / 2
    let nearest = turns.min { distance($0, middle) < distance($1, middle) }
    guard let nearest, distance(nearest, middle) <= Self.reach else { return before }
    return nearest.speaker
  }

  private func distance(_ turn: SpeakerTurn, _ time: Double) -> Double {
    max(0, turn.start - time, time - turn.end)
  }

  /// Seconds of `words` in which `speaker` talks.
  private func overlap(
    _ words: ArraySlice<Word>, _ speaker: Int?, _ turns: [SpeakerTurn]
  ) -> Double {
    var sum = 0.0
    for turn in turns where turn.speaker == speaker {
      for word in words { sum += max(0, min(word.end, turn.end) - max(word.start, turn.start)) }
    }
    return sum
  }

  /// Gives runs of one or two words to a neighbour, where they are hardly more their own speaker's.
  private func mergeShort(_ runs: inout [Run], _ words: [Word], _ turns: [SpeakerTurn]) {
    var index = 0
    while index < runs.count, runs.count > 1 {
      let run = runs[index]
      let neighbours = [index - 1, index + 1].filter { runs.indices.contains($0) }
      let own = overlap(words[run.words], run.speaker, turns)
      let doubtful = neighbours.first { neighbour in
        own - overlap(words[run.words], runs[neighbour].speaker, turns) < Self.evidence
      }
      guard run.words.count <= Self.fewWords, let neighbour = doubtful else {
        index += 1
        continue
      }
      let other = runs[neighbour]
      let joined =
        min(
          run.words.lowerBound, other.words.lowerBound)..<max(
          run.words.upperBound, other.words.upperBound)
      runs[neighbour].words = joined
      runs.remove(at: index)
      // What lay on either side may now be one.
      var place = 1
      while place < runs.count {
        if runs[place].speaker == runs[place - 1].speaker {
          runs[place - 1].words = runs[place - 1].words.lowerBound..<runs[place].words.upperBound
          runs.remove(at: place)
        } else {
          place += 1
        }
      }
      index = 0
    }
  }
}
