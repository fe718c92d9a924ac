/// The header of a safetensors file: a little-endian length of 8 bytes, then strict JSON.
///
/// The reader knows just the JSON that the format allows (an object of flat objects), so it needs
/// no recursion, and reads the 30 kB of a speech model in well under a millisecond.
struct SafetensorsHeader {
  private(set) var metadata: [String: String] = [:]
  /// Every tensor in the order of its data.
  private(set) var entries: [TensorEntry] = []

  /// Reads and checks the header of `file`, the bytes of a whole file.
  init(file: UnsafeRawBufferPointer) throws(SafetensorsError.Fault) {
    guard file.count >= 8 else { throw .headerLength(0) }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(SafetensorsFile.maximumHeaderBytes), length <= UInt64(file.count - 8)
    else { throw .headerLength(length) }
    let dataStart = 8 + Int(length)
    var scanner = JSONScanner(bytes: UnsafeRawBufferPointer(rebasing: file[8..<dataStart]))
    try readObjects(&scanner, data: dataStart..<file.count)
    // Empty tensors go before what starts at the same place.
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    try checkCoverage(of: dataStart..<file.count)
  }

  private mutating func readObjects(
    _ scanner: inout JSONScanner, data: Range<Int>
  ) throws(SafetensorsError.Fault) {
    var hasMetadata = false
    try scanner.expect("{")
    while let key = try scanner.nextKey(first: entries.isEmpty && !hasMetadata) {
      if key == "__metadata__" {
        guard !hasMetadata else { throw scanner.malformed }
        metadata = try Self.strings(&scanner)
        hasMetadata = true
      } else {
        entries.append(try Self.tensor(named: key, &scanner, data: data))
      }
    }
    try scanner.expectEnd()
  }

  private static func strings(
    _ scanner: inout JSONScanner
  ) throws(SafetensorsError.Fault) -> [String: String] {
    var result: [String: String] = [:]
    try scanner.expect("{")
    while let key = try scanner.nextKey(first: result.isEmpty) {
      guard result.updateValue(try scanner.string(), forKey: key) == nil else {
        throw scanner.malformed
      }
    }
    return result
  }

  private static func tensor(
    named name: String, _ scanner: inout JSONScanner, data: Range<Int>
  ) throws(SafetensorsError.Fault) -> TensorEntry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    var isFirst = true
    try scanner.expect("{")
    while let key = try scanner.nextKey(first: isFirst) {
      isFirst = false
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      default: throw scanner.malformed
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
      throw scanner.malformed
    }
    guard let dtype = DType(rawValue: type) else { throw .unknownType(tensor: name, type: type) }
    guard offsets[1] <= data.count else { throw .outsideFile(tensor: name) }
    guard byteCount(shape, dtype) == offsets[1] - offsets[0] else {
      throw .shapeDisagreesWithBytes(tensor: name)
    }
    let bytes = data.lowerBound + offsets[0]..<data.lowerBound + offsets[1]
    return TensorEntry(name: name, dtype: dtype, shape: shape, bytes: bytes)
  }

  /// Bytes of a tensor of this shape, or nil when the number is beyond `Int`.
  private static func byteCount(_ shape: [Int], _ dtype: DType) -> Int? {
    var count = dtype.byteCount
    for extent in shape {
      let product = count.multipliedReportingOverflow(by: extent)
      guard !product.overflow else { return nil }
      count = product.partialValue
    }
    return count
  }

  private func checkCoverage(of data: Range<Int>) throws(SafetensorsError.Fault) {
    var end = data.lowerBound
    for entry in entries {
      guard entry.bytes.lowerBound == end else { throw .notContiguous(tensor: entry.name) }
      end = entry.bytes.upperBound
    }
    guard end == data.upperBound else { throw .trailingBytes(data.upperBound - end) }
  }
}
