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
      case .transcribe(let arguments):
        return transcribe(try RunPlan(arguments), console: console)
      case .render(let arguments):
        return RenderCommand(plan: try arguments.plan(), console: console).run()
      case .probe(let arguments):
        return endingAtOnce {
          ProbeCommand(arguments: arguments, console: console, survey: lipSurvey(arguments)).run()
        }
      case .export(let arguments): return export(arguments, console: console)
      case .batch(let arguments): return try batch(arguments, console: console)
      case .batchMerge(let arguments):
        return endingAtOnce { BatchMergeCommand(arguments: arguments, console: console).run() }
      case .eval(let arguments): return evaluate(arguments, words: words, console: console)
      case .evalCompare(let arguments):
        return EvalCompareCommand(arguments: arguments, console: console).run()
      case .models(let arguments):
        return endingAtOnce { ModelsCommand(arguments: arguments, console: console).run() }
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
    guard let (command, _) = CommandCatalogue.command(of: words), !command.options.isEmpty,
      !words.contains("--help"), !words.contains("-h")
    else { return words }
    return try Configuration.load(environment: ProcessInfo.processInfo.environment)
      .applied(to: words)
  }

  /// Runs a command that ends at the first signal, whatever it does.
  private static func endingAtOnce(_ body: () -> ExitCode) -> ExitCode {
    let interruption = Interruption(patience: 0)
    return withExtendedLifetime(interruption) { body() }
  }

  private static func export(_ arguments: ExportArguments, console: Console) -> ExitCode {
    let interruption = Interruption()
    return withExtendedLifetime(interruption) {
      ExportCommand(
        arguments: arguments, console: console, cancellation: interruption.cancellation
      ).run()
    }
  }

  private static func evaluate(
    _ arguments: EvalArguments, words: [String], console: Console
  ) -> ExitCode {
    let interruption = Interruption()
    return withExtendedLifetime(interruption) {
      EvalCommand(
        arguments: arguments, command: (["viseme"] + words).map(quoted).joined(separator: " "),
        console: console, cancellation: interruption.cancellation,
        recognise: clipRecogniser(
          arguments.recognition,
          threads: ThreadCount.choose(requested: arguments.threads),
          cancellation: interruption.cancellation)
      ).run()
    }
  }

  /// A word as a shell would take it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "-_./,:=@%+".contains(Character($0))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  private static func batch(
    _ arguments: BatchArguments, console: Console
  ) throws(UsageError) -> ExitCode {
    let interruption = Interruption()
    return try withExtendedLifetime(interruption) { () throws(UsageError) in
      try BatchCommand(
        arguments, environment: ProcessInfo.processInfo.environment, console: console,
        cancellation: interruption.cancellation
      ).run()
    }
  }

  private static func transcribe(_ plan: RunPlan, console: Console) -> ExitCode {
    let interruption = Interruption()
    return withExtendedLifetime(interruption) {
      TranscribeCommand(
        plan: plan, console: console, cancellation: interruption.cancellation,
        transcribe: recordingTranscriber()
      ).run()
    }
  }
}
