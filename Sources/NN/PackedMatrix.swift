import CKernels

/// A weight matrix `[inputs, outputs]` in the panel order that the kernels read, as f32 or as
/// 8-bit values with one scale and one zero point: `w = (q - zeroPoint) * scale`.
///
/// `@unchecked Sendable`: the memory is written in `init` and only read afterwards, and is freed
/// when the last reference goes.
package final class PackedMatrix: @unchecked Sendable {
  /// Values a row of the input has.
  package let inputs: Int
  /// Values a row of the output has.
  package let outputs: Int
  private let storage: Storage

  private enum Storage {
    case f32(UnsafeMutablePointer<Float>)
    case u8(UnsafeMutablePointer<UInt8>, scale: Float, zeroPoint: UInt8)
  }

  /// Packs f32 weights: `w[output, input]` lies at `output * outputStride + input * inputStride`.
  package init(
    f32 weights: TensorView<Float>, outputs: Int, inputs: Int, outputStride: Int, inputStride: Int
  ) {
    precondition(weights.count == outputs * inputs)
    self.inputs = inputs
    self.outputs = outputs
    let packed = Self.allocate(Float.self, vk_packed_count(outputs, inputs))
    weights.withUnsafeBufferPointer {
      vk_pack_f32($0.baseAddress, outputs, inputs, outputStride, inputStride, packed)
    }
    storage = .f32(packed)
  }

  /// Packs 8-bit weights laid out as above.
  package init(
    u8 weights: QuantizedTensor, outputs: Int, inputs: Int, outputStride: Int, inputStride: Int
  ) {
    precondition(weights.bytes.count == outputs * inputs)
    self.inputs = inputs
    self.outputs = outputs
    let packed = Self.allocate(UInt8.self, vk_packed_count(outputs, inputs))
    weights.bytes.withUnsafeBufferPointer {
      vk_pack_u8(
        $0.baseAddress, outputs, inputs, outputStride, inputStride, weights.zeroPoint, packed)
    }
    storage = .u8(packed, scale: weights.scale, zeroPoint: weights.zeroPoint)
  }

  private static func allocate<Element>(
    _ type: Element.Type, _ count: Int
  ) -> UnsafeMutablePointer<Element> {
    UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64
    ).bindMemory(to: type, capacity: max(count, 1))
  }

  deinit {
    switch storage {
    case .f32(let packed): packed.deallocate()
    case .u8(let packed, _, _): packed.deallocate()
    }
  }

  /// Floats of scratch that `multiply` needs.
  package var panelCount: Int { vk_panel_scratch(inputs) }

  /// `output [m, outputs] = input [m, inputs] W + bias`, or `+=` when `accumulate`.
  ///
  /// A row's result does not depend on the other rows. `panel` holds `panelCount` floats.
  package func multiply(
    _ input: MatrixView, bias: UnsafePointer<Float>? = nil, accumulate: Bool = false,
    into output: MatrixView, panel: UnsafeMutablePointer<Float>
  ) {
    precondition(input.columns == inputs && output.columns == outputs && input.rows == output.rows)
    switch storage {
    case .f32(let packed):
      vk_gemm_f32(
        input.rows, outputs, inputs, input.base, input.stride, packed, bias, accumulate ? 1 : 0,
        output.base, output.stride)
    case .u8(let packed, let scale, let zeroPoint):
      vk_gemm_u8(
        input.rows, outputs, inputs, input.base, input.stride, packed, scale, zeroPoint, bias,
        accumulate ? 1 : 0, output.base, output.stride, panel)
    }
  }

  /// The weights of one output `[inputs]`, as a row of an embedding table is looked up.
  package func copyWeights(of output: Int, into row: UnsafeMutablePointer<Float>) {
    precondition(output >= 0 && output < outputs)
    let width = vk_panel_width()
    let first = output / width * width * inputs + output % width
    switch storage {
    case .f32(let packed):
      for input in 0..<inputs { row[input] = packed[first + input * width] }
    case .u8(let packed, let scale, let zeroPoint):
      for input in 0..<inputs {
        row[input] = (Float(packed[first + input * width]) - Float(zeroPoint)) * scale
      }
    }
  }
}
