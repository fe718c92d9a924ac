import Foundation

/// The commands that print what shells, `man` and people need to know of the program.
struct ShellCommands {
  let console: Console

  func config(_ arguments: ConfigArguments) throws(UsageError) -> ExitCode {
    let environment = ProcessInfo.processInfo.environment
    let configuration = try Configuration.load(environment: environment)
    if arguments.command.isEmpty {
      return StandardOutput.print(
        ConfigText.account(configuration, environment: environment), console: console)
    }
    guard let (entry, count) = CommandCatalogue.command(of: arguments.command),
      count == arguments.command.count
    else { throw .unknownCommand(arguments.command.joined(separator: " "), suggestion: nil) }
    return StandardOutput.print(ConfigText.options(of: entry, configuration), console: console)
  }

  func completions(_ arguments: CompletionsArguments) throws(UsageError) -> ExitCode {
    guard let name = arguments.shells.first else {
      throw .missingOperand("bash, zsh or fish", command: "completions")
    }
    guard arguments.shells.count == 1, let shell = Shell(rawValue: name) else {
      throw .unexpectedOperand(arguments.shells.last ?? name, command: "completions")
    }
    let text =
      switch shell {
      case .bash: BashCompletions.text(CommandCatalogue.all)
      case .zsh: ZshCompletions.text(CommandCatalogue.all)
      case .fish: FishCompletions.text(CommandCatalogue.all)
      }
    return StandardOutput.print(text, console: console)
  }

  func manual() -> ExitCode {
    StandardOutput.print(ManualText.page(CommandCatalogue.all), console: console)
  }
}
