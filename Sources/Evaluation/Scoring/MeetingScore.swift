/// Word errors of a recording with several speakers, after its hypothesis streams were given to
/// the reference speakers in the way that makes the fewest.
///
/// Speakers without a stream count as deleted, streams without a speaker as inserted. Over several
/// recordings, add the counts.
package struct MeetingScore: Sendable, Hashable, Codable {
  /// A reference speaker and the hypothesis stream that was given to it; one of them is nil where
  /// there are more of the other.
  package struct Pair: Sendable, Hashable, Codable {
    package let reference: String?
    package let hypothesis: String?
    package let counts: EditCounts
  }

  /// In the order of the reference speakers, then of the streams left over.
  package let pairs: [Pair]

  package var counts: EditCounts { pairs.reduce(.zero) { $0 + $1.counts } }

  /// Concatenated minimum-permutation word error rate: each speaker's turns are joined in the order
  /// of their starts (Watanabe et al., CHiME-6 Challenge, 2020).
  package static func cpWER(
    reference: [SpeakerStream], hypothesis: [SpeakerStream]
  ) -> MeetingScore {
    let said = reference.map(\.words)
    let heard = hypothesis.map(\.words)
    let costs = said.map { words in
      heard.map { Alignment.distance(reference: words, hypothesis: $0) }
    }
    return MeetingScore(reference, hypothesis, costs: costs) { speaker, stream in
      Alignment(
        reference: speaker.map { said[$0] } ?? [], hypothesis: stream.map { heard[$0] } ?? []
      ).counts
    }
  }

  /// Time-constrained minimum-permutation word error rate: as cpWER, but words are paired, rightly
  /// or wrongly, only where they overlap in time (von Neumann et al., MeetEval, 2023).
  ///
  /// Within a turn, words last as long as they have characters; a hypothesis word counts as the
  /// middle of its span, widened on both sides by `collar`, in seconds.
  package static func tcpWER(
    reference: [SpeakerStream], hypothesis: [SpeakerStream], collar: Double = 5
  ) -> MeetingScore {
    let said = reference.map { $0.turns.flatMap(WordSpan.spans) }
    let heard = hypothesis.map { stream in
      stream.turns.flatMap(WordSpan.spans).map { $0.middle(widenedBy: collar) }
    }
    let counts = said.map { words in
      heard.map { TimeConstrainedAlignment.counts(reference: words, hypothesis: $0) }
    }
    let costs = counts.map { $0.map(\.errors) }
    return MeetingScore(reference, hypothesis, costs: costs) { speaker, stream in
      switch (speaker, stream) {
      case (let speaker?, let stream?): counts[speaker][stream]
      case (let speaker?, nil): EditCounts(deletions: said[speaker].count)
      case (nil, let stream?): EditCounts(insertions: heard[stream].count)
      case (nil, nil): .zero
      }
    }
  }

  /// `costs` holds the errors of each reference speaker against each stream; `counts` gives those
  /// of a chosen pair by index, where nil stands for nobody.
  private init(
    _ reference: [SpeakerStream], _ hypothesis: [SpeakerStream], costs: [[Int]],
    counts: (Int?, Int?) -> EditCounts
  ) {
    let size = max(reference.count, hypothesis.count)
    let square = (0..<size).map { row in
      (0..<size).map { column in
        switch (row < reference.count, column < hypothesis.count) {
        case (true, true): costs[row][column]
        case (true, false): counts(row, nil).errors
        default: counts(nil, column).errors
        }
      }
    }
    pairs = Assignment.cheapest(square).enumerated().map { row, column in
      let speaker = row < reference.count ? row : nil
      let stream = column < hypothesis.count ? column : nil
      return Pair(
        reference: speaker.map { reference[$0].speaker },
        hypothesis: stream.map { hypothesis[$0].speaker }, counts: counts(speaker, stream))
    }
  }
}
