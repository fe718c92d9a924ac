import Foundation
import NN
import Testing

@testable import ModelStore

@Suite struct SafetensorsWriterTests {
  static let tensors: [TensorData] = [
    TensorData(name: "odd", dtype: .u8, shape: [3], bytes: [1, 2, 3]),
    TensorData(name: "block", shape: [16], floats: Array(repeating: 2, count: 16)),
    TensorData(name: "scalar", shape: [], floats: [4]),
    TensorData(name: "half \"quoted\" \n", dtype: .f16, shape: [1], bytes: [0, 0x3C]),
    TensorData(name: "empty", shape: [0, 3], floats: []),
    TensorData(name: "later block", dtype: .u8, shape: [64], bytes: Array(0..<64)),
  ]

  @Test func whatIsWrittenIsRead() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "x.safetensors")
      let metadata = ["source": "a \"b\"\\\u{1}", "version": "1"]
      try SafetensorsWriter.write(Self.tensors, metadata: metadata, to: url)
      let file = try SafetensorsFile(path: url.path)
      #expect(file.metadata == metadata)
      #expect(file.entries.count == Self.tensors.count)
      for tensor in Self.tensors {
        let entry = try #require(file[tensor.name])
        #expect(entry.shape == tensor.shape && entry.dtype == tensor.dtype)
        #expect(file.bytes(of: entry) == tensor.bytes)
        // Aligned to what divides the size, so to the element, and whole blocks to 64.
        let alignment = 1 << min(6, tensor.bytes.count.trailingZeroBitCount)
        #expect(entry.bytes.lowerBound.isMultiple(of: alignment))
        #expect(entry.bytes.lowerBound.isMultiple(of: tensor.dtype.byteCount))
      }
    }
  }

  @Test func theSameTensorsMakeTheSameFile() throws {
    try withTemporaryFolder { folder in
      let urls = ["a", "b"].map { folder.appending(path: $0) }
      for url in urls {
        try SafetensorsWriter.write(
          Self.tensors, metadata: ["a": "1", "b": "2", "c": "3"], to: url)
      }
      #expect(try Data(contentsOf: urls[0]) == Data(contentsOf: urls[1]))
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsAnError() {
    let url = URL(filePath: "/nowhere/x.safetensors")
    #expect(throws: ModelStoreError.cannotWrite(path: url.path, SystemError(code: ENOENT))) {
      try SafetensorsWriter.write(Self.tensors, metadata: [:], to: url)
    }
  }
}
