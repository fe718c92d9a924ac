/// The Levenshtein matrix column by column, 64 rows at a time.
///
/// Rows count the symbols of the reference and columns those of the hypothesis. Neighbours in a
/// column differ by -1, 0 or 1, so two bits a row hold a column (Myers, A fast bit-vector algorithm
/// for approximate string matching, J. ACM 46, 1999; here in the form of Hyyrö, A bit-vector
/// algorithm for computing Levenshtein and Damerau edit distances, 2003, over several words).
struct EditColumns {
  /// The two bits of every row; row `r` is bit `r % 64` of word `r / 64`.
  struct Column {
    /// Set where the cost rises by 1 from the row before.
    var rises: [UInt64]
    /// Set where it falls by 1.
    var falls: [UInt64]
  }

  private(set) var column: Column
  /// Rows of each symbol: those of symbol `s` are `rows[starts[s]..<starts[s + 1]]`.
  private let rows: [Int]
  private let starts: [Int]
  /// The rows that match the symbol at hand.
  private var matches: [UInt64]
  private let lastBit: UInt64

  /// At the column before the first symbol of the hypothesis; the reference may not be empty.
  init(_ pair: NumberedPair) {
    let words = (pair.reference.count + 63) / 64
    column = Column(
      rises: [UInt64](repeating: .max, count: words), falls: [UInt64](repeating: 0, count: words))
    matches = [UInt64](repeating: 0, count: words)
    lastBit = UInt64((pair.reference.count - 1) % 64)
    (rows, starts) = Self.rowsBySymbol(pair)
  }

  private static func rowsBySymbol(_ pair: NumberedPair) -> (rows: [Int], starts: [Int]) {
    var starts = [Int](repeating: 0, count: pair.symbols + 1)
    for symbol in pair.reference { starts[symbol + 1] += 1 }
    for symbol in 0..<pair.symbols { starts[symbol + 1] += starts[symbol] }
    var next = starts
    var rows = [Int](repeating: 0, count: pair.reference.count)
    for (row, symbol) in pair.reference.enumerated() {
      rows[next[symbol]] = row
      next[symbol] += 1
    }
    return (rows, starts)
  }

  /// Goes back to an earlier column.
  mutating func restore(_ earlier: Column) {
    column = earlier
  }

  /// Moves on by one symbol of the hypothesis and returns by how much the cost of the whole
  /// reference changes: -1, 0 or 1.
  mutating func advance(_ symbol: Int) -> Int {
    let rowsOfSymbol = rows[starts[symbol]..<starts[symbol + 1]]
    for row in rowsOfSymbol { matches[row / 64] |= 1 << UInt64(row % 64) }
    defer { for row in rowsOfSymbol { matches[row / 64] = 0 } }
    return Self.step(&column.rises, &column.falls, matches, lastBit)
  }

  private static func step(
    _ rises: inout [UInt64], _ falls: inout [UInt64], _ matches: [UInt64], _ lastBit: UInt64
  ) -> Int {
    // Changes from the column before that enter a word from the one above: the top row rises.
    var risesIn: UInt64 = 1
    var fallsIn: UInt64 = 0
    var (risesAcross, fallsAcross): (UInt64, UInt64) = (0, 0)
    for word in matches.indices {
      let (rise, fall) = (rises[word], falls[word])
      let match = matches[word] | fallsIn
      let level = (((match & rise) &+ rise) ^ rise) | match | fall
      risesAcross = fall | ~(level | rise)
      fallsAcross = level & rise
      let risesShifted = risesAcross << 1 | risesIn
      let fallsShifted = fallsAcross << 1 | fallsIn
      risesIn = risesAcross >> 63
      fallsIn = fallsAcross >> 63
      rises[word] = fallsShifted | ~(level | risesShifted)
      falls[word] = risesShifted & level
    }
    return Int(risesAcross >> lastBit & 1) - Int(fallsAcross >> lastBit & 1)
  }
}
