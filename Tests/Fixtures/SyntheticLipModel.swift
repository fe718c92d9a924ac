import Foundation
import ModelStore
import NN

/// The lip model's file in its real sizes, of weights that the golden values were computed with:
/// each tensor is a sequence of SplitMix64 that starts from its name (`Training/golden_values.py`).
package struct SyntheticLipModel: Sendable {
  /// A part of the file.
  package enum Network: Sendable {
    /// `adapter`, half open.
    case adapter
    /// `lips` and `known`, which knows the golden face.
    case lips
    /// `agreement`.
    case agreement
    /// `fusion` and `switch`, which lets the golden lips through.
    case fusion
    /// `early` and `late`.
    case baselines
  }

  /// Rows of the known face's basis.
  private static let directions = 6

  /// By name; a test may change them.
  package var tensors: [String: TensorData] = [:]

  /// The tensors of these networks alone.
  package init(_ networks: Network...) {
    for network in networks {
      switch network {
      case .adapter: addAdapter()
      case .lips: addLips()
      case .agreement: addAgreement()
      case .fusion: addFusion()
      case .baselines: addBaselines()
      }
    }
  }

  /// Replaces a tensor by numbers.
  package mutating func set(_ name: String, _ values: [Float], shape: [Int]? = nil) {
    tensors[name] = TensorData(name: name, shape: shape ?? [values.count], floats: values)
  }

  /// Writes the model to a new file in the temporary folder and calls `body` with its root scope.
  package func withScope<Result>(_ body: (WeightScope) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "viseme-lips-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let sorted = tensors.values.sorted { $0.name < $1.name }
    try SafetensorsWriter.write(sorted, metadata: [:], to: url)
    return try body(WeightScope(contentsOf: url))
  }

  /// The error with which `load` refuses the model.
  package func failure(_ load: (WeightScope) throws -> Void) throws -> WeightError? {
    do {
      try withScope(load)
      return nil
    } catch let error as WeightError {
      return error
    }
  }

  private mutating func addAdapter() {
    for norm in ["noise_norm", "input_norm", "output_norm"] { add("adapter.\(norm).weight", [288]) }
    addLinear("adapter.noise_fc1", 288, 64)
    addLinear("adapter.noise_fc2", 64, 1)
    addBlocks("adapter", width: 288, heads: 8, inner: 576)
    addLinear("adapter.output", 288, 288)
    set("adapter.opening", [0.25, 0.75])
  }

  private mutating func addLips() {
    let sizes = [(5, 32, 5), (32, 64, 3), (64, 96, 3), (96, 160, 3)]
    for (index, (inputs, outputs, kernel)) in sizes.enumerated() {
      add("lips.convolutions.\(index).weight", [outputs, inputs, kernel, kernel])
      add("lips.convolutions.\(index).bias", [outputs])
    }
    addLinear("lips.projection", 1440, 192)
    addBlocks("lips", width: 192, heads: 4, inner: 384)
    add("lips.output_norm.weight", [192])
    let count = Self.directions
    set("known.mean", Self.uniform("known.mean", 192, spread: 0.5))
    set("known.scale", Self.uniform("known.scale", count, spread: 0.5, around: 1))
    set("known.rest_scale", [0.75])
    set("known.threshold", [2000])
    let length = 1 / (192 / Float(count)).squareRoot()
    let basis = (0..<count).flatMap { row in
      Self.uniform("known.basis.\(row)", 192, spread: 1).enumerated().map { index, value in
        index % count == row ? (value < 0 ? -length : length) : 0
      }
    }
    set("known.basis", basis, shape: [count, 192])
  }

  private mutating func addAgreement() {
    for (name, width) in [("lip", 192), ("audio", 288)] {
      add("agreement.\(name)_norm.weight", [width])
      addLinear("agreement.\(name)_fc1", width, 128)
      addLinear("agreement.\(name)_fc2", 128, 64)
    }
  }

  private mutating func addFusion() {
    for (norm, width) in [("input_norm", 288), ("lip_norm", 192), ("output_norm", 288)] {
      add("fusion.\(norm).weight", [width])
    }
    for name in ["fusion.rounds.0", "fusion.rounds.1"] {
      for norm in ["query_norm", "mlp_norm"] { add("\(name).\(norm).weight", [288]) }
      for (projection, inputs) in [
        ("q_proj", 288), ("k_proj", 192), ("v_proj", 192), ("o_proj", 288),
      ] {
        add("\(name).\(projection).weight", [288, inputs])
      }
      add("\(name).slope", [8])
      add("\(name).shift", [8])
      addLinear("\(name).fc1", 288, 864)
      addLinear("\(name).fc2", 864, 288)
    }
    addLinear("fusion.output", 288, 288)
    addLinear("fusion.gate_fc1", 584, 96)
    addLinear("fusion.gate_fc2", 96, 1)
    set("switch.noisiness", [0.2])
    set("switch.agreement", [-0.5, 0.1])
  }

  private mutating func addBaselines() {
    for (norm, width) in [
      ("early.audio_norm", 288), ("early.lip_norm", 192), ("late.lip_norm", 192),
    ] {
      add("\(norm).weight", [width])
    }
    addLinear("early.fc1", 480, 576)
    addLinear("early.fc2", 576, 288)
    addLinear("late.fc1", 192, 384)
    addLinear("late.fc2", 384, 288)
    set("late.share", [0.5])
  }

  private mutating func addBlocks(_ scope: String, width: Int, heads: Int, inner: Int) {
    for name in ["\(scope).blocks.0", "\(scope).blocks.1"] {
      for norm in ["attention_norm", "mlp_norm"] { add("\(name).\(norm).weight", [width]) }
      for projection in ["q_proj", "k_proj", "v_proj", "o_proj"] {
        add("\(name).\(projection).weight", [width, width])
      }
      add("\(name).slope", [heads])
      addLinear("\(name).fc1", width, inner)
      addLinear("\(name).fc2", inner, width)
    }
  }

  private mutating func addLinear(_ name: String, _ inputs: Int, _ outputs: Int) {
    add("\(name).weight", [outputs, inputs])
    add("\(name).bias", [outputs])
  }

  /// A tensor whose spread follows from its name.
  private mutating func add(_ name: String, _ shape: [Int]) {
    let inputs = Double(shape.dropFirst().reduce(1, *))
    let (spread, centre): (Double, Float) =
      switch name {
      case _ where name.hasSuffix("norm.weight"): (0.3, 1)
      case _ where name.hasSuffix(".slope"): (3.5, 4)
      case _ where name.hasSuffix(".shift"): (0.06, 0)
      case _ where name.hasSuffix(".bias"): (0.1, 0)
      case _ where name.contains(".convolutions."): ((12 / inputs).squareRoot(), 0)
      default: ((3 / inputs).squareRoot(), 0)
      }
    let count = shape.reduce(1, *)
    set(name, Self.uniform(name, count, spread: Float(spread), around: centre), shape: shape)
  }

  /// Numbers within `spread` of `centre`, always the same for a name.
  package static func uniform(
    _ name: String, _ count: Int, spread: Float, around centre: Float = 0
  ) -> [Float] {
    words(name, count).map { centre + spread * (Float($0 >> 40) * 0x1p-23 - 1) }
  }

  /// Bytes, always the same for a name.
  package static func bytes(_ name: String, _ count: Int) -> [UInt8] {
    words(name, count).map { UInt8($0 >> 56) }
  }

  /// SplitMix64 from the FNV-1a hash of `name`.
  private static func words(_ name: String, _ count: Int) -> [UInt64] {
    let seed = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.next() }
  }
}
