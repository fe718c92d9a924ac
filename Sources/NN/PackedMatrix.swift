import CKernels

/// What becomes of a product with its bias.
package enum Ending: Sendable {
  case store
  /// `x Phi(x)`, then stored.
  case gelu
  /// Added to what the output holds.
  case add
}

/// The grid that a row of the input is rounded to, where weights have 8 bits.
package enum RowGrid: Sendable {
  /// 16 bits.
  case wide
  /// 8 bits: half the time, and errors of 0.4 % of a row's largest value.
  case narrow
}

/// A weight matrix `[inputs, outputs]` in the panel order that the kernels read, as f32, as 16-bit values
/// on a grid for each output, or as 8-bit values on a grid, `w = (q - zeroPoint) * scale`.
///
/// 8-bit weights are multiplied in integers: each row of the input is rounded to a 16-bit grid
/// of its own (`docs/lab/MODEL.md`).
///
/// `@unchecked Sendable`: the memory is written in `init` and only read afterwards, and goes with
/// the last reference.
package final class PackedMatrix: @unchecked Sendable {
  /// Values a row of the input has.
  package let inputs: Int
  /// Values a row of the output has.
  package let outputs: Int
  private let storage: Storage

  private enum Storage {
    case f32(UnsafeMutablePointer<Float>, WeightMemory)
    case i16(UnsafeMutablePointer<Int16>, scales: UnsafeMutablePointer<Float>, WeightMemory)
    case u8(QuantizedPanels)
  }

  /// Packs f32 weights `[outputs, inputs, taps]` as outputs of `taps * inputs` values, taps outermost.
  package init(f32 weights: TensorView<Float>, outputs: Int, inputs: Int, taps: Int = 1) {
    let depth = inputs * taps
    self.inputs = depth
    self.outputs = outputs
    let count = vk_packed_count(outputs, depth)
    let memory = WeightMemory(bytes: count * MemoryLayout<Float>.stride)
    let packed = memory.base.bindMemory(to: Float.self, capacity: count)
    Self.withRows(weights, outputs: outputs, inputs: inputs, taps: taps) {
      vk_pack_f32($0, outputs, depth, depth, 1, packed)
    }
    storage = .f32(packed, memory)
  }

  /// Packs f32 weights `[outputs, inputs, taps]` as 16-bit values on a grid for each output. Rows of the
  /// input are then rounded to 14-bit grids of their own, and products are sums of integers.
  package init(i16 weights: TensorView<Float>, outputs: Int, inputs: Int, taps: Int = 1) {
    let depth = inputs * taps
    precondition(depth <= Int(VK_PAIR_INPUTS), "more than the kernel's rows hold")
    self.inputs = depth
    self.outputs = outputs
    let count = vk_packed_count(outputs, (depth + 1) / 2 * 2)
    let scaleBytes = outputs * MemoryLayout<Float>.stride
    let memory = WeightMemory(bytes: scaleBytes + count * MemoryLayout<Int16>.stride)
    let scales = memory.base.bindMemory(to: Float.self, capacity: outputs)
    let packed = (memory.base + scaleBytes).bindMemory(to: Int16.self, capacity: count)
    Self.withRows(weights, outputs: outputs, inputs: inputs, taps: taps) {
      vk_pack_i16($0, outputs, depth, depth, 1, packed, scales)
    }
    storage = .i16(packed, scales: scales, memory)
  }

  /// Calls `body` with `weights [outputs, inputs, taps]` as rows whose taps are outermost.
  private static func withRows(
    _ weights: TensorView<Float>, outputs: Int, inputs: Int, taps: Int,
    _ body: (UnsafePointer<Float>) -> Void
  ) {
    let depth = inputs * taps
    precondition(weights.count == outputs * depth)
    weights.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      guard taps > 1 else { return body(base) }
      body(
        (0..<outputs * depth).map { index in
          let (output, place) = index.quotientAndRemainder(dividingBy: depth)
          return buffer[output * depth + place % inputs * taps + place / inputs]
        })
    }
  }

  /// Packs 8-bit weights `[outputs, inputs, taps]` of one or more layers, whose outputs follow one
  /// another; all but the last must fill whole panels.
  package init(u8 parts: [QuantizedTensor], outputs: Int, inputs: Int, taps: Int = 1) {
    self.inputs = inputs * taps
    self.outputs = outputs * parts.count
    storage = .u8(QuantizedPanels(parts, outputs: outputs, inputs: inputs, taps: taps))
  }

  /// Floats of scratch that `multiply` needs.
  package var scratchCount: Int {
    switch storage {
    case .f32, .i16: 0
    case .u8: (vk_gemm_u8_scratch(inputs) + 3) / 4
    }
  }

  /// `output [m, outputs] = input [m, inputs] W + bias`, ended as `ending` says.
  ///
  /// A row's result does not depend on the other rows. `scratch` holds `scratchCount` floats.
  package func multiply(
    _ input: MatrixView, rows: RowGrid = .wide, bias: UnsafePointer<Float>? = nil,
    ending: Ending = .store, into output: MatrixView, scratch: UnsafeMutablePointer<Float>
  ) {
    precondition(input.columns == inputs && output.columns == outputs && input.rows == output.rows)
    switch storage {
    case .f32(let packed, _):
      vk_gemm_f32(
        input.rows, outputs, inputs, input.base, input.stride, packed, bias,
        ending == .add ? 1 : 0, output.base, output.stride)
      guard ending == .gelu else { return }
      for row in 0..<output.rows { vk_gelu(output.row(row), outputs) }
    case .i16(let packed, let scales, _):
      var weights = vk_pair_weights(
        outputs: outputs, inputs: inputs, panels: packed, scales: scales)
      vk_gemm_i16(
        input.rows, input.base, input.stride, &weights, bias, ending == .add ? 1 : 0, output.base,
        output.stride)
      guard ending == .gelu else { return }
      for row in 0..<output.rows { vk_gelu(output.row(row), outputs) }
    case .u8(let panels):
      panels.withWeights { weights in
        vk_gemm_u8(
          input.rows, input.base, input.stride, weights, bias, ending.code, rows == .narrow ? 1 : 0,
          output.base, output.stride, scratch)
      }
    }
  }

  /// The same for rows of 16-bit weights' grids, which several products read: rows start `stride` values
  /// apart, may overlap, and have steps of `steps`. Behind the last lies another value where the number of
  /// inputs is odd.
  package func multiply(
    placed rows: UnsafePointer<Int16>, stride: Int, steps: [Float],
    bias: UnsafePointer<Float>? = nil, isAdded: Bool, into output: MatrixView
  ) {
    precondition(output.columns == outputs && output.rows == steps.count)
    guard case .i16(let packed, let scales, _) = storage else {
      preconditionFailure("rows on grids need weights of 16 bits")
    }
    var weights = vk_pair_weights(
      outputs: outputs, inputs: inputs, panels: packed, scales: scales)
    vk_gemm_placed(
      output.rows, rows, stride, steps, &weights, bias, isAdded ? 1 : 0, output.base, output.stride)
  }

  /// The weights of one output `[inputs]`, as a row of an embedding table is looked up.
  package func copyWeights(of output: Int, into row: UnsafeMutablePointer<Float>) {
    precondition(output >= 0 && output < outputs)
    switch storage {
    case .f32(let packed, _):
      let width = vk_panel_width()
      let first = output / width * width * inputs + output % width
      for input in 0..<inputs { row[input] = packed[first + input * width] }
    case .i16(let packed, let scales, _):
      let width = vk_panel_width()
      let first = output / width * width * ((inputs + 1) / 2 * 2) + output % width * 2
      for input in 0..<inputs {
        row[input] = Float(packed[first + input / 2 * 2 * width + input % 2]) * scales[output]
      }
    case .u8(let panels):
      panels.copyWeights(of: output, into: row)
    }
  }
}

extension Ending {
  /// The kernels' constant.
  fileprivate var code: Int32 {
    switch self {
    case .store: Int32(VK_STORE)
    case .gelu: Int32(VK_GELU)
    case .add: Int32(VK_ADD)
    }
  }
}
