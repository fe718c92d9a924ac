import Foundation
import Pipeline

/// The command line, from words to an exit code.
enum Program {
  static let version = Release.version

  static func run(_ words: [String]) -> ExitCode {
    let console = Console()
    do throws(UsageError) {
      let words = try configured(words)
      switch try Command.parse(words) {
      case .version: return StandardOutput.print("viseme \(version)\n", console: console)
      case .help(let topic):
        return StandardOutput.print(HelpText.text(topic), console: console)
      case .transcribe(let arguments): return try transcribe(arguments, console)
      case .render(let arguments): return try render(arguments, console)
      case .align(let arguments): return try align(arguments, console)
      case .probe(let arguments): return probe(arguments, console)
      case .export(let arguments): return export(arguments, console)
      case .batch(let arguments): return try batch(arguments, console)
      case .batchMerge(let arguments):
        return endingAtOnce { BatchMergeCommand(arguments: arguments, console: console).run() }
      case .eval(let arguments): return evaluate(arguments, words: words, console)
      case .evalCompare(let arguments):
        return EvalCompareCommand(arguments: arguments, console: console).run()
      case .evalScore(let arguments):
        return endingAtOnce {
          EvalScoreCommand(arguments: arguments, command: line(words), console: console).run()
        }
      case .search(let arguments):
        let plan = try arguments.plan()
        return endingAtOnce {
          SearchCommand(
            question: plan.question, term: plan.term, folders: plan.folders, arguments: arguments,
            console: console
          ).run()
        }
      case .models(let arguments):
        return endingAtOnce { ModelsCommand(arguments: arguments, console: console).run() }
      case .voices(let arguments): return voices(arguments, console)
      case .config(let arguments): return try ShellCommands(console: console).config(arguments)
      case .completions(let arguments):
        return try ShellCommands(console: console).completions(arguments)
      case .manual: return ShellCommands(console: console).manual()
      }
    } catch {
      console.say(UsageText.sentence(error))
      return .usage
    }
  }

  /// The words with what the configuration file says before them. Help, and what prints about the program
  /// itself, does without, so that a wrong file can be mended.
  private static func configured(_ words: [String]) throws(UsageError) -> [String] {
    guard let first = words.first, !first.hasPrefix("-"), Configuration.isThere,
      !words.contains("--help"), !words.contains("-h"),
      let (command, _) = CommandCatalogue.command(of: words), !command.options.isEmpty
    else { return words }
    return try Configuration.load(environment: ProcessInfo.processInfo.environment)
      .applied(to: words)
  }

  /// The command line.
  static func line(_ words: [String]) -> String {
    (["viseme"] + words).map(quoted).joined(separator: " ")
  }

  /// A word as a shell would take it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "-_./,:=@%+".contains(Character($0))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
