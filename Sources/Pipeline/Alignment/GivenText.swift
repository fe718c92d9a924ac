import Alignment
import Support

/// What is said in segments of a recording, as somebody knows already, and when it was found to be said.
final class GivenText: Sendable {
  /// The tokens of each word; none of one that the model cannot write or that is not spoken.
  private let words: [SegmentTask.Place: [[Int32]]]
  private let read = Guarded<[SegmentTask.Place: [ReadWord?]]>([:])

  /// The words of each segment.
  init(_ words: [SegmentTask.Place: [[Int32]]]) {
    self.words = words
  }

  /// Whether no segment's words are known.
  var isEmpty: Bool { words.isEmpty }

  /// Whether the words of a segment are known.
  func has(_ place: SegmentTask.Place) -> Bool { words[place] != nil }

  /// The first words of a segment, of so many tokens together.
  func words(in place: SegmentTask.Place, tokens limit: Int) -> [[Int32]] {
    var count = 0
    return (words[place] ?? []).prefix { tokens in
      count += tokens.count
      return count <= limit
    }
  }

  /// Takes when the words of a segment were said; nil for those that have no tokens.
  func take(_ times: [ReadWord?], in place: SegmentTask.Place) {
    read.withLock { $0[place] = times }
  }

  /// What was taken for a segment.
  func times(in place: SegmentTask.Place) -> [ReadWord?]? { read.withLock { $0[place] } }
}
