/// Finds what a mistyped name was meant to be.
enum Suggestion {
  /// The candidate that is nearest to `word`; nil when none is near enough to be likely.
  static func closest(to word: String, among candidates: [String]) -> String? {
    let typed = word.lowercased()
    if typed.count >= 2 {
      let completions = candidates.filter { $0.hasPrefix(typed) }
      if completions.count == 1 { return completions[0] }
    }
    let limit = max(1, typed.count / 3)
    return
      candidates
      .map { (name: $0, distance: distance(typed, $0)) }
      .filter { $0.distance <= limit }
      .min { $0.distance < $1.distance }?
      .name
  }

  /// The least number of insertions, deletions, substitutions and swaps of neighbours that make
  /// one word the other (optimal string alignment distance).
  static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
