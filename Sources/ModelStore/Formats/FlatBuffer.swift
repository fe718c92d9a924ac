/// Bounds-checked access to a FlatBuffer's tables, vectors and strings.
///
/// Every position comes from the file, so each access is checked; text and tables are bounded in
/// sum, because a small hostile file may refer to the same long string or vector many times.
struct FlatBuffer {
  let bytes: [UInt8]
  private var textBudget = 64 << 20
  private var tableBudget = 1 << 18

  /// Reads `bytes`.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A table; fields are named by their slot in the vtable.
  struct Table {
    fileprivate let position: Int
    fileprivate let vtable: Int
    fileprivate let vtableSize: Int
  }

  /// Positions of a vector's elements.
  struct Vector {
    /// Position of the first element.
    let start: Int
    let count: Int
  }

  /// The table that the buffer's first word refers to.
  func root() throws(OrtError) -> Table { try table(at: try reference(at: 0)) }

  private func table(at position: Int) throws(OrtError) -> Table {
    let offset: Int32 = try integer(at: position)
    let vtable = position - Int(offset)
    let size: UInt16 = try integer(at: vtable)
    return Table(position: position, vtable: vtable, vtableSize: Int(size))
  }

  /// Position of a field, or nil when it has its default.
  private func field(_ slot: Int, of table: Table) throws(OrtError) -> Int? {
    guard slot + 2 <= table.vtableSize else { return nil }
    let offset: UInt16 = try integer(at: table.vtable + slot)
    return offset == 0 ? nil : table.position + Int(offset)
  }

  /// A number, or nil when it has its default.
  func integer<Value: FixedWidthInteger>(
    _ slot: Int, of table: Table, as type: Value.Type = Value.self
  ) throws(OrtError) -> Value? {
    guard let position = try field(slot, of: table) else { return nil }
    return try integer(at: position)
  }

  /// A table below `table`, or nil when it is absent.
  func table(_ slot: Int, of table: Table) throws(OrtError) -> Table? {
    guard let position = try field(slot, of: table) else { return nil }
    return try self.table(at: try reference(at: position))
  }

  /// A vector of elements of `size` bytes; one without elements when it is absent.
  func vector(_ slot: Int, of table: Table, size: Int) throws(OrtError) -> Vector {
    guard let position = try field(slot, of: table) else { return Vector(start: 0, count: 0) }
    let target = try reference(at: position)
    let count: UInt32 = try integer(at: target)
    let vector = Vector(start: target + 4, count: Int(count))
    guard vector.count * size <= bytes.count - vector.start else {
      throw .outOfBounds(offset: target)
    }
    return vector
  }

  /// The tables that a vector refers to.
  mutating func tables(_ slot: Int, of table: Table) throws(OrtError) -> [Table] {
    let vector = try vector(slot, of: table, size: 4)
    tableBudget -= vector.count
    guard tableBudget >= 0 else { throw .tooLarge }
    var tables: [Table] = []
    tables.reserveCapacity(vector.count)
    for index in 0..<vector.count {
      tables.append(try self.table(at: try reference(at: vector.start + 4 * index)))
    }
    return tables
  }

  /// A string; empty when it is absent.
  mutating func string(_ slot: Int, of table: Table) throws(OrtError) -> String {
    guard let position = try field(slot, of: table) else { return "" }
    return try string(at: try reference(at: position))
  }

  /// The strings that a vector refers to.
  mutating func strings(_ slot: Int, of table: Table) throws(OrtError) -> [String] {
    let vector = try vector(slot, of: table, size: 4)
    var strings: [String] = []
    for index in 0..<vector.count {
      strings.append(try string(at: try reference(at: vector.start + 4 * index)))
    }
    return strings
  }

  private mutating func string(at position: Int) throws(OrtError) -> String {
    let count: UInt32 = try integer(at: position)
    let start = position + 4
    guard Int(count) <= bytes.count - start else { throw .outOfBounds(offset: position) }
    // The word before the text counts as well, or empty strings would cost nothing.
    textBudget -= Int(count) + 4
    guard textBudget >= 0 else { throw .tooLarge }
    let text = String(validating: bytes[start..<start + Int(count)], as: UTF8.self)
    guard let text else { throw .invalidText(offset: position) }
    return text
  }

  /// The target of the reference at `position`; references only lead forward.
  private func reference(at position: Int) throws(OrtError) -> Int {
    let offset: UInt32 = try integer(at: position)
    let target = position + Int(offset)
    guard offset > 0, target < bytes.count else { throw .outOfBounds(offset: position) }
    return target
  }

  /// The little-endian number at `position`, which need not be aligned.
  func integer<Value: FixedWidthInteger>(
    at position: Int, as type: Value.Type = Value.self
  ) throws(OrtError) -> Value {
    guard position >= 0, position <= bytes.count - MemoryLayout<Value>.size else {
      throw .outOfBounds(offset: position)
    }
    return Value(
      littleEndian: bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: position, as: Value.self)
      })
  }
}
