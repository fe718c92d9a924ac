import CKernels
import NN

/// A layer of a bidirectional LSTM (Hochreiter and Schmidhuber 1997; gates in PyTorch's order: input,
/// forget, cell, output), for several sequences at once.
///
/// Sequences lie step by step: row `step * sequences + sequence`. A direction multiplies the inputs of
/// a run of steps together, and the hidden states of all sequences at each step.
struct BidirectionalLayer: Sendable {
  /// One direction.
  private struct Direction: Sendable {
    /// `[4 hidden, inputs]`
    let input: PackedMatrix
    /// `[4 hidden, hidden]`
    let recurrent: PackedMatrix
    /// `[4 hidden]`
    let bias: [Float]

    init(_ scope: WeightScope, inputs: Int, hidden: Int) throws(WeightError) {
      let gates = 4 * hidden
      input = PackedMatrix(
        i16: try scope.f32("input.weight", shape: [gates, inputs]), outputs: gates, inputs: inputs)
      recurrent = PackedMatrix(
        i16: try scope.f32("recurrent.weight", shape: [gates, hidden]), outputs: gates,
        inputs: hidden)
      bias = try scope.f32("bias", shape: [gates]).elements
    }
  }

  /// Steps whose inputs are multiplied together: their gates stay in the second cache.
  private static let run = 32

  private let hidden: Int
  private let forward: Direction
  private let backward: Direction

  /// Loads `forward` and `backward` at `scope`.
  init(_ scope: WeightScope, inputs: Int, hidden: Int) throws(WeightError) {
    self.hidden = hidden
    forward = try Direction(scope["forward"], inputs: inputs, hidden: hidden)
    backward = try Direction(scope["backward"], inputs: inputs, hidden: hidden)
  }

  /// Floats of scratch for so many sequences.
  func scratchCount(sequences: Int) -> Int { sequences * hidden * (4 * Self.run + 1) }

  /// `input [steps * sequences, inputs]` to `output [steps * sequences, 2 hidden]`: the states of the
  /// forward direction, then those of the backward one.
  func callAsFunction(
    _ input: MatrixView, sequences: Int, into output: MatrixView, scratch: borrowing FloatBuffer
  ) {
    precondition(input.rows % sequences == 0 && output.rows == input.rows)
    let steps = input.rows / sequences
    let cells = scratch.matrix(sequences, hidden)
    let gates = scratch.matrix(
      Self.run * sequences, 4 * hidden, offset: sequences * hidden)
    for (index, direction) in [forward, backward].enumerated() {
      let states = output.columns(index * hidden..<(index + 1) * hidden)
      cells.base.update(repeating: 0, count: cells.count)
      for first in stride(from: 0, to: steps, by: Self.run) {
        let count = min(Self.run, steps - first)
        // The backward direction takes its runs, and the steps in them, from the end.
        let start = index == 0 ? first : steps - first - count
        let run = gates.rows(0..<count * sequences)
        direction.input.multiply(
          input.rows(start * sequences..<(start + count) * sequences), bias: direction.bias,
          into: run, scratch: run.base)
        for place in 0..<count {
          let offset = index == 0 ? place : count - 1 - place
          let step = start + offset
          let previous = index == 0 ? step - 1 : step + 1
          let sums = run.rows(offset * sequences..<(offset + 1) * sequences)
          if previous >= 0 && previous < steps {
            direction.recurrent.multiply(
              states.rows(previous * sequences..<(previous + 1) * sequences), ending: .add,
              into: sums, scratch: sums.base)
          }
          for sequence in 0..<sequences {
            vk_lstm_cell(
              sums.row(sequence), cells.row(sequence), states.row(step * sequences + sequence),
              hidden)
          }
        }
      }
    }
  }
}
