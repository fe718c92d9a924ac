/// Completions for bash, which has no need of the package bash-completion.
enum BashCompletions {
  static func text(_ commands: [CommandEntry]) -> String {
    let names = Array(Set(commands.map { firstWord($0.name) } + ["help"])).sorted()
    var lines = [
      "# Completions of viseme for bash; made by: viseme completions bash",
      "_viseme() {",
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= words=",
      "  COMPREPLY=()",
      "  if ((COMP_CWORD == 1)); then",
      "    COMPREPLY=($(compgen -W '\(names.joined(separator: " ")) --help --version' -- \"$current\"))",
      "    return",
      "  fi",
      "  case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in",
    ]
    for command in commands where command.name.contains(" ") {
      lines.append("    '\(command.name)') command='\(command.name)' ;;")
    }
    lines += ["    *) command=${COMP_WORDS[1]} ;;", "  esac", "  case \"$command $previous\" in"]
    for command in commands {
      for option in command.options where option.placeholder != nil {
        lines.append("    '\(command.name) --\(option.long)'\(short(command, option)))")
        lines.append("      \(values(OptionChoices(option))); return ;;")
      }
    }
    lines += ["  esac", "  case $command in"]
    for command in commands {
      let options = command.options.map { "--\($0.long)" } + ["--help"]
      lines.append("    '\(command.name)') words='\(options.joined(separator: " "))' ;;")
    }
    let shells = Shell.allCases.map(\.rawValue).joined(separator: " ")
    let families = CommandCatalogue.families
    lines += families.map { "    '\($0.name)') words='\($0.members.joined(separator: " "))' ;;" }
    let closed = (families.map(\.name) + ["help", "completions"]).map { "$command == \($0)" }
    lines += [
      "    'help') words='\(names.joined(separator: " "))' ;;",
      "    *) words= ;;",
      "  esac",
      "  [[ $command == completions && $current != -* ]] && words='\(shells)'",
      "  if [[ $current == -* || \(closed.joined(separator: " || ")) ]]; then",
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))",
      "  else",
      "    compopt -o filenames 2>/dev/null",
      "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")",
      "  fi",
      "}",
      "complete -F _viseme viseme",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func short(_ command: CommandEntry, _ option: OptionEntry) -> String {
    option.short.map { " | '\(command.name) -\($0)'" } ?? ""
  }

  private static func values(_ choices: OptionChoices) -> String {
    switch choices {
    case .none: ":"
    case .file:
      "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"
    case .folder:
      "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"
    case .words(let words):
      "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\"))"
    case .list(let words):
      "local done=${current%\"${current##*,}\"}; "
        + "COMPREPLY=($(compgen -P \"$done\" -W '\(words.joined(separator: " "))' -- \"${current##*,}\"))"
    }
  }

  private static func firstWord(_ name: String) -> String {
    String(name.prefix { $0 != " " })
  }
}
