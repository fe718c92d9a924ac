import CKernels
import Foundation
import NN

/// What the decoder makes of tokens that were given to it.
package struct ForcedSequence: Sendable {
  /// The given tokens with the model's probability of each, and of the end behind them, and the attention
  /// it recorded.
  package let sequence: TokenSequence
  /// How much likelier the most likely token was than each of the given ones, in nats.
  package let regrets: [Float]
}

extension TextDecoder {
  /// Most tokens that can be given behind `prompt`.
  package func forcedLimit(behind prompt: [Int32]) -> Int {
    weights.config.maximumTokens - prompt.count - 1
  }

  /// Reads `tokens` behind `prompt` as if it had written them (teacher forcing, Williams and Zipser 1989), so
  /// that its attention tells when they were spoken. All of them are read in rows of a few at once. There must
  /// be room for the segment, and for the tokens.
  ///
  /// - Parameters:
  ///   - tokens: at least one, at most `forcedLimit(behind:)`.
  ///   - prompt: what the sequence begins with.
  ///   - embeddings: what the decoder listens to, `[T, hidden]`, T at least 1.
  /// - Returns: what it makes of them.
  package mutating func force(
    _ tokens: [Int32], behind prompt: [Int32], _ embeddings: Embeddings
  ) -> ForcedSequence {
    force([tokens], behind: prompt, embeddings)[0]
  }

  /// Reads each of `texts` so, the audio of which is taken in once.
  package mutating func force(
    _ texts: [[Int32]], behind prompt: [Int32], _ embeddings: Embeddings
  ) -> [ForcedSequence] {
    precondition(
      texts.allSatisfy { !$0.isEmpty && $0.count <= forcedLimit(behind: prompt) })
    let longest = texts.map(\.count).max() ?? 0
    let slot = enter(embeddings, prompt: prompt, tokenLimit: longest + 1, id: 0)
    defer {
      cache.close(slot: slot.index)
      _ = slot.end()
    }
    return texts.map { force($0, in: slot) }
  }

  /// Reads `tokens` behind the prompt of a slot, in place of what was read there.
  mutating func force(_ tokens: [Int32], in slot: DecoderSlot) -> ForcedSequence {
    slot.rewind()
    let frames = slot.sequence.frames
    cache.forget(slot: slot.index, from: slot.position)
    let position = slot.position
    let inputs = [slot.lastToken] + tokens
    var (probabilities, regrets): ([Float], [Float]) = ([], [])
    var attention: [Float] = []
    var end: Float = 0
    for start in stride(from: 0, to: inputs.count, by: logitRows) {
      let range = start..<min(start + logitRows, inputs.count)
      let recorded = slot.sequence.attention.count
      let h = read(
        range.map { Row(slot: slot, token: inputs[$0], position: position + $0) }, recording: true)
      attention += inRows(
        slot.sequence.attention[recorded...], rows: range.count, frames: frames)
      let logits = logits(of: h)
      for (row, index) in range.enumerated() {
        var probability: Float = 0
        let best = Int(vk_most_likely(logits.row(row), logits.columns, &probability))
        let token = index < tokens.count ? tokens[index] : weights.config.endToken
        let regret = logits.row(row)[best] - logits.row(row)[Int(token)]
        guard index < tokens.count else {
          end = probability * exp(-regret)
          continue
        }
        probabilities.append(probability * exp(-regret))
        regrets.append(regret)
      }
    }
    var sequence = slot.sequence
    sequence.tokens = tokens
    sequence.probabilities = probabilities
    sequence.endProbability = end
    sequence.attention = attention
    return ForcedSequence(sequence: sequence, regrets: regrets)
  }

  /// What was recorded layer by layer, `[layers, rows, heads of the layer, frames]`, row by row:
  /// `[rows, heads, frames]`.
  private func inRows(_ recorded: ArraySlice<Float>, rows: Int, frames: Int) -> [Float] {
    let heads = recordedHeads.map { $0.nonzeroBitCount * frames }
    var ordered: [Float] = []
    ordered.reserveCapacity(recorded.count)
    for row in 0..<rows {
      var layer = recorded.startIndex
      for count in heads {
        ordered += recorded[layer + row * count..<layer + (row + 1) * count]
        layer += rows * count
      }
    }
    return ordered
  }
}
