import CKernels
import Foundation

/// Several beginnings of one segment's text that are written side by side (beam search, Graves 2012), in a
/// slot each. What ends is kept until there are as many ends as beginnings; the text with the largest mean log
/// probability of a token counts, its end token included, as in OpenAI's code of Whisper (Radford et al. 2022).
///
/// Unlike there, the text of greedy decoding is always one of them. The likeliest text passes over speech that is
/// hard to hear (Chorowski & Jaitly 2016, on what beam search leaves out), which the greedy one does far less. So
/// where the likeliest text is much shorter, the greedy one counts.
///
/// All listen to the audio of the first slot. What they record of their attention is shared as far as they begin
/// alike.
package final class BeamSearch {
  /// A text that has come to its end.
  struct Ended {
    let tokens: [Int32]
    let ending: TokenSequence.Ending
    /// Mean log probability of its tokens.
    let score: Double
    /// The model's probability of each token, and of the end token where there is one, else 0.
    let probabilities: [Float]
    let endProbability: Float
    /// Weights of the alignment heads, a row for each token that was read.
    let attention: [[Float]]

    /// The text as the decoder hands it out.
    func sequence(frames: Int) -> TokenSequence {
      var sequence = TokenSequence()
      (sequence.tokens, sequence.probabilities) = (tokens, probabilities)
      sequence.endProbability = endProbability
      sequence.attention = attention.flatMap(\.self)
      (sequence.frames, sequence.ending) = (frames, ending)
      return sequence
    }
  }

  /// How a beginning may go on.
  private struct Candidate {
    let slot: DecoderSlot
    let token: Int32
    let probability: Float
    /// Log probability of all tokens together.
    let sum: Double
  }

  /// How much less likely than the likeliest a beginning may be, in nats.
  package static let margin = 4.0

  /// Tokens of the greedy text that the likeliest one must have at least, as a share, to count.
  package static let shortest = 0.85

  /// Nothing written.
  private static let nothing = Ended(
    tokens: [], ending: .endToken, score: -.infinity, probabilities: [], endProbability: 0,
    attention: [])

  /// What a loop's mean log probability is lowered by, so that it counts only where nothing else has ended.
  private static let loopPenalty = 100.0

  let slots: [DecoderSlot]
  private let endToken: Int32
  private let tokenLimit: Int
  /// The slots that hold a beginning.
  private var live: [DecoderSlot]
  /// Log probability of what each slot has written.
  private var sums: [Int: Double] = [:]
  private var ended: [Ended] = []
  /// The text of greedy decoding, which is written in the first slot; nil until it has ended.
  private var greedy: Ended?

  /// A search in `slots`, at least one, the first of which has the audio and has read its prompt.
  init(slots: [DecoderSlot], endToken: Int32, tokenLimit: Int) {
    self.slots = slots
    self.endToken = endToken
    self.tokenLimit = tokenLimit
    live = [slots[0]]
  }

  /// Whether a slot holds a beginning that is to be read.
  func isLive(_ slot: DecoderSlot) -> Bool { live.contains { $0 === slot } }

  /// Whether there are as many texts as there are slots.
  private var isComplete: Bool { ended.count >= slots.count }

  /// The best text, once the search has come to its end.
  var best: Ended? {
    guard live.isEmpty || (isComplete && greedy != nil) else { return nil }
    let likeliest = ended.max { $0.score < $1.score } ?? Self.nothing
    guard let greedy, greedy.ending != .tokenLimit,
      Double(likeliest.tokens.count) < Self.shortest * Double(greedy.tokens.count)
    else { return likeliest }
    return greedy
  }

  /// Takes the logits of all beginnings, `count` each, and writes the next token of the likeliest.
  /// - Returns: which slots must take over what another has read, in this order.
  func advance(
    _ count: Int, logits: (DecoderSlot) -> UnsafeMutablePointer<Float>?
  ) -> [(from: DecoderSlot, to: DecoderSlot)] {
    var all = live.flatMap { slot in
      logits(slot).map { candidates(of: slot, $0, count) } ?? []
    }
    // Beside beginnings of the same length alone: a text that ended early is likelier than all that go on.
    let least = (all.map(\.sum).max() ?? 0) - Self.margin
    var next: [Candidate] = []
    // The likeliest of a slot comes first, and the first of `next` stays in its slot.
    if greedy == nil, let place = all.firstIndex(where: { $0.slot === slots[0] }) {
      let candidate = all.remove(at: place)
      greedy = end(candidate)
      if greedy == nil { next.append(candidate) }
    }
    for candidate in all.sorted(by: { $0.sum > $1.sum })
    where candidate.sum >= least && !isComplete {
      if next.count == slots.count { break }
      if end(candidate) == nil { next.append(candidate) }
    }
    return go(on: next)
  }

  /// The likeliest tokens behind what a slot has written: twice as many as there are slots, so that ends
  /// leave enough.
  private func candidates(
    of slot: DecoderSlot, _ logits: UnsafeMutablePointer<Float>, _ count: Int
  ) -> [Candidate] {
    var probability: Float = 0
    let likeliest = Int(vk_most_likely(logits, count, &probability))
    let most = logits[likeliest]
    guard most.isFinite else {
      slots[0].computedNoNumber()
      return []
    }
    let before = sums[slot.index] ?? 0
    let least = most - Float(Self.margin)
    return Self.largest(logits, count, 2 * slots.count, from: least).map { token in
      let share = probability * exp(logits[token] - most)
      return Candidate(
        slot: slot, token: Int32(token), probability: share,
        sum: before + Foundation.log(max(Double(share), 1e-30)))
    }
  }

  /// Indices of the `number` largest of those of `count` values that are at least `least`. What is less than
  /// the margin behind the likeliest of its slot cannot go on.
  private static func largest(
    _ values: UnsafeMutablePointer<Float>, _ count: Int, _ number: Int, from least: Float
  ) -> [Int] {
    var indices: [Int] = []
    var least = least
    for index in 0..<count where values[index] >= least {
      let place = indices.firstIndex { values[$0] < values[index] } ?? indices.count
      indices.insert(index, at: place)
      if indices.count > number { indices.removeLast() }
      if indices.count == number { least = values[indices[number - 1]] }
    }
    return indices
  }

  /// Keeps the text that ends with this candidate; nil where it goes on.
  private func end(_ candidate: Candidate) -> Ended? {
    let text = ending(candidate)
    if let text { ended.append(text) }
    return text
  }

  private func ending(_ candidate: Candidate) -> Ended? {
    var tokens = candidate.slot.sequence.tokens
    guard candidate.token != endToken else {
      let score = candidate.sum / Double(tokens.count + 1)
      return text(candidate, tokens, .endToken, score: score)
    }
    tokens.append(candidate.token)
    let score = candidate.sum / Double(tokens.count)
    if let kept = RepetitionDetector.keptCount(of: tokens) {
      return text(
        candidate, Array(tokens.prefix(kept)), .repetition, score: score - Self.loopPenalty)
    }
    guard tokens.count >= tokenLimit else { return nil }
    return text(candidate, tokens, .tokenLimit, score: score)
  }

  /// The text of `tokens`, which begin what the candidate has written.
  private func text(
    _ candidate: Candidate, _ tokens: [Int32], _ ending: TokenSequence.Ending, score: Double
  ) -> Ended {
    let probabilities = candidate.slot.sequence.probabilities + [candidate.probability]
    return Ended(
      tokens: tokens, ending: ending, score: score,
      probabilities: Array(probabilities.prefix(tokens.count)),
      endProbability: ending == .endToken ? candidate.probability : 0,
      attention: Array(candidate.slot.attentionRows.prefix(tokens.count + 1)))
  }

  /// Writes the tokens of `next`. The first that follows a slot stays there, others move to slots of which
  /// nothing follows.
  private func go(on next: [Candidate]) -> [(from: DecoderSlot, to: DecoderSlot)] {
    var (staying, moving): ([Candidate], [Candidate]) = ([], [])
    for candidate in next {
      if staying.contains(where: { $0.slot === candidate.slot }) {
        moving.append(candidate)
      } else {
        staying.append(candidate)
      }
    }
    var free = slots.filter { slot in !staying.contains { $0.slot === slot } }[...]
    var moves: [(from: DecoderSlot, to: DecoderSlot)] = []
    for candidate in moving {
      guard let slot = free.popFirst() else { break }
      slot.copy(candidate.slot)
      moves.append((candidate.slot, slot))
      write(candidate, in: slot)
    }
    for candidate in staying { write(candidate, in: candidate.slot) }
    live = staying.map(\.slot) + moves.map(\.to)
    return moves
  }

  private func write(_ candidate: Candidate, in slot: DecoderSlot) {
    slot.append(candidate.token, candidate.probability)
    sums[slot.index] = candidate.sum
  }
}
