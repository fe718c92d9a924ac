/// Completions for fish.
enum FishCompletions {
  static func text(_ commands: [CommandEntry]) -> String {
    let shells = Shell.allCases.map(\.rawValue).joined(separator: " ")
    var lines = [
      "# Completions of viseme for fish; made by: viseme completions fish",
      "function __viseme_is",
      "  set -l words (commandline -opc)",
      "  set -e words[1]",
      "  test (count $words) -ge (count $argv); or return 1",
      "  for index in (seq (count $argv))",
      "    test \"$words[$index]\" = \"$argv[$index]\"; or return 1",
      "  end",
      "end",
      "function __viseme_needs_command",
      "  test (count (commandline -opc)) -eq 1",
      "end",
      "complete -c viseme -n __viseme_needs_command -f",
    ]
    for command in commands where !command.name.contains(" ") {
      lines.append(
        "complete -c viseme -n __viseme_needs_command -a \(command.name) -d \(quoted(command.summary))"
      )
    }
    for family in CommandCatalogue.families {
      lines += [
        "complete -c viseme -n __viseme_needs_command -a \(family.name) -d \(quoted(family.summary))",
        "complete -c viseme -n '__viseme_is \(family.name); and test (count (commandline -opc)) -eq 2' -f",
      ]
    }
    lines += [
      "complete -c viseme -n __viseme_needs_command -a help -d 'Show help.'",
      "complete -c viseme -n '__viseme_is completions' -f -a '\(shells)'",
    ]
    for command in commands where command.name.contains(" ") {
      let words = command.name.split(separator: " ")
      lines.append(
        "complete -c viseme -n '__viseme_is \(words[0]); and test (count (commandline -opc)) -eq 2' "
          + "-a \(words[1]) -d \(quoted(command.summary))")
    }
    for command in commands {
      for option in command.options { lines.append(line(command, option, commands)) }
      let isMeant = condition(command, commands)
      lines.append("complete -c viseme -n '\(isMeant)' -s h -l help -d 'Show help.'")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(
    _ command: CommandEntry, _ option: OptionEntry, _ commands: [CommandEntry]
  ) -> String {
    var line = "complete -c viseme -n '\(condition(command, commands))'"
    if let short = option.short { line += " -s \(short)" }
    line += " -l \(option.long)"
    if option.placeholder != nil { line += values(OptionChoices(option)) }
    let end = option.help.firstRange(of: ". ").map(\.lowerBound) ?? option.help.endIndex
    return line + " -d \(quoted(String(option.help[..<end])))"
  }

  /// "batch" is not meant where "batch merge" is typed.
  private static func condition(_ command: CommandEntry, _ commands: [CommandEntry]) -> String {
    let longer = commands.filter { $0.name.hasPrefix(command.name + " ") }
    return "__viseme_is \(command.name)"
      + longer.map { "; and not __viseme_is \($0.name)" }.joined()
  }

  private static func values(_ choices: OptionChoices) -> String {
    switch choices {
    case .none: " -x"
    case .file: " -r -F"
    case .folder: " -x -a '(__fish_complete_directories)'"
    case .words(let words): " -x -a '\(words.joined(separator: " "))'"
    case .list(let words):
      " -x -a '(__fish_append , \(words.joined(separator: " ")))'"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }
}
