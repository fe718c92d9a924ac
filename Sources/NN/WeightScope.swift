import Synchronization

/// Why a model's weights are not those that a network needs. Names are full paths.
package enum WeightError: Error, Sendable, Hashable {
  case missing(file: String, tensor: String)
  case shape(file: String, tensor: String, expected: [Int], found: [Int])
  case type(file: String, tensor: String, expected: [DType], found: DType)
  /// The scale of an 8-bit tensor is not a positive number.
  case scale(file: String, tensor: String)
  /// The tensor holds something that is no number, or one with which nothing finite can be computed.
  case number(file: String, tensor: String)
  /// Tensors that no layer has asked for, in the order of the file.
  case unused(file: String, tensors: [String])
}

/// A place in the tree of tensor names; layers load their weights relative to it:
/// `scope["model"]["encoder"]["layers"][0].f32("input_layernorm.weight", shape: [512])`.
///
/// All scopes of one file share the record of what has been loaded, and `finish()` asks that
/// nothing was left over, so a weight that the network does not know cannot go unnoticed.
package struct WeightScope: Sendable {
  /// The path so far with its last dot; empty at the root.
  private let prefix: String
  private let file: SafetensorsFile
  private let loaded: LoadRecord

  /// The root of all tensors in `file`.
  package init(_ file: SafetensorsFile) {
    self.init(prefix: "", file: file, loaded: LoadRecord(count: file.entries.count))
  }

  private init(prefix: String, file: SafetensorsFile, loaded: LoadRecord) {
    self.prefix = prefix
    self.file = file
    self.loaded = loaded
  }

  /// The scope `component`, or several joined by dots, below this one.
  package subscript(_ component: String) -> WeightScope {
    WeightScope(prefix: prefix + component + ".", file: file, loaded: loaded)
  }

  /// The scope of one of numbered siblings, as of the layers of a stack.
  package subscript(_ index: Int) -> WeightScope { self[String(index)] }

  /// Shape and type of a tensor, or nil if there is none; it stays unused.
  package func entry(_ name: String) -> TensorEntry? { file[prefix + name] }

  /// The length of a vector, for networks whose width is the file's to tell: a multiple of `step` and not
  /// 0. The vector stays unused.
  package func length(of name: String, multipleOf step: Int = 1) throws(WeightError) -> Int {
    guard let entry = entry(name) else {
      throw .missing(file: file.path, tensor: prefix + name)
    }
    let length = entry.shape.first ?? 0
    guard entry.shape.count == 1, length > 0, length.isMultiple(of: step) else {
      let nearest = max(length / step, 1) * step
      throw .shape(
        file: file.path, tensor: prefix + name, expected: [nearest], found: entry.shape)
    }
    return length
  }

  /// A tensor of numbers of a size below 2^64; F16 and BF16 are widened, which is exact.
  package func f32(
    _ name: String, shape: [Int]
  ) throws(WeightError) -> TensorView<Float> {
    let entry = try checked(name, shape: shape, types: Self.numbers)
    guard isUsable(entry) else { throw .number(file: file.path, tensor: prefix + name) }
    return view(entry)
  }

  private static let numbers: [DType] = [.f32, .f16, .bf16]

  private func view(_ entry: TensorEntry) -> TensorView<Float> {
    switch entry.dtype {
    case .f16:
      TensorView(widening(entry, HalfPrecision.widen), shape: entry.shape)
    case .bf16:
      TensorView(widening(entry) { Float(bitPattern: UInt32($0) << 16) }, shape: entry.shape)
    default:
      TensorView(file: file, entry: entry)
    }
  }

  /// An 8-bit tensor with its grid, `name.scale` F32 [1], or [shape[0]] for one scale an output, and
  /// `name.zero_point` U8 [1].
  package func u8(_ name: String, shape: [Int]) throws(WeightError) -> QuantizedTensor {
    let bytes = try checked(name, shape: shape, types: [.u8])
    let isShared = entry(name + ".scale")?.shape == [1]
    let scales = view(
      try checked(
        name + ".scale", shape: isShared ? [1] : [shape.first ?? 1], types: Self.numbers)
    ).elements
    let zeroPoint = try checked(name + ".zero_point", shape: [1], types: [.u8])
    guard scales.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .scale(file: file.path, tensor: prefix + name + ".scale")
    }
    return QuantizedTensor(
      bytes: TensorView(file: file, entry: bytes), scales: scales,
      zeroPoint: file.withBytes(of: zeroPoint) { $0[0] })
  }

  /// A weight that may be stored as numbers or on an 8-bit grid.
  package func weight(_ name: String, shape: [Int]) throws(WeightError) -> WeightTensor {
    if entry(name)?.dtype == .u8 { return .quantized(try u8(name, shape: shape)) }
    return .float(try f32(name, shape: shape))
  }

  /// Tensors below this scope that nobody has loaded, in the order of the file.
  package var unusedTensors: [String] {
    loaded.missing.map { file.entries[$0].name }.filter { $0.hasPrefix(prefix) }
  }

  /// Throws `unused` when a tensor below this scope was not loaded.
  package func finish() throws(WeightError) {
    let unused = unusedTensors
    guard unused.isEmpty else { throw .unused(file: file.path, tensors: unused) }
  }

  private func checked(
    _ name: String, shape: [Int], types: [DType]
  ) throws(WeightError) -> TensorEntry {
    let name = prefix + name
    guard let index = file.index(of: name) else {
      throw .missing(file: file.path, tensor: name)
    }
    let entry = file.entries[index]
    guard types.contains(entry.dtype) else {
      throw .type(file: file.path, tensor: name, expected: types, found: entry.dtype)
    }
    guard entry.shape == shape else {
      throw .shape(file: file.path, tensor: name, expected: shape, found: entry.shape)
    }
    loaded.mark(index)
    return entry
  }

  /// Whether all elements of a tensor are numbers of a size below 2^64. Products of larger ones overflow in
  /// every network, and 8-bit rows made of them hide it.
  private func isUsable(_ entry: TensorEntry) -> Bool {
    file.withBytes(of: entry) { bytes in
      switch entry.dtype {
      case .f16: Self.isBelow(UInt16(0x7C00), bytes)
      case .bf16: Self.isBelow(UInt16(0x5F80), bytes)
      default: Self.isBelow(UInt32(0x5F80_0000), bytes)
      }
    }
  }

  /// Whether the size of every word, its bits but for the sign, is below `limit`. It looks at every word, so that the loop is one of SIMD
  /// instructions.
  @inline(__always)
  private static func isBelow<Word: FixedWidthInteger & BitwiseCopyable>(
    _ limit: Word, _ bytes: UnsafeRawBufferPointer
  ) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let stride = MemoryLayout<Word>.stride
    var found: Word = 0
    for index in 0..<bytes.count / stride {
      let word = base.loadUnaligned(fromByteOffset: index * stride, as: Word.self)
      found |= word & (Word.max >> 1) >= limit ? 1 : 0
    }
    return found == 0
  }

  /// Inlined, so that the loop over all elements is one of SIMD instructions.
  @inline(__always)
  private func widening(_ entry: TensorEntry, _ widen: (UInt16) -> Float) -> [Float] {
    file.withBytes(of: entry) { bytes in
      let count = bytes.count / 2
      return Array(unsafeUninitializedCapacity: count) { buffer, filled in
        filled = count
        guard let source = bytes.baseAddress, let target = buffer.baseAddress else { return }
        for index in 0..<count {
          target[index] = widen(source.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        }
      }
    }
  }
}

/// IEEE 754 half precision by integer arithmetic: a conversion instruction is not there on every
/// processor, and a call for each element is slow.
package enum HalfPrecision {
  /// The same value in single precision; exact.
  @inline(__always)
  package static func widen(_ half: UInt16) -> Float {
    let bits = UInt32(half)
    // The exponent's bias differs by 112; the product also normalises what is subnormal.
    let finite = Float(bitPattern: (bits & 0x7FFF) << 13) * 0x1p112
    let isFinite = bits & 0x7C00 != 0x7C00
    let magnitude =
      isFinite ? finite.bitPattern : (bits & 0x7FFF) << 13 | 0x7F80_0000
    return Float(bitPattern: magnitude | (bits & 0x8000) << 16)
  }
}

/// Which tensors of a file have been loaded, shared by all its scopes.
private final class LoadRecord: Sendable {
  private let isLoaded: Mutex<[Bool]>

  init(count: Int) {
    isLoaded = Mutex(Array(repeating: false, count: count))
  }

  func mark(_ index: Int) {
    isLoaded.withLock { $0[index] = true }
  }

  var missing: [Int] {
    isLoaded.withLock { flags in flags.indices.filter { !flags[$0] } }
  }
}
