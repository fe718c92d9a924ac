import NN

/// A state dictionary as `torch.save` wrote it before PyTorch 1.6: pickles one after another
/// (magic number, protocol, system, the dictionary, the storages' keys), then the storages, each
/// an element count of 8 bytes and raw little-endian F32.
struct TorchFile {
  /// 0x1950a86a20f9469cfc6c, little-endian.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let protocolVersion = 1001

  /// The tensors by name, in the dictionary's order, made contiguous.
  let tensors: [TensorData]

  /// Reads the file in `bytes`; names get `prefix`.
  init(_ bytes: [UInt8], prefix: String) throws(PickleError) {
    var pickles = Unpickler(bytes)
    guard bytes.starts(with: [0x80, 2, 0x8A, 10] + Self.magic),
      case .longInteger(Self.magic) = try pickles.next(),
      case .integer(Self.protocolVersion) = try pickles.next()
    else { throw .notATorchFile }
    let system = try pickles.next()
    guard case .boolean(true)? = pickles.entries(of: system)["little_endian"] else {
      throw .notATorchFile
    }
    let state = try pickles.next()
    guard case .dictionary(let items) = state else { throw .notATorchFile }
    let keys = try pickles.next()
    let storages = try Self.storages(listedBy: keys, &pickles)
    guard pickles.position == bytes.count else { throw .notATorchFile }

    var tensors: [TensorData] = []
    for pair in stride(from: 0, to: items.count, by: 2) {
      guard case .string(let name) = pickles.values[items[pair]],
        case .tensor(let tensor) = pickles.values[items[pair + 1]]
      else { throw .notATorchFile }
      guard let storage = storages[tensor.storage.key], tensor.storage.dtype == .f32 else {
        throw .badStorage(tensor.storage.key)
      }
      let elements = try tensor.contiguousBytes(storage: bytes[storage])
      tensors.append(
        TensorData(name: prefix + name, dtype: .f32, shape: tensor.shape, bytes: elements))
    }
    self.tensors = tensors
  }

  private static func storages(
    listedBy keys: PickleValue, _ pickles: inout Unpickler
  ) throws(PickleError) -> [String: Range<Int>] {
    guard case .list(let items) = keys else { throw .notATorchFile }
    var storages: [String: Range<Int>] = [:]
    for item in items {
      guard case .string(let key) = pickles.values[item] else { throw .notATorchFile }
      let count = try pickles.number(8)
      guard 0..<(1 << 40) ~= count else { throw .badStorage(key) }
      let data = try pickles.take(4 * count)
      guard storages.updateValue(data.startIndex..<data.endIndex, forKey: key) == nil else {
        throw .badStorage(key)
      }
    }
    return storages
  }
}

extension TorchTensor {
  /// The bytes of the elements in row-major order, gathered by the strides from `storage`.
  func contiguousBytes(storage: ArraySlice<UInt8>) throws(PickleError) -> [UInt8] {
    let width = self.storage.dtype.byteCount
    let available = storage.count / width
    guard self.storage.count == available, shape.count == strides.count, shape.count <= 8,
      (shape + strides + [offset]).allSatisfy({ 0...available ~= $0 })
    else { throw .badStorage(self.storage.key) }
    // Numbers are at most the storage's size, so these sums and products stay far from overflow
    // for any file that fits into memory; the last element decides, strides being non-negative.
    var count = 1
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let product = count.multipliedReportingOverflow(by: extent)
      guard !product.overflow, product.partialValue <= available else {
        throw .badStorage(self.storage.key)
      }
      count = product.partialValue
      last += max(0, extent - 1) * stride
    }
    guard count == 0 || last < available else { throw .badStorage(self.storage.key) }
    var result: [UInt8] = []
    if strides == rowMajorStrides {
      let start = storage.startIndex + width * offset
      return Array(storage[start..<start + width * count])
    }
    result.reserveCapacity(width * count)
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<count {
      let element = zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 }
      let start = storage.startIndex + width * element
      result.append(contentsOf: storage[start..<start + width])
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return result
  }
}

extension TorchTensor {
  /// The strides of a dense tensor of this shape; sizes have been checked against a storage.
  private var rowMajorStrides: [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }
}

extension Unpickler {
  /// The entries of a dictionary whose keys are strings; none for any other value.
  func entries(of value: PickleValue) -> [String: PickleValue] {
    guard case .dictionary(let items) = value else { return [:] }
    var entries: [String: PickleValue] = [:]
    for pair in stride(from: 0, to: items.count, by: 2) {
      if case .string(let key) = values[items[pair]] { entries[key] = values[items[pair + 1]] }
    }
    return entries
  }
}
