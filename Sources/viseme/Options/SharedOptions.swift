import Evaluation
import Foundation
import ModelStore
import Pipeline
import SpeechModels

// Options that several commands have.
extension OptionSpec {
  /// `--models`.
  static func models(_ folder: WritableKeyPath<Arguments, String?>) -> OptionSpec {
    .value("models", nil, "DIR", "Where the models lie; see viseme models --help.") {
      arguments, text throws(ExpectedValue) in
      arguments[keyPath: folder] = try TranscribeArguments.path(text)
    }
  }

  /// `--model`.
  static func model(_ options: WritableKeyPath<Arguments, RecognitionOptions>) -> OptionSpec {
    .value(
      "model", nil, "NAME", "The speech model. Default: \(KnownModel.recogniser.name)."
    ) { $0[keyPath: options].model = $1 }
  }

  /// `--second`.
  static func second(_ options: WritableKeyPath<Arguments, RecognitionOptions>) -> OptionSpec {
    .value(
      "second", nil, "NAME",
      "Another speech model for a second opinion: it reads what the first is unsure of, and where "
        + "they differ, the words count that both together find likelier. Default: none."
    ) { $0[keyPath: options].second = $1 }
  }

  /// `--normaliser`.
  static func normaliser(_ chosen: WritableKeyPath<Arguments, [TextNormaliser]>) -> OptionSpec {
    .value(
      "normaliser", nil, "NAME",
      "How texts are made alike before they are compared: whisper, plain or both. Default: "
        + "whisper."
    ) { arguments, text throws(ExpectedValue) in
      arguments[keyPath: chosen] = try EvalArguments.normalisers(text)
    }
  }

  /// `--output-dir` of an evaluation.
  static func results(_ folder: WritableKeyPath<Arguments, String>, usual: String) -> OptionSpec {
    .value("output-dir", "d", "DIR", "Where results go. Default: \(usual).") {
      arguments, text throws(ExpectedValue) in
      arguments[keyPath: folder] = try TranscribeArguments.path(text)
    }
  }

  /// `--channels`.
  static func channels(_ options: WritableKeyPath<Arguments, RecognitionOptions>) -> OptionSpec {
    .value(
      "channels", nil, "WHICH",
      "Whether the channels of a track are transcribed each by itself, as for calls with a person "
        + "on each. One of auto (where two carry different voices most of the time), separate and "
        + "mix. Default: auto."
    ) { arguments, text throws(ExpectedValue) in
      guard let choice = ChannelChoice(rawValue: text) else { throw .channels }
      arguments[keyPath: options].channels = choice
    }
  }

  /// `--language`.
  static func language(_ options: WritableKeyPath<Arguments, RecognitionOptions>) -> OptionSpec {
    .value(
      "language", nil, "CODE",
      "The language spoken (de, ja), of those the model knows, or auto: by the first clear speech. "
        + "Default: auto."
    ) { arguments, text throws(ExpectedValue) in
      guard let choice = LanguageChoice(text) else { throw .language }
      arguments[keyPath: options].language = choice
    }
  }

  /// `--task`.
  static func task(_ options: WritableKeyPath<Arguments, RecognitionOptions>) -> OptionSpec {
    .value(
      "task", nil, "TASK", "transcribe, or translate (into English). Default: transcribe."
    ) { arguments, text throws(ExpectedValue) in
      guard let task = RecognitionTask(rawValue: text) else { throw .task }
      arguments[keyPath: options].task = task
    }
  }

  /// `--threads`.
  static func threads(_ set: @escaping (inout Arguments, Int) -> Void) -> OptionSpec {
    .value("threads", "t", "N", "Threads to use. Default: as many as the machine grants.") {
      arguments, text throws(ExpectedValue) in
      set(&arguments, try TranscribeArguments.wholeNumber(text, in: 1...1024))
    }
  }

  /// `--no-sandbox`.
  static func noSandbox(_ isCaged: WritableKeyPath<Arguments, Bool>) -> OptionSpec {
    .flag(
      "no-sandbox", nil,
      "Do not have the kernel keep viseme from other files, the network and programs."
    ) { $0[keyPath: isCaged] = false }
  }

  /// `--lip-model`.
  static func lipModel(_ options: WritableKeyPath<Arguments, RecognitionOptions>) -> OptionSpec {
    .value(
      "lip-model", nil, "FILE",
      "Networks trained on the faces of your meetings (see Training); none does without "
        + "lips and without the noise adapter. Default: those that come with viseme."
    ) { arguments, text throws(ExpectedValue) in
      let path = try TranscribeArguments.path(text)
      arguments[keyPath: options].lipModel = path == "none" ? .none : .file(path)
    }
  }
}

/// An option that names a speech model.
enum ModelOption: String, Hashable {
  case model = "--model"
  case second = "--second"
}

/// The speech models that `--model` and `--second` name.
enum ModelChoice {
  /// Refuses names under which the store has no speech model, two that have nothing to say to each other, and
  /// a language or a task that one of them does not know.
  static func check(_ options: RecognitionOptions) throws(UsageError) {
    let store = store(options.models)
    let name = options.model ?? KnownModel.recogniser.name
    let names = [(ModelOption.model, options.model), (.second, options.second)]
    for case (let option, let name?) in names where name != KnownModel.recogniser.name {
      let there = store.speechModelNames()
      if !there.contains(name) { throw .noSuchRecogniser(name, option, there: there) }
    }
    if options.second == name { throw .secondIsFirst(name) }
    try check(options, name, store)
    guard let second = options.second else { return }
    try check(options, second, store)
    guard let known = store.speechDescription(name)?.languages,
      let others = store.speechDescription(second)?.languages
    else { return }
    if Set(known).isDisjoint(with: others) { throw .noCommonLanguage(name, second) }
  }

  /// Refuses a language or a task that one of the models does not know.
  private static func check(
    _ options: RecognitionOptions, _ name: String, _ store: ModelStore
  ) throws(UsageError) {
    if options.language == .automatic, options.task == .transcribe { return }
    let known = store.speechDescription(name)?.languages
    if case .code(let code) = options.language, let known, !known.contains(code) {
      throw .noSuchLanguage(code, model: name, known: known)
    }
    if options.task == .translate, known?.count == 1 { throw .cannotTranslate(name) }
  }

  /// Name and version of the chosen model, for what tells results apart.
  static func identity(_ options: RecognitionOptions) -> (name: String, version: String) {
    identity(options.model ?? KnownModel.recogniser.name, options)
  }

  /// The same of the model for second opinions; nil for none.
  static func second(_ options: RecognitionOptions) -> (name: String, version: String)? {
    options.second.map { identity($0, options) }
  }

  private static func identity(
    _ name: String, _ options: RecognitionOptions
  ) -> (name: String, version: String) {
    if let model = try? store(options.models).speechModel(name) {
      return (model.name, model.version)
    }
    // It is not there, which ends the run once a recording is open.
    return (name, KnownModel.all.first { $0.name == name }?.version ?? "")
  }

  /// What the chosen models take.
  static func footprint(_ options: RecognitionOptions) -> ModelFootprint {
    func footprint(_ name: String?) -> ModelFootprint? {
      name.flatMap { try? store(options.models).speechModel($0).footprint }
    }
    let first = footprint(options.model) ?? .usual
    guard let second = options.second else { return first }
    return first + (footprint(second) ?? .usual)
  }

  /// The files of all models that a run with these options may use, with their sums.
  static func checksums(_ options: RecognitionOptions) -> [FileChecksum] {
    let store = store(options.models)
    var names = [KnownModel.sileroVAD.name, options.model ?? KnownModel.recogniser.name]
    if let second = options.second { names.append(second) }
    if options.lipModel != .none { names.append(KnownModel.mtcnn.name) }
    if options.speakers != nil {
      names += [KnownModel.speakerSegmentation.name, KnownModel.speakerEmbedding.name]
    }
    return names.flatMap { name in
      store.checksums(of: name).map { FileChecksum(name: "\(name)/\($0.file)", sha256: $0.sha256) }
    } + lips(options.lipModel)
  }

  private static func lips(_ choice: LipModelChoice) -> [FileChecksum] {
    guard case .file(let path) = choice else { return [] }
    return [FileChecksum.of(path)].compactMap(\.self)
  }

  private static func store(_ folder: String?) -> ModelStore {
    ModelStore(root: folder.map { URL(filePath: $0) } ?? ModelStore.defaultRoot())
  }
}

extension TranscribeArguments {
  static func lips(_ text: String) throws(ExpectedValue) -> LipUse {
    guard let use = LipUse(rawValue: text) else { throw .lips }
    return use
  }
}
