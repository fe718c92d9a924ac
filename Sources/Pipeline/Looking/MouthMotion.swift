import LipEncoder

/// Whether a mouth moves: how much its crops change from one lip frame to the third after it.
///
/// Both are reduced to cells of 4 x 4 values of the mouth's part of the crop. Their mean is subtracted
/// and they are divided by their deviation, so that light and contrast do not matter, nor the noise
/// of single values. `docs/lab/MODEL.md` has the measurements behind the constants.
enum MouthMotion {
  /// Mean change of a cell, over any 0.6 s, below which a mouth is still.
  static let least: Float = 0.12
  /// Frames of the 0.6 s.
  static let window = 15
  /// Of these as many must be comparable.
  static let comparable = 10

  private static let (rows, columns, cell) = (20..<60, 12..<68, 4)
  private static let lag = 3

  /// The largest mean change over 0.6 s in crops `[S, 80, 80]`; frames that do not count are nil to
  /// `counts`. Nil where no window has enough frames.
  static func largest(crops: [UInt8], counts: [Bool]) -> Float? {
    let grids = counts.indices.map { counts[$0] ? grid(crops, frame: $0) : [] }
    let changes = counts.indices.dropFirst(lag).map { frame -> Float? in
      counts[frame] && counts[frame - lag] ? change(grids[frame - lag], grids[frame]) : nil
    }
    guard changes.count >= window else { return nil }
    let means = (0...changes.count - window).compactMap { first -> Float? in
      let inside = changes[first..<first + window].compactMap(\.self)
      return inside.count >= comparable ? inside.reduce(0, +) / Float(inside.count) : nil
    }
    return means.max()
  }

  /// The cells of a frame, of mean 0 and (nearly) unit deviation.
  private static func grid(_ crops: [UInt8], frame: Int) -> [Float] {
    let side = LipFrame.side
    let origin = frame * side * side
    var cells: [Float] = []
    for top in stride(from: rows.lowerBound, to: rows.upperBound, by: cell) {
      for left in stride(from: columns.lowerBound, to: columns.upperBound, by: cell) {
        var sum = 0
        for y in top..<top + cell {
          for x in left..<left + cell { sum += Int(crops[origin + y * side + x]) }
        }
        cells.append(Float(sum) / Float(cell * cell))
      }
    }
    let mean = cells.reduce(0, +) / Float(cells.count)
    let squares = cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let scale = 1 / ((squares / Float(cells.count)).squareRoot() + 4)
    return cells.map { ($0 - mean) * scale }
  }

  private static func change(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(a.count)
  }
}

extension MouthTrack {
  /// Share of the frames in which a mouth must be in view, live and near enough, for its rest to mean
  /// anything.
  private static let presence = 0.9
  /// Eye distance in pixels from which on a mouth can be judged.
  private static let size: Float = 20

  /// Whether the mouth could be watched all the time and did not move.
  var isStill: Bool {
    let counts = (0..<count).map { frame in
      LipNetwork.showsLips(quality, frame: frame)
        && quality[frame * LipQuality.count] * 64 >= Self.size
    }
    guard Double(counts.count { $0 }) >= Self.presence * Double(max(count, 1)) else { return false }
    return MouthMotion.largest(crops: crops, counts: counts).map { $0 < MouthMotion.least } ?? false
  }
}
