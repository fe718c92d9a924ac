/// Pairs the units of two texts in order, with the least sum of costs between anchors.
///
/// Runs of four units that each text has once, in the same order in both, are anchors (patience
/// diff, Cohen 2003; the longest increasing run of them counts). Between anchors the pairs are those of the least edit distance
/// (Wagner and Fischer 1974), divided as by Hirschberg (1975) where the table would be large, so memory grows
/// with the length of the texts and not with its square.
enum SequenceAlignment {
  /// A unit of the first text and one of the second.
  struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  /// Units of an anchor.
  private static let anchorLength = 4
  /// Cells of a table that is held whole.
  private static let tableLimit = 1 << 20

  /// Pairs in order: both sides grow from one to the next.
  static func pairs(_ a: [AlignmentUnit], _ b: [AlignmentUnit]) -> [Pair] {
    var pairs: [Pair] = []
    var (first, second) = (0, 0)
    for anchor in anchors(a, b) {
      align(a[first..<anchor.first], b[second..<anchor.second], &pairs)
      pairs.append(anchor)
      (first, second) = (anchor.first + 1, anchor.second + 1)
    }
    align(a[first...], b[second...], &pairs)
    return pairs
  }

  /// The first units of runs that both texts have once, in an order that grows in both.
  private static func anchors(_ a: [AlignmentUnit], _ b: [AlignmentUnit]) -> [Pair] {
    let known = uniqueRuns(b)
    let candidates = uniqueRuns(a).compactMap { run, first in
      known[run].map { Pair(first: first, second: $0) }
    }.sorted { $0.first < $1.first }
    return longestIncreasing(candidates)
  }

  private static func uniqueRuns(_ units: [AlignmentUnit]) -> [[Int32]: Int] {
    var places: [[Int32]: Int] = [:]
    guard units.count >= anchorLength else { return places }
    for start in 0...(units.count - anchorLength) {
      let run = units[start..<start + anchorLength].map(\.key)
      places[run] = places[run] == nil ? start : -1
    }
    return places.filter { $0.value >= 0 }
  }

  /// The longest run of pairs whose second sides grow too.
  private static func longestIncreasing(_ pairs: [Pair]) -> [Pair] {
    // Of runs of each length the one that ends lowest, and the pair before each.
    var ends: [Int] = []
    var before = [Int?](repeating: nil, count: pairs.count)
    for index in pairs.indices {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[ends[middle]].second < pairs[index].second {
          low = middle + 1
        } else {
          high = middle
        }
      }
      before[index] = low > 0 ? ends[low - 1] : nil
      if low == ends.count { ends.append(index) } else { ends[low] = index }
    }
    var longest: [Pair] = []
    var next = ends.last
    while let index = next {
      longest.append(pairs[index])
      next = before[index]
    }
    return longest.reversed()
  }

  private typealias Units = ArraySlice<AlignmentUnit>

  /// Appends the pairs of two stretches.
  private static func align(_ a: Units, _ b: Units, _ pairs: inout [Pair]) {
    if a.isEmpty || b.isEmpty { return }
    guard a.count > 1, a.count * b.count > tableLimit else { return fill(a, b, &pairs) }
    let middle = a.startIndex + a.count / 2
    let head = lastRow(a[..<middle], b)
    let tail = lastRow(a[middle...], b, isReversed: true)
    var best = 0
    for count in 0...b.count
    where head[count] + tail[b.count - count] < head[best] + tail[b.count - best] {
      best = count
    }
    align(a[..<middle], b.prefix(best), &pairs)
    align(a[middle...], b.dropFirst(best), &pairs)
  }

  /// Least costs of all of `a` against each beginning of `b`, or against each ending where it is reversed.
  private static func lastRow(_ a: Units, _ b: Units, isReversed: Bool = false) -> [Int32] {
    let rows = isReversed ? Array(a.reversed()) : Array(a)
    let columns = isReversed ? Array(b.reversed()) : Array(b)
    let gap = AlignmentUnit.gapCost
    var row = (0...columns.count).map { Int32($0) * gap }
    for unit in rows {
      var corner = row[0]
      row[0] += gap
      for index in columns.indices {
        let paired = corner + AlignmentUnit.cost(unit, columns[index])
        corner = row[index + 1]
        row[index + 1] = min(paired, corner + gap, row[index] + gap)
      }
    }
    return row
  }

  /// Appends the pairs that a whole table gives.
  private static func fill(_ a: Units, _ b: Units, _ pairs: inout [Pair]) {
    let gap = AlignmentUnit.gapCost
    let width = b.count + 1
    // 0 pairs, 1 leaves one of `a` alone, 2 one of `b`.
    var moves = [UInt8](repeating: 2, count: (a.count + 1) * width)
    var row = (0...b.count).map { Int32($0) * gap }
    for (line, unit) in a.enumerated() {
      var corner = row[0]
      row[0] += gap
      moves[(line + 1) * width] = 1
      for (column, other) in b.enumerated() {
        let paired = corner + AlignmentUnit.cost(unit, other)
        corner = row[column + 1]
        let (up, left) = (corner + gap, row[column] + gap)
        let place = (line + 1) * width + column + 1
        if paired <= min(up, left) {
          (row[column + 1], moves[place]) = (paired, 0)
        } else {
          (row[column + 1], moves[place]) = up <= left ? (up, 1) : (left, 2)
        }
      }
    }
    trace(moves, a, b, &pairs)
  }

  private static func trace(_ moves: [UInt8], _ a: Units, _ b: Units, _ pairs: inout [Pair]) {
    var (line, column) = (a.count, b.count)
    var found: [Pair] = []
    while line > 0 || column > 0 {
      switch moves[line * (b.count + 1) + column] {
      case 0:
        (line, column) = (line - 1, column - 1)
        found.append(Pair(first: a.startIndex + line, second: b.startIndex + column))
      case 1: line -= 1
      default: column -= 1
      }
    }
    pairs += found.reversed()
  }
}
