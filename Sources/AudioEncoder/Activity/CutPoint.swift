/// A place where speech begins, ends or may be cut. Positions are samples of an `AudioStretch`.
struct CutPoint {
  /// Where the audio before the boundary ends.
  var leftEnd: Int
  /// Where the audio after it starts; not before `leftEnd`.
  var rightStart: Int
  /// What it costs to cut here, on the scale of the squared relative error of a length.
  var cost: Float
  /// The run of speech that the audio after the boundary starts with.
  var run: Int
  /// The chunk at which that run is cut in two, when there is no pause.
  var chunk: Int?
}

extension CutPoint {
  /// The boundaries, by index and without the first and the last, at which cutting costs least:
  /// a cut costs what its boundary says, and a piece the square of its length's distance from
  /// `preferred`, relative to that. No piece is longer than `maximum`, so neighbours must not be
  /// farther apart. When more speech is to come (`isOpen`) a short last piece costs nothing.
  ///
  /// Shortest path over at most n² pieces, of which only those up to `maximum` are looked at.
  static func cheapest(
    _ boundaries: [CutPoint], preferred: Int, maximum: Int, isOpen: Bool
  ) -> [Int] {
    let last = boundaries.count - 1
    var costs = [Float](repeating: .infinity, count: boundaries.count)
    var previous = [Int](repeating: 0, count: boundaries.count)
    costs[0] = 0
    for end in boundaries.indices.dropFirst() {
      for start in stride(from: end - 1, through: 0, by: -1) {
        let length = boundaries[end].leftEnd - boundaries[start].rightStart
        if length > maximum { break }
        let error = Float(length - preferred) / Float(preferred)
        let isUnfinished = isOpen && end == last && error < 0
        let cost = costs[start] + boundaries[start].cost + (isUnfinished ? 0 : error * error)
        if cost < costs[end] {
          costs[end] = cost
          previous[end] = start
        }
      }
    }
    precondition(costs[last].isFinite, "boundaries farther apart than the maximum")
    var chosen: [Int] = []
    var index = previous[last]
    while index > 0 {
      chosen.append(index)
      index = previous[index]
    }
    return chosen.reversed()
  }
}
