/// Levenshtein distance in which words are paired only where their spans overlap.
///
/// The errors are the words of both sides less 2 for each hit and 1 for each substitution, so a
/// cheapest alignment is a heaviest chain of allowed pairs. A row of the matrix changes only from
/// the first hypothesis word that overlaps to the last one that overlapped so far, which makes
/// time grow with the length of the recording times the words within the collar.
enum TimeConstrainedAlignment {
  /// The best chain of pairs up to a cell.
  private struct Chain {
    /// 2 for each hit and 1 for each substitution.
    var weight: Int32 = 0
    var hits: Int32 = 0
  }

  /// Of several cheapest alignments, the one that, from the end, takes an insertion where one is
  /// cheapest, else a deletion, else a pair, as MeetEval does.
  static func counts(reference: [WordSpan], hypothesis: [WordSpan]) -> EditCounts {
    let window = OverlapWindow(hypothesis)
    // By how many hypothesis words are used; all after `reached` are like it.
    var row = [Chain](repeating: Chain(), count: hypothesis.count + 1)
    var reached = 0
    for word in reference {
      let range = window.range(word)
      guard !range.isEmpty else { continue }
      for column in reached..<max(range.upperBound, reached) { row[column + 1] = row[reached] }
      reached = max(range.upperBound, reached)
      var diagonal = row[range.lowerBound]
      for column in range.lowerBound..<reached {
        let above = row[column + 1]
        let left = row[column]
        var best = above.weight > left.weight ? above : left
        if word.overlaps(hypothesis[column]) {
          let isHit = word.word == hypothesis[column].word
          let weight = diagonal.weight + (isHit ? 2 : 1)
          if weight > best.weight {
            best = Chain(weight: weight, hits: diagonal.hits + (isHit ? 1 : 0))
          }
        }
        row[column + 1] = best
        diagonal = above
      }
    }
    let hits = Int(row[reached].hits)
    let substitutions = Int(row[reached].weight) - 2 * hits
    return EditCounts(
      hits: hits, substitutions: substitutions,
      deletions: reference.count - hits - substitutions,
      insertions: hypothesis.count - hits - substitutions)
  }
}

/// Finds the words of a sequence that overlap with a span; the sequence need not be sorted, since
/// turns of one speaker may overlap.
private struct OverlapWindow {
  /// The latest end of the words up to each; ascending.
  private let latestEnds: [Double]
  /// The earliest start of the words from each on; ascending.
  private let earliestStarts: [Double]

  init(_ words: [WordSpan]) {
    var latest = -Double.infinity
    latestEnds = words.map { word in
      latest = max(latest, word.end)
      return latest
    }
    var earliest = Double.infinity
    earliestStarts = words.reversed().map { word in
      earliest = min(earliest, word.start)
      return earliest
    }.reversed()
  }

  /// No word outside overlaps with `word`.
  func range(_ word: WordSpan) -> Range<Int> {
    let lower = Self.first(latestEnds) { $0 > word.start }
    let upper = Self.first(earliestStarts) { $0 >= word.end }
    return lower..<max(lower, upper)
  }

  /// The first index at which an ascending sequence fulfils a condition, by bisection.
  private static func first(_ values: [Double], where isReached: (Double) -> Bool) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if isReached(values[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
