internal import ModelStore
internal import NN

/// Why a model cannot be used, imported or installed.
public enum ModelFault: Error, Sendable, Hashable {
  /// No model of this name is known.
  case unknown(String)
  /// `ModelFolder.install` or `viseme models install` brings it.
  case notInstalled(String)
  /// The model is installed, and does not transcribe.
  case notSpeech(String)
  /// A file is missing, or is not the one that was installed.
  case damaged(String, file: String)
  /// Its files are those that were installed, but no weights of its networks.
  case unusable(String)
  /// A file cannot be read or written; the value is `errno`.
  case system(path: String, Int32)
  /// What lies at the path is no model that can be imported; the text says why, for a report.
  case notImportable(path: String, reason: String)
  /// A wheel is not byte for byte the pinned one.
  case wrongChecksum(path: String)
  /// Python with pip is needed and not there.
  case pipMissing
  /// pip failed; its last lines of output.
  case downloadFailed(package: String, output: [String])
  /// The file holds no networks that read lips.
  case unusableLipModel(path: String)
  /// The file's networks were trained beside another speech model.
  case otherLipModel(path: String, trainedWith: String, model: String)
}

extension ModelFault {
  init(_ error: ModelStoreError) {
    switch error {
    case .unknownModel(let name): self = .unknown(name)
    case .notInstalled(let name, _): self = .notInstalled(name)
    case .notSpeech(let name): self = .notSpeech(name)
    case .damaged(let name, let file): self = .damaged(name, file: file)
    case .unusable(let name): self = .unusable(name)
    case .cannotRead(let path, let error), .cannotWrite(let path, let error):
      self = .system(path: path, error.code)
    case .wrongChecksum(let path, _, _): self = .wrongChecksum(path: path)
    case .pipMissing: self = .pipMissing
    case .downloadFailed(let package, _, let output):
      self = .downloadFailed(package: package, output: output)
    case .notRecognised(let path), .missingCompanion(let path), .settings(let path),
      .zip(let path, _), .ort(let path, _), .pickle(let path, _), .cTranslate2(let path, _),
      .ggml(let path, _), .tensors(let path, _), .unknownSize(let path, _, _),
      .tokenizer(let path, _, _):
      self = .notImportable(path: path, reason: "\(error)")
    case .safetensors(let fault):
      self = .notImportable(path: fault.path, reason: "\(error)")
    }
  }
}
