import SpeechModels
import Transcript

/// Puts two texts of the same speech together: where their words differ, one or the other counts, place by place.
struct WordChoice {
  /// Words that stand at the same place in both texts.
  struct Place: Equatable {
    /// Whether they are the same, but for case and punctuation.
    let isSame: Bool
    let first, second: Range<Int>
  }

  /// The places of two lists of words, in order: a shortest edit script (Wagner and Fischer 1974), neighbouring
  /// edits taken together.
  static func places(_ first: [String], _ second: [String]) -> [Place] {
    let width = second.count + 1
    var costs = [Int](repeating: 0, count: (first.count + 1) * width)
    for column in 0..<width { costs[column] = column }
    for row in 0..<first.count {
      costs[(row + 1) * width] = row + 1
      for column in 0..<second.count {
        let pair = costs[row * width + column] + (first[row] == second[column] ? 0 : 1)
        let one = min(costs[row * width + column + 1], costs[(row + 1) * width + column]) + 1
        costs[(row + 1) * width + column + 1] = min(pair, one)
      }
    }
    var places: [Place] = []
    var (row, column) = (first.count, second.count)
    while row > 0 || column > 0 {
      let cost = costs[row * width + column]
      var (up, left) = (1, 1)
      var isSame = false
      if row > 0, column > 0 { isSame = first[row - 1] == second[column - 1] }
      if row > 0, column > 0, cost == costs[(row - 1) * width + column - 1] + (isSame ? 0 : 1) {
        // A pair.
      } else {
        isSame = false
        if row > 0, cost == costs[(row - 1) * width + column] + 1 { left = 0 } else { up = 0 }
      }
      let (firstEnd, secondEnd) = (row, column)
      (row, column) = (row - up, column - left)
      if let next = places.last, next.isSame == isSame {
        places[places.count - 1] = Place(
          isSame: isSame, first: row..<next.first.upperBound,
          second: column..<next.second.upperBound)
      } else {
        places.append(Place(isSame: isSame, first: row..<firstEnd, second: column..<secondEnd))
      }
    }
    return places.reversed()
  }

  /// The words of `first`, with those of `second` where `prefersSecond` at a place in which they differ. Their
  /// times lie between those of their neighbours.
  /// - Returns: nil where no word of `second` counts and none of `first` is left out.
  static func merged(
    _ first: Segment, _ second: Segment, prefersSecond: (Place) -> Bool
  ) -> Segment? {
    let letters = { (words: [Word]) in words.map { SilenceSentences.letters($0.text) } }
    var words: [Word] = []
    var isChanged = false
    for place in places(letters(first.words), letters(second.words)) {
      guard !place.isSame, prefersSecond(place) else {
        words.append(contentsOf: first.words[place.first])
        continue
      }
      isChanged = true
      let next = place.first.upperBound
      let chosen = fit(
        second.words[place.second], behind: words.last?.end,
        before: next < first.words.count ? first.words[next].start : nil)
      words.append(contentsOf: chosen)
    }
    guard isChanged, let start = words.first?.start, let end = words.last?.end else { return nil }
    var merged = first
    (merged.words, merged.start, merged.end) = (words, start, end)
    return merged
  }

  /// Words with times between those of their neighbours.
  private static func fit(
    _ words: ArraySlice<Word>, behind earliest: Double?, before latest: Double?
  ) -> [Word] {
    words.map { word in
      var word = word
      word.start = max(min(word.start, latest ?? word.start), earliest ?? word.start)
      word.end = max(min(word.end, latest ?? word.end), word.start)
      return word
    }
  }
}
