import NN

/// The tensors of a checkpoint on their way into a model: each is taken by its name and shape, and
/// `finish` asks that none was left over.
struct StateDictionary {
  private var left: [String: TensorData] = [:]

  /// Takes over `tensors`, whose names must differ.
  init(_ tensors: [TensorData]) throws(TensorFault) {
    for tensor in tensors {
      guard left.updateValue(tensor, forKey: tensor.name) == nil else {
        throw .ambiguous(tensor.name)
      }
    }
  }

  /// The numbers of the F32 tensor `name`, row-major.
  mutating func floats(_ name: String, _ shape: [Int]) throws(TensorFault) -> [Float] {
    guard let tensor = left.removeValue(forKey: name) else { throw .missing([name]) }
    guard tensor.dtype == .f32 else { throw .type(tensor: name, tensor.dtype) }
    guard tensor.shape == shape else {
      throw .shape(tensor: name, expected: shape, found: tensor.shape)
    }
    return tensor.bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Float.self)
      }
    }
  }

  /// Forgets the counter `name`, an I64 that only training needs.
  mutating func dropCounter(_ name: String) throws(TensorFault) {
    guard let tensor = left.removeValue(forKey: name) else { throw .missing([name]) }
    guard tensor.dtype == .i64, tensor.shape.isEmpty else {
      throw .type(tensor: name, tensor.dtype)
    }
  }

  /// The batch normalisation at `path` with its running statistics, as a scale and a shift for each
  /// channel (Ioffe and Szegedy 2015; epsilon 1e-5).
  mutating func batchNorm(
    _ path: String, channels: Int, isAffine: Bool = true
  ) throws(TensorFault) -> ChannelScale {
    let shape = [channels]
    let weight =
      isAffine ? try floats(path + ".weight", shape) : Array(repeating: 1, count: channels)
    let bias = isAffine ? try floats(path + ".bias", shape) : Array(repeating: 0, count: channels)
    let mean = try floats(path + ".running_mean", shape)
    let variance = try floats(path + ".running_var", shape)
    try dropCounter(path + ".num_batches_tracked")
    let scales = zip(weight, variance).map { Double($0) / (Double($1) + 1e-5).squareRoot() }
    let shifts = (0..<channels).map { Double(bias[$0]) - Double(mean[$0]) * scales[$0] }
    return ChannelScale(scales: scales, shifts: shifts)
  }

  /// Throws `unknown` when tensors were left over.
  func finish() throws(TensorFault) {
    guard left.isEmpty else { throw .unknown(left.keys.sorted()) }
  }
}

/// `y = scale x + shift` for each channel.
struct ChannelScale {
  let scales: [Double]
  let shifts: [Double]

  /// The scales and shifts as tensors `scale` and `shift` at `path`.
  func tensors(at path: String) -> [TensorData] {
    [
      TensorData(name: path + ".scale", shape: [scales.count], floats: scales.map(Float.init)),
      TensorData(name: path + ".shift", shape: [shifts.count], floats: shifts.map(Float.init)),
    ]
  }

  /// The layer `weight [outputs, ...]` without bias with this behind it, as `weight` and `bias` at
  /// `path`.
  func folded(into weight: [Float], shape: [Int], at path: String) -> [TensorData] {
    let depth = weight.count / scales.count
    let scaled = weight.indices.map { Float(Double(weight[$0]) * scales[$0 / depth]) }
    return [
      TensorData(name: path + ".weight", shape: shape, floats: scaled),
      TensorData(name: path + ".bias", shape: [shifts.count], floats: shifts.map(Float.init)),
    ]
  }
}
