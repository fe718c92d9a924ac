import CKernels

/// Owner of 8-bit weights in the kernels' panel order, with the grid of each output.
///
/// `@unchecked Sendable`: the memory is written in `init` and only read afterwards, and goes with the
/// last reference.
final class QuantizedPanels: @unchecked Sendable {
  private let inputs: Int
  private let outputs: Int
  private let memory: WeightMemory
  private let panels: UnsafeMutablePointer<UInt8>
  private let scales: [Float]
  private let zeroPoints: [UInt8]

  /// Packs the weights `[outputs, inputs, taps]` of `parts`, one after the other. They fill whole panels,
  /// or share their zero point.
  init(_ parts: [QuantizedTensor], outputs: Int, inputs: Int, taps: Int) {
    let width = vk_u8_panel_width()
    let depth = inputs * taps
    precondition(parts.count == 1 || outputs % width == 0, "parts must fill their panels")
    let size = vk_packed_u8_count(outputs, depth)
    memory = WeightMemory(bytes: size * parts.count)
    panels = memory.base.bindMemory(to: UInt8.self, capacity: size * parts.count)
    for (index, part) in parts.enumerated() {
      precondition(part.bytes.count == outputs * depth)
      let target = panels + index * size
      part.bytes.withUnsafeBufferPointer {
        vk_pack_u8($0.baseAddress, outputs, inputs, taps, target)
      }
    }
    let count = (outputs + width - 1) / width
    scales = parts.flatMap { part in
      part.scales.count == 1 ? Array(repeating: part.scales[0], count: outputs) : part.scales
    }
    zeroPoints = parts.flatMap { Array(repeating: $0.zeroPoint, count: count) }
    self.inputs = depth
    self.outputs = outputs * parts.count
  }

  /// Calls `body` with the weights as the kernels take them.
  func withWeights(_ body: (UnsafePointer<vk_weights>) -> Void) {
    scales.withUnsafeBufferPointer { scales in
      zeroPoints.withUnsafeBufferPointer { zeros in
        var weights = vk_weights(
          outputs: outputs, inputs: inputs, panels: panels, scales: scales.baseAddress,
          zeros: zeros.baseAddress)
        body(&weights)
      }
    }
  }

  /// The weights of one output `[inputs]`.
  func copyWeights(of output: Int, into row: UnsafeMutablePointer<Float>) {
    let width = vk_u8_panel_width()
    let (panel, column) = output.quotientAndRemainder(dividingBy: width)
    let groups = (inputs + 3) / 4
    let base = panels + (panel * groups * width + column) * 4
    let scale = scales[output]
    let zero = Float(zeroPoints[panel])
    for input in 0..<inputs {
      row[input] = (Float(base[input / 4 * 4 * width + input % 4]) - zero) * scale
    }
  }
}
