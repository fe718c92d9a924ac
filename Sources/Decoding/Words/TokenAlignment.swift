import Foundation

/// Finds the frames in which each token was spoken, from the decoder's own cross-attention.
///
/// Attention of the alignment heads gives, for each frame, how much each token looks at it. A
/// Viterbi path (Viterbi 1967) then walks the frames once: it stays in a token, goes on to the next
/// one, or rests in a pause, which is allowed only between words. This is the dynamic time warping
/// of attention of Whisper (Radford et al. 2022) with pauses as states of their own.
package struct TokenAlignment: Sendable {
  /// Weight that a frame must have before it counts as part of a token rather than a pause: the
  /// pause state's share where no voice is known. Chosen on GRID: 0.005 to 0.02 differ by 2 ms.
  static let pauseWeight: Float = 0.02
  /// Floor of a token's share of a frame, so that an unlucky frame costs no more than e^9.
  static let floor: Float = 1e-4

  /// Frames of each token, in order; never empty, never overlapping. (All frames for each token
  /// where there are fewer frames than tokens.)
  package let ranges: [Range<Int>]

  /// Aligns `sequence` to its frames.
  ///
  /// - Parameters:
  ///   - sequence: what the decoder wrote, with the attention it recorded.
  ///   - heads: those whose attention was recorded, in the order of recording.
  ///   - pausesBefore: whether a pause may stand before each token.
  ///   - voice: probability of voice in each frame, or empty when unknown.
  package init(
    _ sequence: TokenSequence, heads: [AlignmentHead], pausesBefore: [Bool], voice: [Float] = []
  ) {
    let tokens = sequence.tokens.count
    guard tokens > 0, sequence.frames >= tokens else {
      ranges = (0..<tokens).map { _ in 0..<max(sequence.frames, 0) }
      return
    }
    let weights = Self.weights(sequence, heads)
    let lattice = Lattice(
      weights: weights, tokens: tokens, frames: sequence.frames, pausesBefore: pausesBefore,
      voice: voice)
    ranges = lattice.bestRanges()
  }

  /// Mean attention of the heads on each frame by each token, `[tokens, frames]`.
  private static func weights(_ sequence: TokenSequence, _ heads: [AlignmentHead]) -> [Float] {
    let frames = sequence.frames
    let rowSize = heads.count * frames
    let rows = rowSize == 0 ? 0 : sequence.attention.count / rowSize
    var weights = [Float](repeating: 0, count: sequence.tokens.count * frames)
    for token in sequence.tokens.indices {
      var used: Float = 0
      for (index, head) in heads.enumerated() {
        let row = head.role == .writing ? token : token + 1
        guard row < rows else { continue }
        used += 1
        let start = row * rowSize + index * frames
        for frame in 0..<frames {
          weights[token * frames + frame] += sequence.attention[start + frame]
        }
      }
      for frame in 0..<frames where used > 0 { weights[token * frames + frame] /= used }
    }
    return weights
  }
}

/// States 0, 2, 4, ... are pauses before token 0, 1, 2, ... and after the last; 1, 3, 5, ... are the
/// tokens.
private struct Lattice {
  private let weights: [Float]
  private let tokens: Int
  private let frames: Int
  private let pausesBefore: [Bool]
  private let voice: [Float]
  private var states: Int { 2 * tokens + 1 }

  init(weights: [Float], tokens: Int, frames: Int, pausesBefore: [Bool], voice: [Float]) {
    self.weights = weights
    self.tokens = tokens
    self.frames = frames
    self.pausesBefore = pausesBefore
    self.voice = voice
  }

  /// The pause's weight in a frame: more where there is no voice, less where there is. The least
  /// factor keeps a pause from covering half a word of weak attention (0.25 did not); the largest
  /// one is small because voice is often heard late in a word (0.4 s in GRID's "lay").
  private func pauseWeight(_ frame: Int) -> Float {
    guard frame < voice.count else { return TokenAlignment.pauseWeight }
    let odds = (1 - voice[frame] + 0.02) / (voice[frame] + 0.02)
    return TokenAlignment.pauseWeight * min(max(odds, 0.05), 5)
  }

  /// Logarithm of every state's share of `frame`.
  private func fill(_ emission: inout [Float], frame: Int) {
    let pause = pauseWeight(frame)
    var sum = pause
    for token in 0..<tokens { sum += weights[token * frames + frame] }
    let resting = log(pause / sum)
    for state in 0..<states {
      emission[state] =
        state.isMultiple(of: 2)
        ? resting
        : log(weights[(state / 2) * frames + frame] / sum + TokenAlignment.floor)
    }
  }

  private func isForbidden(_ state: Int) -> Bool {
    state.isMultiple(of: 2) && state / 2 < tokens && !pausesBefore[state / 2]
  }

  /// Viterbi over frames; `steps` holds by how many states the best path came forward.
  func bestRanges() -> [Range<Int>] {
    var score = [Float](repeating: -.infinity, count: states)
    var emission = [Float](repeating: 0, count: states)
    var steps = [UInt8](repeating: 0, count: frames * states)
    fill(&emission, frame: 0)
    if !isForbidden(0) { score[0] = emission[0] }
    score[1] = emission[1]
    for frame in 1..<max(frames, 1) {
      fill(&emission, frame: frame)
      // From the last state down, so that each reads the scores of the frame before.
      for state in stride(from: states - 1, through: 0, by: -1) {
        let (best, step) = bestPredecessor(of: state, score)
        score[state] = isForbidden(state) ? -.infinity : best + emission[state]
        steps[frame * states + state] = step
      }
    }
    return trace(steps, from: score[states - 1] > score[states - 2] ? states - 1 : states - 2)
  }

  private func bestPredecessor(of state: Int, _ score: [Float]) -> (score: Float, step: UInt8) {
    var best = (score: score[state], step: UInt8(0))
    if state >= 1, score[state - 1] > best.score { best = (score[state - 1], 1) }
    // A token may follow the one before without a pause.
    if state >= 2, !state.isMultiple(of: 2), score[state - 2] > best.score {
      best = (score[state - 2], 2)
    }
    return best
  }

  private func trace(_ steps: [UInt8], from last: Int) -> [Range<Int>] {
    var starts = [Int](repeating: 0, count: tokens)
    var ends = [Int](repeating: 0, count: tokens)
    var state = last
    for frame in stride(from: frames - 1, through: 0, by: -1) {
      if !state.isMultiple(of: 2) {
        starts[state / 2] = frame
        if ends[state / 2] == 0 { ends[state / 2] = frame + 1 }
      }
      state -= Int(steps[frame * states + state])
    }
    return zip(starts, ends).map { $0..<max($0, $1) }
  }
}
