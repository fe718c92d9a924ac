/// An option of any command, for what must know all of them: completions, manual and configuration.
struct OptionEntry {
  let long: String
  let short: Character?
  let help: String
  /// What help calls the value; nil for an option without one.
  let placeholder: String?
  /// Throws where the text is no value for the option.
  let check: (String) throws(ExpectedValue) -> Void

  init<Arguments>(_ option: OptionSpec<Arguments>, defaults: Arguments) {
    (long, short, help) = (option.long, option.short, option.help)
    switch option.action {
    case .flag:
      placeholder = nil
      check = { _ in }
    case .value(let name, let set):
      placeholder = name
      check = { text throws(ExpectedValue) in
        var arguments = defaults
        try set(&arguments, text)
      }
    }
  }
}

/// A command of the program with its options.
struct CommandEntry {
  /// As typed, such as "models import".
  let name: String
  let summary: String
  let synopsis: String
  let details: [String]
  let groups: [(title: String, options: [OptionEntry])]
  let examples: [(command: String, meaning: String)]
  let takesOperands: Bool
  /// Long names of the options among the words of a command line, up to the first that is wrong.
  let named: ([String]) -> Set<String>

  init<Arguments>(_ spec: CommandSpec<Arguments>, defaults: Arguments) {
    (name, summary, synopsis, details) = (spec.name, spec.summary, spec.synopsis, spec.details)
    groups = spec.groups.map { group in
      (group.title, group.options.map { OptionEntry($0, defaults: defaults) })
    }
    examples = spec.examples.map { ($0.command, $0.meaning) }
    takesOperands = spec.operand != nil
    named = { words in
      var parser = OptionParser(spec: spec, words: words, takesValues: false)
      var arguments = defaults
      _ = try? parser.parse(into: &arguments)
      return parser.named
    }
  }

  var options: [OptionEntry] { groups.flatMap(\.options) }
}

/// All commands, in the order of help.
enum CommandCatalogue {
  /// Words that stand before the names of commands and are none, with what they are for.
  static let families: [(name: String, summary: String, members: [String])] = [
    ("models", "Install, import and list models.", ModelsArguments.Action.allCases.map(\.rawValue)),
    ("voices", VoicesArguments.summary, VoicesArguments.Action.allCases.map(\.rawValue)),
  ]

  static var all: [CommandEntry] {
    [
      CommandEntry(TranscribeArguments.spec, defaults: .init()),
      CommandEntry(BatchArguments.spec, defaults: .init()),
      CommandEntry(BatchMergeArguments.spec, defaults: .init()),
      CommandEntry(RenderArguments.spec, defaults: .init()),
      CommandEntry(AlignArguments.spec, defaults: .init()),
      CommandEntry(ProbeArguments.spec, defaults: .init()),
      CommandEntry(ExportArguments.spec, defaults: .init()),
      CommandEntry(EvalArguments.spec, defaults: .init()),
      CommandEntry(EvalCompareArguments.spec, defaults: .init()),
      CommandEntry(EvalScoreArguments.spec, defaults: .init()),
      CommandEntry(SearchArguments.spec, defaults: .init()),
    ]
      + ModelsArguments.Action.allCases.map {
        CommandEntry(ModelsArguments.spec($0), defaults: .init(action: $0))
      }
      + VoicesArguments.Action.allCases.map {
        CommandEntry(VoicesArguments.spec($0), defaults: .init(action: $0))
      } + [
        CommandEntry(ConfigArguments.spec, defaults: .init()),
        CommandEntry(CompletionsArguments.spec, defaults: .init()),
        CommandEntry(ManualArguments.spec, defaults: .init()),
      ]
  }

  /// The command whose name `words` begin with, the longest one, and the number of its words.
  static func command(of words: [String]) -> (entry: CommandEntry, words: Int)? {
    all.compactMap { entry in
      let name = entry.name.split(separator: " ").map(String.init)
      return words.starts(with: name) ? (entry, name.count) : nil
    }.max { $0.1 < $1.1 }
  }
}
