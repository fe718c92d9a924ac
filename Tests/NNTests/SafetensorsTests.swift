import Foundation
import Testing

@testable import NN

/// A file with the given header and data in the temporary directory; removed by `body`'s end.
func withSafetensors(
  header: String, data: [UInt8], _ body: (String) throws -> Void
) throws {
  let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
  try withFile(length + Array(header.utf8) + data, body)
}

private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
  let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  try body(url.path)
}

private func bytes(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

@Suite struct SafetensorsTests {
  @Test func readsTypesShapesAndMetadata() throws {
    let header = #"""
      {"__metadata__":{"source":"a \"b\" \u00e9\ud83d\ude00"},
       "x":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},
       "y":{"data_offsets":[8,11],"shape":[3],"dtype":"U8"},
       "none":{"dtype":"I64","shape":[0,4],"data_offsets":[8,8]},
       "half":{"dtype":"F16","shape":[],"data_offsets":[11,13]}}
      """#
    try withSafetensors(header: header, data: bytes([1.5, -2]) + [7, 8, 9, 0x00, 0x3E]) { path in
      let file = try SafetensorsFile(path: path)
      #expect(file.metadata == ["source": "a \"b\" é😀"])
      #expect(file.tensorNames == ["x", "none", "y", "half"])
      #expect(file["x"]?.shape == [2, 1])
      #expect(file["y"]?.dtype == .u8)
      #expect(file["z"] == nil)
      let y = try #require(file["y"])
      #expect(file.withBytes(of: y) { Array($0) } == [7, 8, 9])

      let scope = WeightScope(file)
      #expect(try scope.f32("x", shape: [2, 1]).elements == [1.5, -2])
      // 0x3E00 is 1.5 in IEEE binary16.
      #expect(try scope.f32("half", shape: []).elements == [1.5])
      #expect(scope.unusedTensors == ["none", "y"])
    }
  }

  static let one = #""x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}"#
  static let hostile: [(String, SafetensorsError.Fault)] = [
    ("", .malformedHeader(offset: 0)),
    ("[]", .malformedHeader(offset: 0)),
    // A name of more than a kilobyte.
    ("{\"\(String(repeating: "x", count: 1025))\":", .malformedHeader(offset: 1028)),
    ("{\(one)", .malformedHeader(offset: one.utf8.count + 1)),
    ("{\(one)} x", .malformedHeader(offset: one.utf8.count + 3)),
    ("{\(one),}", .malformedHeader(offset: one.utf8.count + 2)),
    ("{\(one),\(one)}", .notContiguous(tensor: "x")),
    (
      #"{"x":{"dtype":"U9","shape":[4],"data_offsets":[0,4]}}"#,
      .unknownType(tensor: "x", type: "U9")
    ),
    (
      #"{"x":{"dtype":"U8","shape":[5],"data_offsets":[0,4]}}"#,
      .shapeDisagreesWithBytes(tensor: "x")
    ),
    (#"{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#, .outsideFile(tensor: "x")),
    (#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, .notContiguous(tensor: "x")),
    (#"{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, .trailingBytes(2)),
    (
      #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#,
      .shapeDisagreesWithBytes(tensor: "x")
    ),
    (
      #"{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"#
        + #""y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, .notContiguous(tensor: "y")
    ),
    (
      #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, .duplicateTensor("x")
    ),
    ("{}", .trailingBytes(4)),
  ]

  @Test(arguments: hostile) func refuses(header: String, fault: SafetensorsError.Fault) throws {
    try withSafetensors(header: header, data: [1, 2, 3, 4]) { path in
      #expect(throws: SafetensorsError(path: path, fault: fault)) {
        try SafetensorsFile(path: path)
      }
    }
  }

  @Test(arguments: [
    #"{"x":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}"#,
    #"{"x":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}"#,
    #"{"x":{"dtype":"U8","shape":[04],"data_offsets":[0,4]}}"#,
    #"{"x":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,4]}}"#,
    #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#,
    #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}"#,
    #"{"x":{"dtype":"U8","shape":[4]}}"#,
    #"{"x":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
    #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":[]}}"#,
    #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":{"a":"b","a":"b"}}"#,
    #"{"__metadata__":{},"__metadata__":{}}"#,
    #"{"\ud83d":{}}"#, #"{"\u12":{}}"#, #"{"\q":{}}"#, "{\"\u{1}\":{}}", "{\"x", "{\"x\\",
  ]) func refusesMalformedJSON(header: String) throws {
    try withSafetensors(header: header, data: [1, 2, 3, 4]) { path in
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
      guard case .malformedHeader = error?.fault else {
        Issue.record("\(String(describing: error?.fault))")
        return
      }
    }
  }

  @Test func refusesInvalidUTF8InNames() throws {
    let header = Array("{\"".utf8) + [0xFF] + Array("\":{}}".utf8)
    try withFile([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header) { path in
      #expect(throws: SafetensorsError(path: path, fault: .malformedHeader(offset: 3))) {
        try SafetensorsFile(path: path)
      }
    }
  }

  @Test(
    arguments: [
      ([], 0), ([1, 2, 3], 0), ([9, 0, 0, 0, 0, 0, 0, 0, 0x7B], 9),
      ([255, 255, 255, 255, 255, 255, 255, 255], UInt64.max),
    ] as [([UInt8], UInt64)]) func refusesHeaderLength(bytes: [UInt8], length: UInt64) throws
  {
    try withFile(bytes) { path in
      #expect(throws: SafetensorsError(path: path, fault: .headerLength(length))) {
        try SafetensorsFile(path: path)
      }
    }
  }

  @Test func refusesWhatIsNoFile() throws {
    let directory = FileManager.default.temporaryDirectory.path
    #expect(throws: SafetensorsError(path: directory, fault: .notARegularFile)) {
      try SafetensorsFile(path: directory)
    }
    let missing = directory + "/\(UUID())"
    #expect(throws: SafetensorsError(path: missing, fault: .system(code: ENOENT))) {
      try SafetensorsFile(path: missing)
    }
  }

  @Test func everyByteFlippedInAHeaderIsReadOrRefused() throws {
    let header = "{\(Self.one),\"__metadata__\":{\"a\":\"b\"}}"
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    let valid = length + Array(header.utf8) + [1, 2, 3, 4]
    for index in valid.indices {
      for bit in 0..<8 {
        var changed = valid
        changed[index] ^= 1 << UInt8(bit)
        try withFile(changed) { path in
          // Reading must end in a file or an error; what is read lies within the file.
          if let file = try? SafetensorsFile(path: path) {
            #expect(file.entries.allSatisfy { $0.bytes.upperBound <= changed.count })
          }
        }
      }
    }
  }
}

@Suite struct WeightScopeTests {
  static let header = #"""
    {"a.b.w":{"dtype":"U8","shape":[1,2],"data_offsets":[0,2]},
     "a.b.w.scale":{"dtype":"F32","shape":[1],"data_offsets":[2,6]},
     "a.b.w.zero_point":{"dtype":"U8","shape":[1],"data_offsets":[6,7]},
     "a.0.n":{"dtype":"BF16","shape":[2],"data_offsets":[7,11]},
     "a.1.n":{"dtype":"F32","shape":[1],"data_offsets":[11,15]}}
    """#

  private func withScope(scale: Float = 0.5, _ body: (WeightScope, String) throws -> Void) throws {
    // BF16 is the upper half of a binary32: 0x3FC0 is 1.5, 0xC000 is -2.
    let data = [3, 250] + bytes([scale]) + [128, 0xC0, 0x3F, 0x00, 0xC0] + bytes([42])
    try withSafetensors(header: Self.header, data: data) { path in
      try body(WeightScope(SafetensorsFile(path: path)), path)
    }
  }

  @Test func loadsByPathAndAccountsForEveryTensor() throws {
    try withScope { scope, path in
      let quantized = try scope["a"]["b"].u8("w", shape: [1, 2])
      #expect(quantized.bytes.elements == [3, 250])
      #expect(quantized.scales == [0.5])
      #expect(quantized.zeroPoint == 128)
      #expect(try scope["a"][0].f32("n", shape: [2]).elements == [1.5, -2])
      try scope["a"]["b"].finish()
      #expect(throws: WeightError.unused(file: path, tensors: ["a.1.n"])) { try scope.finish() }
      // This one lies at an odd place in the file.
      #expect(try scope["a.1"].f32("n", shape: [1]).elements == [42])
      try scope.finish()
    }
  }

  @Test func namesWhatIsWrong() throws {
    try withScope { scope, path in
      #expect(throws: WeightError.missing(file: path, tensor: "a.c.w")) {
        try scope["a"]["c"].f32("w", shape: [1])
      }
      #expect(
        throws: WeightError.shape(file: path, tensor: "a.1.n", expected: [2], found: [1])
      ) { try scope["a"][1].f32("n", shape: [2]) }
      #expect(
        throws: WeightError.type(file: path, tensor: "a.1.n", expected: [.u8], found: .f32)
      ) { try scope["a"][1].u8("n", shape: [1]) }
    }
  }

  @Test(arguments: [0, -1, .infinity, .nan] as [Float])
  func refusesScalesThatAreNoScale(scale: Float) throws {
    try withScope(scale: scale) { scope, path in
      #expect(throws: WeightError.scale(file: path, tensor: "a.b.w.scale")) {
        try scope["a.b"].u8("w", shape: [1, 2])
      }
    }
  }

  @Test(arguments: [.infinity, -.infinity, .nan] as [Float])
  func refusesNumbersThatAreNone(value: Float) throws {
    try withScope(scale: value) { scope, path in
      #expect(throws: WeightError.number(file: path, tensor: "a.b.w.scale")) {
        try scope["a.b.w"].f32("scale", shape: [1])
      }
    }
  }

  @Test func viewsKeepTheirFileAlive() throws {
    var view: TensorView<Float>?
    try withScope { scope, _ in view = try scope["a"][1].f32("n", shape: [1]) }
    #expect(view?.elements == [42])
  }

  @Test func weightsComeAsTheyAreStored() throws {
    try withScope { scope, _ in
      guard case .quantized = try scope["a.b"].weight("w", shape: [1, 2]),
        case .float = try scope["a"][1].weight("n", shape: [1])
      else {
        Issue.record("wrong kind")
        return
      }
      #expect(scope.unusedTensors == ["a.0.n"])
    }
  }
}
