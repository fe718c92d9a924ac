/// The way back through the Levenshtein matrix from its end.
///
/// Keeping every column would take 2.5 GB for 100,000 words against 100,000. Only the first column
/// of each stretch of the hypothesis is kept; the others are made again, a stretch at a time.
struct EditTrace {
  /// Words of 8 bytes that a stretch may take before stretches become shorter: 32 MB.
  static let stretchWords = 1 << 22

  private let pair: NumberedPair
  private let stretch: Int

  /// Stretches of `stretch` symbols; by default as long as memory allows.
  init(_ pair: NumberedPair, stretch: Int? = nil) {
    self.pair = pair
    let columnWords = 2 * max((pair.reference.count + 63) / 64, 1)
    // Beyond the square root, longer stretches take more memory than they save.
    let root = Int(Double(pair.hypothesis.count).squareRoot())
    self.stretch = max(stretch ?? max(Self.stretchWords / columnWords, root), 1)
  }

  /// The edits in ascending order, with the indices of the whole sequences.
  func edits() -> [Edit] {
    var (row, column) = (pair.reference.count, pair.hypothesis.count)
    var reversed: [Edit] = []
    reversed.reserveCapacity(row + column)
    if row > 0, column > 0 {
      var columns = EditColumns(pair)
      let firsts = firstColumns(&columns)
      var kept = KeptColumns()
      for (index, first) in firsts.enumerated().reversed() where row > 0 {
        let start = index * stretch
        columns.restore(first)
        kept.restart(with: first)
        for symbol in pair.hypothesis[start..<column] {
          _ = columns.advance(symbol)
          kept.append(columns.column)
        }
        while column > start, row > 0 {
          reversed.append(step(&row, &column, kept, start))
        }
      }
    }
    while row > 0 {
      row -= 1
      reversed.append(.deletion(reference: pair.prefix + row))
    }
    while column > 0 {
      column -= 1
      reversed.append(.insertion(hypothesis: pair.prefix + column))
    }
    return reversed.reversed()
  }

  /// The columns before each stretch.
  private func firstColumns(_ columns: inout EditColumns) -> [EditColumns.Column] {
    var firsts: [EditColumns.Column] = []
    let last = (pair.hypothesis.count - 1) / stretch * stretch
    for (index, symbol) in pair.hypothesis[...last].enumerated() {
      if index % stretch == 0 { firsts.append(columns.column) }
      if index < last { _ = columns.advance(symbol) }
    }
    return firsts
  }

  /// The columns of one stretch, one behind the other.
  private struct KeptColumns {
    private var words = 0
    private var rises: [UInt64] = []
    private var falls: [UInt64] = []

    mutating func restart(with column: EditColumns.Column) {
      words = column.rises.count
      rises.removeAll(keepingCapacity: true)
      falls.removeAll(keepingCapacity: true)
      append(column)
    }

    mutating func append(_ column: EditColumns.Column) {
      rises += column.rises
      falls += column.falls
    }

    func rises(_ column: Int, row: Int) -> Bool {
      rises[column * words + row / 64] >> UInt64(row % 64) & 1 == 1
    }

    func falls(_ column: Int, row: Int) -> Bool {
      falls[column * words + row / 64] >> UInt64(row % 64) & 1 == 1
    }
  }

  /// The last edit of a cheapest way to the cell, and the cell before it. `kept` begins at the
  /// column `start`.
  private func step(
    _ row: inout Int, _ column: inout Int, _ kept: KeptColumns, _ start: Int
  ) -> Edit {
    if kept.rises(column - start, row: row - 1) {
      row -= 1
      return .deletion(reference: pair.prefix + row)
    }
    column -= 1
    if kept.falls(column - start, row: row - 1) {
      return .insertion(hypothesis: pair.prefix + column)
    }
    row -= 1
    let (reference, hypothesis) = (pair.prefix + row, pair.prefix + column)
    return pair.reference[row] == pair.hypothesis[column]
      ? .hit(reference: reference, hypothesis: hypothesis)
      : .substitution(reference: reference, hypothesis: hypothesis)
  }
}
