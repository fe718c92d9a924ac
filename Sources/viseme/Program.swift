import Foundation
import Pipeline

/// The command line, from words to an exit code.
enum Program {
  static let version = "0.2.0"

  static func run(_ words: [String]) -> ExitCode {
    let console = Console()
    do throws(UsageError) {
      switch try Command.parse(words) {
      case .version: return StandardOutput.print("viseme \(version)\n", console: console)
      case .help(let topic):
        return StandardOutput.print(HelpText.text(topic), console: console)
      case .transcribe(var arguments):
        if let code = readBook(&arguments, console) { return code }
        let plan = try RunPlan(arguments)
        return Sandbox(plan).run(
          isWanted: plan.isCaged, tells: plan.isVerbose && !plan.isQuiet, console: console
        ) { transcribe(plan, console: console) }
      case .render(let arguments):
        let plan = try arguments.plan()
        return Sandbox(rendering: plan).run(isWanted: plan.isCaged, console: console) {
          RenderCommand(plan: plan, console: console).run()
        }
      case .align(let arguments):
        let plan = try arguments.plan()
        return Sandbox(plan, script: arguments.script).run(
          isWanted: plan.isCaged, tells: plan.isVerbose && !plan.isQuiet, console: console
        ) { align(arguments.script, plan, console) }
      case .probe(let arguments):
        return Sandbox(arguments).run(isWanted: arguments.isCaged, console: console) {
          endingAtOnce {
            ProbeCommand(arguments: arguments, console: console, survey: lipSurvey(arguments)).run()
          }
        }
      case .export(let arguments):
        return Sandbox(arguments).run(isWanted: arguments.isCaged, console: console) {
          export(arguments, console: console)
        }
      case .batch(var arguments):
        // A list may ask for voices by itself.
        let mayAsk = !arguments.manifests.isEmpty
        if let code = readBook(&arguments.transcription, mayAsk: mayAsk, console) { return code }
        return try Sandbox(arguments).run(
          isWanted: arguments.transcription.isCaged, console: console
        ) { () throws(UsageError) in try batch(arguments, console: console) }
      case .batchMerge(let arguments):
        return endingAtOnce { BatchMergeCommand(arguments: arguments, console: console).run() }
      case .eval(let arguments):
        return Sandbox(arguments).run(
          isWanted: arguments.isCaged, tells: arguments.isVerbose, console: console
        ) { evaluate(arguments, words: words, console: console) }
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
      case .voices(let arguments): return voices(arguments, console: console)
      }
    } catch {
      console.say(UsageText.sentence(error))
      return .usage
    }
  }

  /// Reads the voice book where it may be asked for; nil where all is well.
  private static func readBook(
    _ arguments: inout TranscribeArguments, mayAsk: Bool = false, _ console: Console
  ) -> ExitCode? {
    do throws(VoiceBookError) {
      try arguments.readBook(isNeeded: mayAsk || arguments.recognition.voices != nil)
      return nil
    } catch {
      let failure = VoicesText.failure(error)
      console.say(failure.message)
      return failure.code
    }
  }

  private static func voices(_ arguments: VoicesArguments, console: Console) -> ExitCode {
    let interruption = Interruption()
    return withExtendedLifetime(interruption) {
      VoicesCommand(
        arguments: arguments, console: console, cancellation: interruption.cancellation
      ).run()
    }
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
        arguments: arguments, command: line(words),
        console: console, cancellation: interruption.cancellation,
        recognise: clipRecogniser(
          arguments.recognition,
          threads: ThreadCount.choose(requested: arguments.threads),
          cancellation: interruption.cancellation)
      ).run()
    }
  }

  /// The command line.
  private static func line(_ words: [String]) -> String {
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

  private static func align(_ script: String, _ plan: RunPlan, _ console: Console) -> ExitCode {
    let interruption = Interruption()
    return withExtendedLifetime(interruption) {
      AlignCommand(
        script: script, plan: plan, console: console, cancellation: interruption.cancellation
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
