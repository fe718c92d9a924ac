import Foundation
import ModelStore
import Pipeline
import SpeechModels

// Options that several commands have.
extension OptionSpec {
  /// `--models`.
  static func models(_ set: @escaping (inout Arguments, String) -> Void) -> OptionSpec {
    .value("models", nil, "DIR", "Where the models lie; see viseme models --help.") {
      arguments, text throws(ExpectedValue) in
      set(&arguments, try TranscribeArguments.path(text))
    }
  }

  /// `--model`.
  static func model(_ set: @escaping (inout Arguments, String) -> Void) -> OptionSpec {
    .value(
      "model", nil, "NAME", "The speech model. Default: \(KnownModel.recogniser.name)."
    ) { set(&$0, $1) }
  }

  /// `--language`.
  static func language(_ set: @escaping (inout Arguments, LanguageChoice) -> Void) -> OptionSpec {
    .value(
      "language", nil, "CODE",
      "The language spoken (de, ja), of those the model knows, or auto: by the first clear speech. "
        + "Default: auto."
    ) { arguments, text throws(ExpectedValue) in
      guard let choice = LanguageChoice(text) else { throw .language }
      set(&arguments, choice)
    }
  }

  /// `--task`.
  static func task(_ set: @escaping (inout Arguments, SpeechTask) -> Void) -> OptionSpec {
    .value(
      "task", nil, "TASK", "transcribe, or translate (into English). Default: transcribe."
    ) { arguments, text throws(ExpectedValue) in
      guard let task = SpeechTask(rawValue: text) else { throw .task }
      set(&arguments, task)
    }
  }

  /// `--threads`.
  static func threads(_ set: @escaping (inout Arguments, Int) -> Void) -> OptionSpec {
    .value("threads", "t", "N", "Threads to use. Default: as many as the machine grants.") {
      arguments, text throws(ExpectedValue) in
      set(&arguments, try TranscribeArguments.wholeNumber(text, in: 1...1024))
    }
  }

  /// `--lip-model`.
  static func lipModel(
    _ set: @escaping (inout Arguments, LipModelChoice) -> Void
  ) -> OptionSpec {
    .value(
      "lip-model", nil, "FILE",
      "Networks trained on the faces of your meetings (see Training); none does without "
        + "lips and without the noise adapter. Default: those that come with viseme."
    ) { arguments, text throws(ExpectedValue) in
      let path = try TranscribeArguments.path(text)
      set(&arguments, path == "none" ? .none : .file(path))
    }
  }
}

/// The speech model that `--model` names.
enum SpeechModelChoice {
  /// Refuses a name under which the store in `folder` has no speech model, if any was given.
  static func check(_ name: String?, folder: String?) throws(UsageError) {
    guard let name, name != KnownModel.recogniser.name else { return }
    let names = store(folder).speechModelNames()
    if !names.contains(name) { throw .noSuchRecogniser(name, there: names) }
  }

  /// Refuses a language or a task that the model does not know.
  static func check(
    _ language: LanguageChoice, _ task: SpeechTask, of name: String?, folder: String?
  ) throws(UsageError) {
    let name = name ?? KnownModel.recogniser.name
    let description = store(folder).speechDescription(name)
    if case .code(let code) = language, let known = description?.languages, !known.contains(code) {
      throw .noSuchLanguage(code, model: name, known: known)
    }
    if task == .translate, description?.languages.count == 1 { throw .cannotTranslate(name) }
  }

  /// Name and version of the chosen model, for what tells results apart.
  static func identity(_ name: String?, folder: String?) -> (name: String, version: String) {
    let usual = KnownModel.recogniser
    guard let name, name != usual.name, let model = try? store(folder).speechModel(name) else {
      return (usual.name, usual.version)
    }
    return (model.name, model.version)
  }

  private static func store(_ folder: String?) -> ModelStore {
    ModelStore(root: folder.map { URL(filePath: $0) } ?? ModelStore.defaultRoot())
  }
}

extension TranscribeArguments {
  static func lips(_ text: String) throws(ExpectedValue) -> LipUse {
    guard let use = LipUse(rawValue: text), !LipUse.baselines.contains(use) else { throw .lips }
    return use
  }
}
