/// What was typed after `viseme config`.
struct ConfigArguments {
  /// The words of a command's name; none for all.
  var command: [String] = []

  static var spec: CommandSpec<ConfigArguments> {
    CommandSpec(
      name: "config",
      summary: "Show which settings hold, and where they come from.",
      synopsis: "[COMMAND]",
      details: [
        "Options that are always the same may stand in a configuration file: the one that "
          + "VISEME_CONFIG names (none where it is empty), else viseme/config.toml in "
          + "$XDG_CONFIG_HOME or ~/.config. Its keys are the long names of options. Keys at the "
          + "top are for every command that has the option, those below [batch] for that command. "
          + "What is typed on the command line counts more.",
        "With COMMAND all its options are shown. The whole file is checked: an unknown key or a "
          + "wrong value is told with its line.",
      ],
      groups: [],
      examples: [
        .init(command: "viseme config", meaning: "the file, and what it sets"),
        .init(command: "viseme config transcribe", meaning: "every option of a command"),
      ],
      operand: { $0.command.append($1) })
  }
}

/// What was typed after `viseme completions`.
struct CompletionsArguments {
  var shells: [String] = []

  static var spec: CommandSpec<CompletionsArguments> {
    CommandSpec(
      name: "completions",
      summary: "Print completions for a shell: bash, zsh or fish.",
      synopsis: "SHELL",
      details: ["make install puts them where the shells look for them."],
      groups: [],
      examples: [
        .init(
          command: "source <(viseme completions bash)", meaning: "for this shell only")
      ],
      operand: { $0.shells.append($1) })
  }
}

/// A shell that completions are written for.
enum Shell: String, CaseIterable {
  case bash, zsh, fish
}

/// What was typed after `viseme manual`.
struct ManualArguments {
  static var spec: CommandSpec<ManualArguments> {
    CommandSpec(
      name: "manual", summary: "Print the manual page, for man.", synopsis: "", details: [],
      groups: [],
      examples: [.init(command: "viseme manual | man -l -", meaning: "read it")], operand: nil)
  }
}
