import Glibc

/// Element types of a safetensors file, by the format's own names.
package enum DType: String, Sendable, Hashable {
  case bool = "BOOL"
  case u8 = "U8"
  case i8 = "I8"
  case u16 = "U16"
  case i16 = "I16"
  case f16 = "F16"
  case bf16 = "BF16"
  case u32 = "U32"
  case i32 = "I32"
  case f32 = "F32"
  case u64 = "U64"
  case i64 = "I64"
  case f64 = "F64"

  /// Bytes of one element.
  package var byteCount: Int {
    switch self {
    case .bool, .u8, .i8: 1
    case .u16, .i16, .f16, .bf16: 2
    case .u32, .i32, .f32: 4
    case .u64, .i64, .f64: 8
    }
  }
}

/// What a safetensors file says of one tensor.
package struct TensorEntry: Sendable, Hashable {
  package let name: String
  package let dtype: DType
  /// Row-major; empty for a scalar.
  package let shape: [Int]
  /// Where its bytes lie, counted from the start of the file.
  package let bytes: Range<Int>
}

/// Why a safetensors file cannot be used.
package struct SafetensorsError: Error, Sendable, Hashable {
  package let path: String
  package let fault: Fault

  package enum Fault: Sendable, Hashable {
    /// A system call failed with this `errno`.
    case system(code: Int32)
    case notARegularFile
    /// The header's length field is larger than the file or than `maximumHeaderBytes`.
    case headerLength(UInt64)
    /// The header is not the JSON that the format asks for, at this byte of it.
    case malformedHeader(offset: Int)
    case duplicateTensor(String)
    case unknownType(tensor: String, type: String)
    /// The product of the shape overflows, or is not the number of bytes given.
    case shapeDisagreesWithBytes(tensor: String)
    case outsideFile(tensor: String)
    /// Two tensors share bytes, or bytes before this tensor belong to none.
    case notContiguous(tensor: String)
    /// Bytes after the last tensor belong to none.
    case trailingBytes(Int)
  }
}

/// A safetensors file, mapped into memory and checked before anything is read from it: the header
/// is bounded and strict, names are unique, and the tensors cover the data without holes or
/// overlaps, as the format's specification asks.
///
/// The file must not be truncated in place while it is open (a read would then raise SIGBUS); the
/// model store replaces files by renaming, which leaves an open mapping intact.
package final class SafetensorsFile: Sendable {
  /// Longest header that is read, in bytes; the largest known models need about a tenth of it.
  package static let maximumHeaderBytes = 16 << 20

  package let path: String
  /// The strings under `__metadata__`.
  package let metadata: [String: String]
  /// Every tensor in the order of its data.
  package let entries: [TensorEntry]
  private let mapping: MappedFile
  private let indices: [String: Int]

  /// Maps and checks the file at `path`.
  package convenience init(path: String) throws(SafetensorsError) {
    do throws(SafetensorsError.Fault) {
      try self.init(path, MappedFile(path: path))
    } catch {
      throw SafetensorsError(path: path, fault: error)
    }
  }

  /// Checks a file that is part of the program: its `bytes` must be there as long as the process.
  package convenience init(
    name: String, staticBytes bytes: UnsafeRawBufferPointer
  ) throws(SafetensorsError) {
    do throws(SafetensorsError.Fault) {
      try self.init(name, MappedFile(staticBytes: bytes))
    } catch {
      throw SafetensorsError(path: name, fault: error)
    }
  }

  private init(_ path: String, _ mapping: consuming MappedFile) throws(SafetensorsError.Fault) {
    let header = try mapping.withBytes { bytes throws(SafetensorsError.Fault) in
      try SafetensorsHeader(file: bytes)
    }
    var indices: [String: Int] = [:]
    indices.reserveCapacity(header.entries.count)
    for (index, entry) in header.entries.enumerated() {
      guard indices.updateValue(index, forKey: entry.name) == nil else {
        throw .duplicateTensor(entry.name)
      }
    }
    self.mapping = mapping
    self.path = path
    self.metadata = header.metadata
    self.entries = header.entries
    self.indices = indices
  }

  /// Names of all tensors in the order of their data.
  package var tensorNames: [String] { entries.map(\.name) }

  /// The tensor of this name, if the file has it.
  package subscript(name: String) -> TensorEntry? {
    indices[name].map { entries[$0] }
  }

  /// Position in `entries` of the tensor of this name.
  func index(of name: String) -> Int? { indices[name] }

  /// Calls `body` with the bytes of `entry`, an entry of this file; they are valid during the call.
  package func withBytes<Result, Failure: Error>(
    of entry: TensorEntry, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try mapping.withBytes { bytes throws(Failure) in
      try body(UnsafeRawBufferPointer(rebasing: bytes[entry.bytes]))
    }
  }
}

extension SafetensorsError.Fault: Error {}

/// A file mapped for reading; unmapped when its one owner goes.
///
/// `@unchecked Sendable`: the mapping is private and read-only (`PROT_READ`, `MAP_PRIVATE`), the
/// pointer is set once in `init`, and `munmap` runs only in `deinit`, when nobody can hold a
/// borrow of the owner. So any number of threads only ever read bytes that do not move.
private struct MappedFile: ~Copyable, @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer
  /// Nil for bytes that nobody unmaps.
  private let mapped: UnsafeMutableRawPointer?

  /// Bytes that are there as long as the process.
  init(staticBytes: UnsafeRawBufferPointer) {
    bytes = staticBytes
    mapped = nil
  }

  init(path: String) throws(SafetensorsError.Fault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
    let size = Int(status.st_size)
    // An empty file cannot be mapped, and one without a length field has no header.
    guard size >= 8 else { throw .headerLength(0) }
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw .system(code: errno) }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
    mapped = address
  }

  borrowing func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  deinit {
    if let mapped { munmap(mapped, bytes.count) }
  }
}
