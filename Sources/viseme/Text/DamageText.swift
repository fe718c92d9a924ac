import Demux
import Pipeline

/// What was wrong in a recording that was transcribed all the same.
enum DamageText {
  /// Seconds of silence below which a gap is no news: every container rounds its timestamps.
  private static let notableSilence = 1.0

  /// Seconds in which channels would have cancelled each other, below which that is no news.
  private static let notablePhase = 1.0

  /// One phrase a fault, for standard error and for the notes of the transcript. `reached` is
  /// the time of the last audio, in seconds; `expected` the recording's length by its container;
  /// `start` where the user wanted to begin.
  static func notes(
    _ damage: DemuxDamage, start: Double?, reached: Double, expected: Double?
  ) -> [String] {
    if let start, let expected, start >= expected {
      return ["--start \(TimeText.clock(start)) is after its end (\(TimeText.clock(expected)))"]
    }
    var notes: [String] = []
    if damage.isTruncated {
      // One that is still written to may be longer than it says.
      let place = TimeText.clock(reached)
      let whole = expected.flatMap { $0 > reached ? TimeText.clock($0) : nil }
      let rest = whole.flatMap { $0 == place ? nil : " of \($0)" } ?? ""
      notes.append("the file is truncated: transcribed up to \(place)\(rest)")
    }
    if damage.corruptPackets > 0 {
      let packets = ErrorText.plural(damage.corruptPackets, "corrupt packet")
      notes.append("\(packets) skipped")
    }
    if damage.insertedSilence >= notableSilence {
      notes.append(
        "\(NumberText.fixed(damage.insertedSilence, 1)) s of audio missing: silence put in place")
    }
    if damage.trimmedOverlap >= notableSilence {
      notes.append("\(NumberText.fixed(damage.trimmedOverlap, 1)) s of overlapping audio dropped")
    }
    if damage.oppositePhase >= notablePhase {
      notes.append(
        "channels in opposite phase for \(TimeText.clock(damage.oppositePhase)): "
          + "the louder one was heard, not their mix")
    }
    if damage.timestampJumps > 0 {
      let jumps = ErrorText.plural(damage.timestampJumps, "jump")
      notes.append("\(jumps) in the timestamps closed: later times may differ from a player's")
    }
    return notes
  }
}
