/// Finds the most likely sequence of voices: each step's voice should sound like it, and a change costs
/// (Viterbi 1967).
struct TurnDecoding {
  /// Steps that are decided together: 40 ms.
  static let stride = 2
  /// Weight of a cosine, and cost of a change.
  private static let weight: Float = 15
  private static let change: Float = 6
  /// Steps of one voice without which a piece says nothing.
  private static let minimumSteps = 10

  let pieces: VoicePieces
  let voices: [[Float]]

  /// The voice of every `stride` steps of `isSpeech`, by its place in `voices`, of which there are 1 to
  /// 255.
  func decode(_ isSpeech: [Bool]) -> [UInt8] {
    let count = (isSpeech.count + Self.stride - 1) / Self.stride
    let width = voices.count
    precondition(width > 0 && width < 256)
    var scores = [Float](repeating: 0, count: width)
    var back = [UInt8](repeating: 0, count: count * width)
    var (lastPiece, left, right): (Int, [Float]?, [Float]?) = (-1, nil, nil)
    for index in 0..<count {
      var best = 0
      for voice in 1..<max(1, width) where scores[voice] > scores[best] { best = voice }
      let floor = scores[best] - Self.change
      for voice in 0..<width {
        let stays = scores[voice] >= floor
        back[index * width + voice] = UInt8(stays ? voice : best)
        if !stays { scores[voice] = floor }
      }
      let step = index * Self.stride
      guard step < isSpeech.count, isSpeech[step] else { continue }
      let (piece, rest) = step.quotientAndRemainder(dividingBy: VoicePieces.cell)
      if piece != lastPiece {
        left = piece == lastPiece + 1 ? right ?? cosines(piece) : cosines(piece)
        right = cosines(piece + 1)
        lastPiece = piece
      }
      let share = Float(rest) / Float(VoicePieces.cell)
      for voice in 0..<width {
        let value =
          switch (left, right) {
          case (let left?, let right?): left[voice] * (1 - share) + right[voice] * share
          case (let only?, nil), (nil, let only?): only[voice]
          case (nil, nil): Float(0)
          }
        scores[voice] += Self.weight * value
      }
      // Scores grow with the recording; only their differences matter.
      if scores[best] > 1e4 { for voice in 0..<width { scores[voice] -= 1e4 } }
    }
    return path(back, scores: scores, count: count)
  }

  private func path(_ back: [UInt8], scores: [Float], count: Int) -> [UInt8] {
    var path = [UInt8](repeating: 0, count: count)
    var voice = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    for index in (0..<count).reversed() {
      path[index] = UInt8(voice)
      voice = Int(back[index * voices.count + voice])
    }
    return path
  }

  /// Cosines of a piece with each voice; nil where it says nothing.
  private func cosines(_ piece: Int) -> [Float]? {
    guard piece < pieces.count, pieces.steps[piece] >= Self.minimumSteps else { return nil }
    let embedding = pieces.embedding(piece)
    return voices.map { cosineSum($0, embedding) }
  }
}
