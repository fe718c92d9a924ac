import Foundation
import Testing

@testable import ModelStore

/// Writes files of `torch.save` in its legacy form.
struct TorchFileBuilder {
  struct Tensor {
    var name: String
    var shape: [Int]
    var strides: [Int]
    var offset = 0
    /// Number of the storage.
    var storage = 0
  }

  var tensors: [Tensor]
  /// Numbers in each storage.
  var storages: [[Float]]

  private static let proto: [UInt8] = [0x80, 2]

  private static func text(_ text: String) -> [UInt8] {
    [0x58] + UInt32(text.utf8.count).bytes + Array(text.utf8)
  }

  private static func integer(_ number: Int) -> [UInt8] { [0x4A] + Int32(number).bytes }

  private static func tuple(_ numbers: [Int]) -> [UInt8] {
    [0x28] + numbers.flatMap(integer) + [0x74]
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = Self.proto + [0x8A, 10]
    bytes += [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    bytes += Self.proto + [0x4D, 0xE9, 3, 0x2E]
    bytes += Self.proto + [0x7D] + Self.text("little_endian") + [0x88, 0x73, 0x2E]
    bytes += Self.proto + Array("ccollections\nOrderedDict\n".utf8) + [0x29, 0x52, 0x28]
    for tensor in tensors {
      bytes += Self.text(tensor.name) + Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8)
      bytes += [0x28, 0x28] + Self.text("storage") + Array("ctorch\nFloatStorage\n".utf8)
      bytes += Self.text("\(tensor.storage)") + Self.text("cpu")
      bytes += Self.integer(storages[tensor.storage].count) + [0x4E, 0x74, 0x51]
      bytes += Self.integer(tensor.offset)
      bytes += Self.tuple(tensor.shape) + Self.tuple(tensor.strides)
      bytes += [0x89] + Array("ccollections\nOrderedDict\n".utf8) + [0x29, 0x52, 0x74, 0x52]
    }
    bytes += [0x75, 0x2E]
    bytes += Self.proto + [0x5D, 0x28] + storages.indices.flatMap { Self.text("\($0)") }
    bytes += [0x65, 0x2E]
    for storage in storages {
      bytes += UInt64(storage.count).bytes + storage.flatMap { $0.bitPattern.bytes }
    }
    return bytes
  }
}

@Suite struct TorchFileTests {
  static let valid = TorchFileBuilder(
    tensors: [
      // Memory order is column by column.
      .init(name: "w", shape: [2, 3], strides: [1, 2]),
      .init(name: "b", shape: [2], strides: [3], offset: 1, storage: 1),
      .init(name: "scalar", shape: [], strides: [], offset: 4, storage: 1),
    ], storages: [[1, 4, 2, 5, 3, 6], [0, 7, 0, 0, 8]])

  private func floats(_ tensor: TensorData) -> [Float] {
    stride(from: 0, to: tensor.bytes.count, by: 4).map { start in
      Float(
        bitPattern: tensor.bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }

  @Test func stridesAreHonoured() throws {
    let tensors = try TorchFile(Self.valid.bytes, prefix: "net.").tensors
    #expect(tensors.map(\.name) == ["net.w", "net.b", "net.scalar"])
    #expect(tensors.map(\.shape) == [[2, 3], [2], []])
    #expect(tensors.map(floats) == [[1, 2, 3, 4, 5, 6], [7, 8], [8]])
  }

  private static func changed(_ change: (inout TorchFileBuilder) -> Void) -> [UInt8] {
    var builder = valid
    change(&builder)
    return builder.bytes
  }

  static let hostile: [(String, [UInt8], PickleError)] = [
    ("nothing", [], .notATorchFile),
    ("a zip", [0x50, 0x4B, 3, 4], .notATorchFile),
    ("more behind the end", valid.bytes + [0], .notATorchFile),
    ("beyond the storage", changed { $0.tensors[0].strides = [1, 3] }, .badStorage("0")),
    ("offset beyond the storage", changed { $0.tensors[0].offset = 1 }, .badStorage("0")),
    ("larger than the storage", changed { $0.tensors[0].shape = [7, 3] }, .badStorage("0")),
    ("as many strides as sizes", changed { $0.tensors[0].strides = [1] }, .badStorage("0")),
    (
      "repeats one element into a giant",
      changed { builder in
        builder.tensors[0].shape = [5, 5, 5, 5]
        builder.tensors[0].strides = [0, 0, 0, 0]
      }, .badStorage("0")
    ),
  ]

  @Test(arguments: hostile) func refuses(what: String, bytes: [UInt8], error: PickleError) {
    #expect(throws: error) { try TorchFile(bytes, prefix: "") }
  }

  /// Pickles that would run something, or use an opcode that no state dictionary needs.
  static let pickles: [(String, PickleError)] = [
    ("cos\nsystem\n(X\u{2}\0\0\0idtR.", .forbiddenGlobal("os system")),
    ("cposix\nsystem\n.", .forbiddenGlobal("posix system")),
    ("c__builtin__\neval\n.", .forbiddenGlobal("__builtin__ eval")),
    ("ctorch\nDoubleStorage\n.", .forbiddenGlobal("torch DoubleStorage")),
    ("cbuiltins\ngetattr\n.", .forbiddenGlobal("builtins getattr")),
    ("(S'id'\nios\nsystem\n.", .forbiddenOpcode(0x53, offset: 1)),  // STRING
    ("(ios\nsystem\n.", .forbiddenOpcode(0x69, offset: 1)),  // INST
    ("(os.", .forbiddenOpcode(0x6F, offset: 1)),  // OBJ
    ("\u{1}", .forbiddenOpcode(1, offset: 0)),
    ("ccollections\nOrderedDict\n)\u{7F}.", .forbiddenOpcode(0x7F, offset: 26)),
    ("P1\n.", .forbiddenOpcode(0x50, offset: 0)),  // PERSID
    ("ctorch\nFloatStorage\n)R.", .malformed(offset: 21)),
    ("ccollections\nOrderedDict\n(K\u{1}tR.", .malformed(offset: 29)),
    ("ctorch._utils\n_rebuild_tensor_v2\n)R.", .malformed(offset: 34)),
    (")Q.", .malformed(offset: 1)),
    (")b.", .malformed(offset: 1)),
    ("))b.", .malformed(offset: 2)),
    (".", .malformed(offset: 0)), ("NN.", .malformed(offset: 2)), ("(N.", .malformed(offset: 2)),
    ("t.", .malformed(offset: 0)), ("(\u{1}", .forbiddenOpcode(1, offset: 1)),
    ("}N(u.", .malformed(offset: 3)), ("}(Nu.", .malformed(offset: 3)),
    ("Na.", .malformed(offset: 1)),
    ("(Na.", .malformed(offset: 2)), ("(R.", .malformed(offset: 1)),
    ("h\u{0}.", .malformed(offset: 0)), ("q\u{0}.", .malformed(offset: 0)),
    ("K", .truncated), ("X\u{9}\0\0\0a", .truncated), ("cos", .truncated), ("", .truncated),
  ]

  @Test(arguments: pickles) func refusesPickle(pickle: String, error: PickleError) {
    var unpickler = Unpickler(Array(pickle.utf8))
    #expect(throws: error) { try unpickler.next() }
  }

  @Test func withinItsPlaceInAFileAGlobalIsRefusedToo() {
    var bytes = Self.valid.bytes
    let name = Array("ctorch\nFloatStorage\n".utf8)
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: name) }) else {
      Issue.record("the fixture has no storage")
      return
    }
    bytes.replaceSubrange(start..<start + name.count, with: Array("cos\nsystem\n".utf8))
    #expect(throws: PickleError.forbiddenGlobal("os system")) { try TorchFile(bytes, prefix: "") }
  }

  @Test func opcodesAreBounded() {
    // A list that holds itself ever deeper, and more opcodes than a file of tensors can need.
    let nested = [UInt8](repeating: 0x29, count: 1) + [UInt8](repeating: 0x85, count: 100_000)
    var unpickler = Unpickler(nested + [0x2E])
    #expect(throws: PickleError.tooLarge) { try unpickler.next() }
  }

  @Test func cutFilesAreRefused() {
    let bytes = Self.valid.bytes
    for length in 0..<bytes.count {
      #expect(throws: PickleError.self) { try TorchFile(Array(bytes[..<length]), prefix: "") }
    }
  }

  @Test func flippedBitsDoNoHarm() {
    for changed in Self.valid.bytes.flips(5000) {
      if let file = try? TorchFile(changed, prefix: "") {
        #expect(file.tensors.allSatisfy { $0.bytes.count <= changed.count })
      }
    }
  }
}
