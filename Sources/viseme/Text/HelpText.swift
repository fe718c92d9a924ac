import Transcript

/// Help as it is printed: at most 80 columns, made from the tables of options.
enum HelpText {
  private static let width = 80
  private static let column = 28

  static func text(_ topic: HelpTopic) -> String {
    switch topic {
    case .program: program
    case .transcribe: text(TranscribeArguments.spec)
    case .render: text(RenderArguments.spec)
    case .align: text(AlignArguments.spec)
    case .batch: text(BatchArguments.spec)
    case .batchMerge: text(BatchMergeArguments.spec)
    case .probe: text(ProbeArguments.spec)
    case .export: text(ExportArguments.spec)
    case .eval: text(EvalArguments.spec)
    case .evalCompare: text(EvalCompareArguments.spec)
    case .evalScore: text(EvalScoreArguments.spec)
    case .search: text(SearchArguments.spec)
    case .models: models
    case .modelsAction(let action): text(ModelsArguments.spec(action))
    case .voices: voices
    case .voicesAction(let action): text(VoicesArguments.spec(action))
    case .config: text(ConfigArguments.spec)
    case .completions: text(CompletionsArguments.spec)
    case .manual: text(ManualArguments.spec)
    }
  }

  private static func text<Arguments>(_ spec: CommandSpec<Arguments>) -> String {
    var lines = [spec.summary, "", "Usage: viseme \(spec.name) \(spec.synopsis)"]
    for paragraph in spec.details { lines += [""] + wrapped(paragraph, indent: 0) }
    for group in spec.groups {
      lines += ["", "\(group.title):"]
      for option in group.options { lines += entry(name(option), option.help) }
    }
    lines += entry("  -h, --help", "Show this help.")
    if spec.options.contains(where: { $0.long == "format" }) { lines += formats }
    lines +=
      ["", "Examples:"] + spec.examples.flatMap { ["  # \($0.meaning)", "  \($0.command)"] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The table of all formats.
  private static var formats: [String] {
    ["", "Formats:"]
      + TranscriptFormat.allCases.flatMap { entry("  \($0.rawValue)", FormatText.summary($0)) }
  }

  private static var program: String {
    var lines = [
      "viseme turns recorded meetings into timestamped transcripts and subtitles.", "",
      "Usage: viseme COMMAND [OPTIONS]", "", "Commands:",
    ]
    lines += entry("  transcribe FILE...", TranscribeArguments.spec.summary)
    lines += entry("  batch INPUT...", BatchArguments.spec.summary)
    lines += entry("  batch merge REPORT...", BatchMergeArguments.spec.summary)
    lines += entry("  render TRANSCRIPT...", RenderArguments.spec.summary)
    lines += entry("  align SCRIPT RECORDING", AlignArguments.spec.summary)
    lines += entry("  probe FILE...", ProbeArguments.spec.summary)
    lines += entry("  export FILE...", ExportArguments.spec.summary)
    lines += entry("  eval INPUT...", EvalArguments.spec.summary)
    lines += entry("  eval score HYPOTHESES...", EvalScoreArguments.spec.summary)
    lines += entry("  eval compare A B", EvalCompareArguments.spec.summary)
    lines += entry("  search TERM FOLDER...", SearchArguments.spec.summary)
    lines += ModelsArguments.Action.allCases.flatMap { action in
      let spec = ModelsArguments.spec(action)
      return entry("  \(spec.name)\(action == .import ? " PATH..." : "")", spec.summary)
    }
    lines += entry("  voices COMMAND", VoicesArguments.summary)
    lines += entry("  config [COMMAND]", ConfigArguments.spec.summary)
    lines += entry("  completions SHELL", CompletionsArguments.spec.summary)
    lines += entry("  manual", ManualArguments.spec.summary)
    lines += entry("  help [COMMAND]", "Show help; so does viseme COMMAND --help.")
    lines += entry("  --version", "Show the version.")
    lines += ["", "Examples:"]
    lines += ["  viseme models install", "  viseme transcribe meeting.mp4"]
    lines += ["", "Exit status:"]
    lines += ExitCode.allCases.flatMap { code in
      let number = String(code.rawValue)
      let name = String(repeating: " ", count: 5 - number.count) + number
      var meaning = wrapped(code.meaning, indent: 7)
      meaning[0] = name + meaning[0].dropFirst(name.count)
      return meaning
    }
    lines += ["", "Environment:"]
    lines += entry(
      "  VISEME_MODELS",
      "Folder of the models. Default: $XDG_DATA_HOME/viseme/models or "
        + "~/.local/share/viseme/models.")
    lines += entry(
      "  VISEME_VOICE_BOOK",
      "The voice book, none for no names from it. Default: $XDG_DATA_HOME/viseme/voices.book or "
        + "~/.local/share/viseme/voices.book.")
    lines += entry(
      "  VISEME_CONFIG",
      "Configuration file, empty for none. Default: $XDG_CONFIG_HOME/viseme/config.toml or "
        + "~/.config/viseme/config.toml.")
    return lines.joined(separator: "\n") + "\n"
  }

  private static var models: String {
    var lines = ["Install and list the models that viseme needs.", ""]
    lines += ["Usage: viseme models COMMAND [OPTIONS]", "", "Commands:"]
    for action in ModelsArguments.Action.allCases {
      lines += entry("  \(action.rawValue)", ModelsArguments.spec(action).summary)
    }
    lines +=
      [""]
      + wrapped(
        "Models lie in the folder that --models or VISEME_MODELS names, else in "
          + "$XDG_DATA_HOME/viseme/models, else in ~/.local/share/viseme/models.", indent: 0)
    lines +=
      ["", "Examples:"]
      + ModelsArguments.Action.allCases.flatMap { action in
        ModelsArguments.spec(action).examples.map { "  \($0.command)" }
      }
    return lines.joined(separator: "\n") + "\n"
  }

  private static var voices: String {
    var lines = [VoicesArguments.summary, ""]
    lines += ["Usage: viseme voices COMMAND [OPTIONS]", "", "Commands:"]
    for action in VoicesArguments.Action.allCases {
      lines += entry("  \(action.rawValue)", VoicesArguments.spec(action).summary)
    }
    lines +=
      [""]
      + wrapped(
        "With speaker diarization (--speakers auto, or a number) viseme transcribe and viseme "
          + "batch name the voices that are in the book. It is one file: that of --voice-book or "
          + "VISEME_VOICE_BOOK, else $XDG_DATA_HOME/viseme/voices.book, else "
          + "~/.local/share/viseme/voices.book. docs/manual/SPEAKERS.md has more.", indent: 0)
    lines +=
      ["", "Examples:"]
      + VoicesArguments.Action.allCases.flatMap { action in
        VoicesArguments.spec(action).examples.map { "  \($0.command)" }
      }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func name<Arguments>(_ option: OptionSpec<Arguments>) -> String {
    let short = option.short.map { "-\($0), " } ?? "    "
    switch option.action {
    case .flag: return "  \(short)--\(option.long)"
    case .value(let placeholder, _): return "  \(short)--\(option.long) \(placeholder)"
    }
  }

  /// A name and, from the second column on, what is said of it.
  private static func entry(_ name: String, _ help: String) -> [String] {
    var lines = wrapped(help, indent: column)
    if name.count + 2 > column { return [name] + lines }
    lines[0] = name + lines[0].dropFirst(name.count)
    return lines
  }

  private static func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = margin
    for word in text.split(separator: " ") {
      if line.count > indent, line.count + 1 + word.count > width {
        lines.append(line)
        line = margin
      }
      line += (line.count > indent ? " " : "") + word
    }
    return lines + [line]
  }
}
