/// A command line, understood.
enum Command {
  case transcribe(TranscribeArguments)
  case render(RenderArguments)
  case align(AlignArguments)
  case probe(ProbeArguments)
  case export(ExportArguments)
  case batch(BatchArguments)
  case batchMerge(BatchMergeArguments)
  case eval(EvalArguments)
  case evalCompare(EvalCompareArguments)
  case evalScore(EvalScoreArguments)
  case search(SearchArguments)
  case models(ModelsArguments)
  case voices(VoicesArguments)
  case config(ConfigArguments)
  case completions(CompletionsArguments)
  case manual
  case version
  case help(HelpTopic)

  /// Reads the words after the program's name.
  static func parse(_ words: [String]) throws(UsageError) -> Command {
    guard let first = words.first else { throw .noCommand }
    let rest = Array(words.dropFirst())
    switch first {
    case "transcribe":
      return try parse(rest, by: TranscribeArguments.spec, into: .init(), help: .transcribe) {
        arguments throws(UsageError) in
        guard !arguments.inputs.isEmpty else { throw .missingOperand("FILE", command: first) }
        return .transcribe(arguments)
      }
    case "render":
      return try parse(rest, by: RenderArguments.spec, into: .init(), help: .render) {
        arguments throws(UsageError) in
        guard !arguments.transcription.inputs.isEmpty else {
          throw .missingOperand("TRANSCRIPT", command: first)
        }
        return .render(arguments)
      }
    case "align":
      return try parse(rest, by: AlignArguments.spec, into: .init(), help: .align) {
        arguments throws(UsageError) in
        try arguments.check()
        return .align(arguments)
      }
    case "probe":
      return try parse(rest, by: ProbeArguments.spec, into: .init(), help: .probe) {
        arguments throws(UsageError) in
        guard !arguments.inputs.isEmpty else { throw .missingOperand("FILE", command: first) }
        return .probe(arguments)
      }
    case "export":
      return try parse(rest, by: ExportArguments.spec, into: .init(), help: .export) {
        arguments throws(UsageError) in
        guard !arguments.inputs.isEmpty else { throw .missingOperand("FILE", command: first) }
        try arguments.check()
        return .export(arguments)
      }
    case "batch": return try batch(rest)
    case "eval": return try eval(rest)
    case "search":
      return try parse(rest, by: SearchArguments.spec, into: .init(), help: .search) { arguments in
        .search(arguments)
      }
    case "models": return try models(rest)
    case "voices": return try voices(rest)
    case "config":
      return try parse(rest, by: ConfigArguments.spec, into: .init(), help: .config) { .config($0) }
    case "completions":
      return try parse(rest, by: CompletionsArguments.spec, into: .init(), help: .completions) {
        .completions($0)
      }
    case "manual":
      return try parse(rest, by: ManualArguments.spec, into: .init(), help: .manual) { _ in .manual
      }
    case "help": return .help(try topic(rest))
    case "--help", "-h": return .help(.program)
    case "--version", "-V": return .version
    default: throw unknown(first)
    }
  }

  private static func batch(_ words: [String]) throws(UsageError) -> Command {
    guard words.first == "merge" else {
      return try parse(words, by: BatchArguments.spec, into: .init(), help: .batch) {
        arguments throws(UsageError) in
        guard !arguments.transcription.inputs.isEmpty || !arguments.manifests.isEmpty else {
          throw .missingOperand("INPUT or --manifest", command: "batch")
        }
        return .batch(arguments)
      }
    }
    return try parse(
      Array(words.dropFirst()), by: BatchMergeArguments.spec, into: .init(), help: .batchMerge
    ) { arguments throws(UsageError) in
      guard !arguments.reports.isEmpty else {
        throw .missingOperand("REPORT", command: "batch merge")
      }
      return .batchMerge(arguments)
    }
  }

  private static func evalScore(_ words: [String]) throws(UsageError) -> Command {
    try parse(words, by: EvalScoreArguments.spec, into: .init(), help: .evalScore) {
      arguments throws(UsageError) in
      guard !arguments.hypotheses.isEmpty else {
        throw .missingOperand("HYPOTHESES", command: "eval score")
      }
      guard !arguments.references.isEmpty else {
        throw .missingOperand("--reference REF", command: "eval score")
      }
      return .evalScore(arguments)
    }
  }

  private static func eval(_ words: [String]) throws(UsageError) -> Command {
    if words.first == "score" { return try evalScore(Array(words.dropFirst())) }
    guard words.first == "compare" else {
      return try parse(words, by: EvalArguments.spec, into: .init(), help: .eval) {
        arguments throws(UsageError) in
        guard !arguments.inputs.isEmpty else { throw .missingOperand("INPUT", command: "eval") }
        try arguments.check()
        return .eval(arguments)
      }
    }
    return try parse(
      Array(words.dropFirst()), by: EvalCompareArguments.spec, into: .init(), help: .evalCompare
    ) { arguments throws(UsageError) in
      guard arguments.reports.count >= 2 else {
        throw .missingOperand("two reports", command: "eval compare")
      }
      guard arguments.reports.count == 2 else {
        throw .unexpectedOperand(arguments.reports[2], command: "eval compare")
      }
      return .evalCompare(arguments)
    }
  }

  private static func models(_ words: [String]) throws(UsageError) -> Command {
    guard let action: ModelsArguments.Action = try action(words, of: "models") else {
      return .help(.models)
    }
    return try parse(
      Array(words.dropFirst()), by: ModelsArguments.spec(action), into: .init(action: action),
      help: .modelsAction(action)
    ) { arguments throws(UsageError) in
      guard action != .import || !arguments.paths.isEmpty else {
        throw .missingOperand("PATH", command: "models import")
      }
      return .models(arguments)
    }
  }

  private static func voices(_ words: [String]) throws(UsageError) -> Command {
    guard let action: VoicesArguments.Action = try action(words, of: "voices") else {
      return .help(.voices)
    }
    return try parse(
      Array(words.dropFirst()), by: VoicesArguments.spec(action), into: .init(action: action),
      help: .voicesAction(action)
    ) { arguments throws(UsageError) in
      try arguments.check()
      return .voices(arguments)
    }
  }

  /// The command of a family that `words` begin with; nil where help is asked for.
  private static func action<Action: RawRepresentable<String> & CaseIterable>(
    _ words: [String], of family: String
  ) throws(UsageError) -> Action? {
    let names = Action.allCases.map(\.rawValue)
    guard let name = words.first else {
      throw .missingOperand(
        names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""), command: family)
    }
    if name == "--help" || name == "-h" { return nil }
    guard let action = Action(rawValue: name) else {
      let near = Suggestion.closest(to: name, among: names)
      throw .unknownCommand("\(family) \(name)", suggestion: near.map { "\(family) \($0)" })
    }
    return action
  }

  private static func parse<Arguments>(
    _ words: [String], by spec: CommandSpec<Arguments>, into defaults: Arguments,
    help: HelpTopic, _ finish: (Arguments) throws(UsageError) -> Command
  ) throws(UsageError) -> Command {
    switch try OptionParser.parse(words, by: spec, into: defaults) {
    case .help: .help(help)
    case .arguments(let arguments): try finish(arguments)
    }
  }

  private static func topic(_ words: [String]) throws(UsageError) -> HelpTopic {
    switch words.first {
    case nil, "help", "--help", "-h": return .program
    case "transcribe": return .transcribe
    case "render": return .render
    case "align": return .align
    case "probe": return .probe
    case "export": return .export
    case "batch": return words.dropFirst().first == "merge" ? .batchMerge : .batch
    case "eval":
      switch words.dropFirst().first {
      case "compare": return .evalCompare
      case "score": return .evalScore
      default: return .eval
      }
    case "search": return .search
    case "config": return .config
    case "completions": return .completions
    case "manual": return .manual
    case "models":
      guard words.count > 1 else { return .models }
      guard let action = ModelsArguments.Action(rawValue: words[1]) else {
        throw .unknownCommand("models \(words[1])", suggestion: nil)
      }
      return .modelsAction(action)
    case "voices":
      guard words.count > 1 else { return .voices }
      guard let action = VoicesArguments.Action(rawValue: words[1]) else {
        throw .unknownCommand("voices \(words[1])", suggestion: nil)
      }
      return .voicesAction(action)
    case .some(let name): throw unknown(name)
    }
  }

  /// A word that looks like a file was meant to be transcribed.
  private static func unknown(_ word: String) -> UsageError {
    if word.hasPrefix("-") {
      let near = Suggestion.closest(
        to: String(word.drop { $0 == "-" }), among: ["help", "version"])
      return .unknownOption(word, command: "", suggestion: near.map { "--\($0)" })
    }
    let names = [
      "transcribe", "batch", "render", "align", "probe", "export", "eval", "search", "models",
      "voices", "config", "completions", "manual", "help",
    ]
    let isFile = word.contains(".") || word.contains("/")
    let near = isFile ? "transcribe \(word)" : Suggestion.closest(to: word, among: names)
    return .unknownCommand(word, suggestion: near)
  }
}

/// What help can be asked about.
enum HelpTopic {
  case program
  case transcribe
  case render
  case align
  case batch
  case batchMerge
  case probe
  case export
  case eval
  case evalCompare
  case evalScore
  case search
  case models
  case modelsAction(ModelsArguments.Action)
  case voices
  case voicesAction(VoicesArguments.Action)
  case config
  case completions
  case manual
}
