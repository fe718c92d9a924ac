import Evaluation
import Foundation
import NN
import Support
import Transcript

@testable import Demux
@testable import ModelStore
@testable import Search

/// A reader of bytes that others have made. It may refuse them, but not crash, hang, or take memory that
/// they do not account for.
enum FuzzTarget: String, CaseIterable {
  case ctranslate2
  case ggml
  case index
  case inflate
  case ort
  case pickle
  case recording
  case rttm
  case safetensors
  case stm
  case torch
  case transcript
  case zip

  /// The one that `VISEME_FUZZ` names.
  static let chosen: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["VISEME_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = allCases.map(\.rawValue).joined(separator: ", ")
      FileHandle.standardError.write(
        Data("VISEME_FUZZ names no target; there are: \(names)\n".utf8))
      exit(64)
    }
    return target
  }()

  /// Bytes that a compressed entry may claim to unpack to.
  private static let most = 1 << 20

  /// Reads `bytes` to the end. What is refused is refused with an error, which is dropped.
  func read(_ bytes: UnsafeRawBufferPointer) {
    let data = Data(bytes)
    switch self {
    case .ctranslate2: _ = try? CTranslate2File(data)
    case .ggml: _ = try? GGMLFile(data)
    case .index: Self.index(Array(bytes))
    case .inflate: Self.inflate(bytes)
    case .ort: _ = try? OrtModel(Array(bytes))
    case .pickle:
      var pickle = Unpickler(Array(bytes))
      while (try? pickle.next()) != nil {}
    case .recording: Self.recording(bytes)
    case .rttm: _ = RTTM.read(String(decoding: bytes, as: UTF8.self))
    case .safetensors: Self.safetensors(bytes)
    case .stm: _ = STM.read(String(decoding: bytes, as: UTF8.self))
    case .torch:
      _ = try? TorchFile(Array(bytes), prefix: "")
      _ = try? TorchArchive(Array(bytes), path: "fuzz")
    case .transcript: _ = try? TranscriptFile.read(data)
    case .zip: Self.zip(data)
    }
  }

  /// The first two bytes say how much shall come out of the rest.
  private static func inflate(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 2 else { return }
    var output = [UInt8](repeating: 0, count: Int(bytes[0]) | Int(bytes[1]) << 8)
    output.withUnsafeMutableBytes { output in
      _ = try? Inflate.decompress(UnsafeRawBufferPointer(rebasing: bytes[2...]), into: output)
    }
  }

  private static func safetensors(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? SafetensorsFile(name: "fuzz", staticBytes: bytes) else { return }
    let scope = WeightScope(file)
    for name in file.tensorNames {
      guard let entry = file[name] else { continue }
      _ = try? scope.f32(name, shape: entry.shape)
      _ = try? scope.u8(name, shape: entry.shape)
    }
    _ = scope.unusedTensors
  }

  /// An index whose sums are right, or none would come further than those: the bytes are its tables, and
  /// its blocks, too.
  private static func index(_ tables: [UInt8]) {
    for start in [0, tables.count / 2] {
      var file = IndexBytes()
      file.add(raw: tables)
      file.add(UInt64(start))
      file.add(IndexSum.of(Array(tables[start...])))
      file.add(SearchIndex.version)
      file.add(SearchIndex.magic)
      guard let stored = try? StoredIndex(IndexFile(memory: file.bytes)),
        let words = SearchQuery("a", isNear: true)
      else { continue }
      var search = ArchiveSearch(
        stored.index, SearchQuestion(words: words, speaker: nil, limit: 5, context: 3))
      for transcript in stored.index.transcripts {
        var transcript = transcript
        let bytes = try? stored.file.read(transcript.offset, 4 * transcript.pieces)
        let rest = try? stored.file.read(
          transcript.restOffset, transcript.restCount)
        transcript.piecesSum = bytes.map(IndexSum.of) ?? 0
        transcript.restSum = rest.map(IndexSum.of) ?? 0
        try? search.look(in: transcript, stored.file)
      }
    }
  }

  /// What is read of a recording's own structure, beside libavformat.
  private static func recording(_ bytes: UnsafeRawBufferPointer) {
    let path = "/dev/shm/viseme-fuzz-\(getpid())"
    guard let handle = fopen(path, "w") else { return }
    fwrite(bytes.baseAddress, 1, bytes.count, handle)
    fclose(handle)
    defer { unlink(path) }
    guard let file = try? InputFile(path: path) else { return }
    var limits = MediaLimits()
    limits.wholeIndexBytes = 0
    let declared = DeclaredSize(of: file)
    _ = LeanIndex(of: file, declared.index, limits)
    _ = EmptyChunks(of: file)
    _ = OggLinks(of: file)
  }

  private static func zip(_ data: Data) {
    guard let archive = try? ZipArchive(data: data) else { return }
    for name in archive.names.prefix(20) { _ = try? archive.read(name, limit: most) }
  }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  FuzzTarget.chosen.read(UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}
