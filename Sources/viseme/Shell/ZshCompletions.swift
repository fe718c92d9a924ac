/// Completions for zsh, by its `_arguments`.
enum ZshCompletions {
  static func text(_ commands: [CommandEntry]) -> String {
    var lines = [
      "#compdef viseme", "# Completions of viseme for zsh; made by: viseme completions zsh", "",
      "_viseme() {",
      "  local -a commands",
      "  if ((CURRENT == 2)); then",
      "    commands=(",
    ]
    for command in commands where !command.name.contains(" ") {
      lines.append("      '\(command.name):\(escaped(command.summary))'")
    }
    lines += CommandCatalogue.families.map { "      '\($0.name):\(escaped($0.summary))'" }
    lines += [
      "      'help:Show help.'",
      "    )",
      "    _describe -t commands command commands",
      "    return",
      "  fi",
    ]
    for command in commands where command.name.contains(" ") {
      let words = command.name.split(separator: " ")
      lines +=
        [
          "  if [[ $words[2] == \(words[0]) && $words[3] == \(words[1]) ]] && ((CURRENT > 3)); then",
          "    shift 2 words; ((CURRENT -= 2))",
        ] + arguments(command) + ["    return", "  fi"]
    }
    lines += ["  local name=$words[2]", "  shift words; ((CURRENT -= 1))", "  case $name in"]
    for command in commands where !command.name.contains(" ") {
      lines += ["  \(command.name))"] + arguments(command) + ["    ;;"]
    }
    let families = CommandCatalogue.families
    let plain = commands.map(\.name).filter { !$0.contains(" ") } + families.map(\.name)
    lines += families.map {
      "  \($0.name)) _values command \($0.members.joined(separator: " ")) ;;"
    }
    lines += [
      "  help) _values command \(plain.joined(separator: " ")) ;;",
      "  esac",
      "}",
      "",
      "if [[ $funcstack[1] == _viseme ]]; then _viseme \"$@\"; else compdef _viseme viseme; fi",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func arguments(_ command: CommandEntry) -> [String] {
    var lines = ["    _arguments -s -S \\"]
    for option in command.options {
      let help = escaped(firstSentence(option.help))
      let value = option.placeholder.map { "\($0):\(action(OptionChoices(option)))" }
      let long = "--\(option.long)" + (value == nil ? "" : "=")
      let tail = value.map { ":\($0)" } ?? ""
      lines.append("      '*\(long)[\(help)]\(tail)' \\")
      if let short = option.short {
        lines.append("      '*-\(short)\(value == nil ? "" : "+")[\(help)]\(tail)' \\")
      }
    }
    lines.append("      '(- *)'{-h,--help}'[Show help.]'\(command.takesOperands ? " \\" : "")")
    if command.takesOperands { lines.append("      '*:\(operand(command))'") }
    return lines
  }

  private static func operand(_ command: CommandEntry) -> String {
    command.name == CompletionsArguments.spec.name
      ? "shell:(\(Shell.allCases.map(\.rawValue).joined(separator: " ")))" : "file:_files"
  }

  private static func action(_ choices: OptionChoices) -> String {
    switch choices {
    case .none: " "
    case .file: "_files"
    case .folder: "_files -/"
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .list(let words): "_sequence compadd - \(words.joined(separator: " "))"
    }
  }

  private static func firstSentence(_ help: String) -> String {
    let end = help.firstRange(of: ". ").map(\.lowerBound) ?? help.endIndex
    return String(help[..<end])
  }

  /// As `_arguments` and `_describe` take it between single quotes.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("[", with: "\\[").replacing("]", with: "\\]")
      .replacing(":", with: "\\:").replacing("'", with: "'\\''")
  }
}
