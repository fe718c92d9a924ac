/// The assignment problem.
enum Assignment {
  /// The column for each row of a square matrix, each column once, such that the sum of the costs
  /// is least. Time grows with the cube of the size (the Hungarian method by shortest augmenting
  /// paths; Jonker and Volgenant, Computing 38, 1987).
  static func cheapest(_ costs: [[Int]]) -> [Int] {
    let size = costs.count
    // Row and column 0 stand for "none yet"; prices make every reduced cost at least 0.
    var rowPrices = [Int](repeating: 0, count: size + 1)
    var columnPrices = [Int](repeating: 0, count: size + 1)
    var rowOfColumn = [Int](repeating: 0, count: size + 1)
    for row in 0..<size {
      rowOfColumn[0] = row + 1
      var path = AugmentingPath(size: size)
      while rowOfColumn[path.column] != 0 {
        path.extend(costs, rowOfColumn, &rowPrices, &columnPrices)
      }
      path.augment(&rowOfColumn)
    }
    var columns = [Int](repeating: 0, count: size)
    for column in 0..<size { columns[rowOfColumn[column + 1] - 1] = column }
    return columns
  }

  /// A shortest path from a row without a column to a column without a row.
  private struct AugmentingPath {
    /// Where the path has arrived.
    private(set) var column = 0
    private var reached: [Bool]
    private var distances: [Int]
    private var previous: [Int]

    init(size: Int) {
      reached = [Bool](repeating: false, count: size + 1)
      distances = [Int](repeating: .max, count: size + 1)
      previous = [Int](repeating: 0, count: size + 1)
    }

    /// Goes on to the nearest column, and moves the prices such that it costs nothing.
    mutating func extend(
      _ costs: [[Int]], _ rowOfColumn: [Int], _ rowPrices: inout [Int],
      _ columnPrices: inout [Int]
    ) {
      reached[column] = true
      let row = rowOfColumn[column]
      var nearest = 0
      var step = Int.max
      for next in reached.indices where !reached[next] {
        let reduced = costs[row - 1][next - 1] - rowPrices[row] - columnPrices[next]
        if reduced < distances[next] {
          distances[next] = reduced
          previous[next] = column
        }
        if distances[next] < step {
          step = distances[next]
          nearest = next
        }
      }
      for index in reached.indices {
        if reached[index] {
          rowPrices[rowOfColumn[index]] += step
          columnPrices[index] -= step
        } else if distances[index] != .max {
          distances[index] -= step
        }
      }
      column = nearest
    }

    /// Hands every column on the path to the row before it.
    mutating func augment(_ rowOfColumn: inout [Int]) {
      while column != 0 {
        rowOfColumn[column] = rowOfColumn[previous[column]]
        column = previous[column]
      }
    }
  }
}
