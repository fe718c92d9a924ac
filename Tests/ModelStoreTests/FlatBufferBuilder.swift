/// Writes FlatBuffers front to back: a table first, then what it refers to.
struct FlatBufferBuilder {
  /// A field of a table: a number's bytes in place, or a reference to something after it.
  enum Value {
    case scalar([UInt8])
    case string(String)
    case bytes([UInt8])
    case integers([Int64])
    case strings([String])
    case table([Int: Value])
    case tables([[Int: Value]])
  }

  private(set) var bytes: [UInt8] = []

  /// A buffer with `identifier` and the root table of these fields by slot.
  init(identifier: String, root: [Int: Value]) {
    bytes = (8 as UInt32).bytes + Array(identifier.utf8)
    append(.table(root))
  }

  /// Appends a value and gives the position that a reference to it must name.
  @discardableResult
  private mutating func append(_ value: Value) -> Int {
    let start = bytes.count
    switch value {
    case .scalar(let scalar): bytes += scalar
    case .string(let text): bytes += UInt32(text.utf8.count).bytes + Array(text.utf8) + [0]
    case .bytes(let data): bytes += UInt32(data.count).bytes + data
    case .integers(let numbers):
      bytes += UInt32(numbers.count).bytes + numbers.flatMap(\.bytes)
    case .strings(let texts): appendVector(texts.map { .string($0) })
    case .tables(let tables): appendVector(tables.map { .table($0) })
    case .table(let fields): appendTable(fields)
    }
    return start
  }

  private mutating func appendVector(_ values: [Value]) {
    let start = bytes.count
    bytes += UInt32(values.count).bytes + [UInt8](repeating: 0, count: 4 * values.count)
    for (index, value) in values.enumerated() { refer(from: start + 4 + 4 * index, to: value) }
  }

  /// A table of 4 bytes, then the fields of 8 bytes each, then the vtable behind it.
  private mutating func appendTable(_ fields: [Int: Value]) {
    let start = bytes.count
    let slots = fields.keys.sorted()
    let vtable = start + 4 + 8 * slots.count
    bytes += Int32(start - vtable).bytes + [UInt8](repeating: 0, count: 8 * slots.count)
    var offsets = [UInt16](repeating: 0, count: ((slots.last ?? 2) - 2) / 2)
    for (index, slot) in slots.enumerated() { offsets[(slot - 4) / 2] = UInt16(4 + 8 * index) }
    bytes += UInt16(4 + 2 * offsets.count).bytes + UInt16(4 + 8 * slots.count).bytes
    bytes += offsets.flatMap(\.bytes)
    for (index, slot) in slots.enumerated() {
      let place = start + 4 + 8 * index
      guard let value = fields[slot] else { continue }
      if case .scalar(let scalar) = value {
        bytes.replaceSubrange(place..<place + scalar.count, with: scalar)
      } else {
        refer(from: place, to: value)
      }
    }
  }

  private mutating func refer(from place: Int, to value: Value) {
    let target = append(value)
    bytes.replaceSubrange(place..<place + 4, with: UInt32(target - place).bytes)
  }
}
