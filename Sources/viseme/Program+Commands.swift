import Foundation
import Pipeline
import Support

/// The commands that work on recordings: each in its sandbox, and stopped by signals.
extension Program {
  static func transcribe(
    _ arguments: TranscribeArguments, _ console: Console
  ) throws(UsageError) -> ExitCode {
    var arguments = arguments
    if let code = readBook(&arguments, console) { return code }
    let plan = try RunPlan(arguments)
    return Sandbox(plan).run(
      isWanted: plan.isCaged, tells: plan.isVerbose && !plan.isQuiet, console: console
    ) {
      interruptible { cancellation in
        TranscribeCommand(
          plan: plan, console: console, cancellation: cancellation,
          transcribe: recordingTranscriber()
        ).run()
      }
    }
  }

  static func render(
    _ arguments: RenderArguments, _ console: Console
  ) throws(UsageError) -> ExitCode {
    let plan = try arguments.plan()
    let sandbox = Sandbox(rendering: plan, recording: arguments.recording)
    return sandbox.run(isWanted: plan.isCaged, console: console) {
      interruptible { cancellation in
        RenderCommand(
          plan: plan, recording: arguments.recording, console: console, cancellation: cancellation
        ).run()
      }
    }
  }

  static func align(
    _ arguments: AlignArguments, _ console: Console
  ) throws(UsageError) -> ExitCode {
    let plan = try arguments.plan()
    return Sandbox(plan, script: arguments.script).run(
      isWanted: plan.isCaged, tells: plan.isVerbose && !plan.isQuiet, console: console
    ) {
      interruptible { cancellation in
        AlignCommand(
          script: arguments.script, plan: plan, console: console, cancellation: cancellation
        ).run()
      }
    }
  }

  static func probe(_ arguments: ProbeArguments, _ console: Console) -> ExitCode {
    Sandbox(arguments).run(isWanted: arguments.isCaged, console: console) {
      endingAtOnce {
        ProbeCommand(arguments: arguments, console: console, survey: lipSurvey(arguments)).run()
      }
    }
  }

  static func export(_ arguments: ExportArguments, _ console: Console) -> ExitCode {
    Sandbox(arguments).run(isWanted: arguments.isCaged, console: console) {
      interruptible { cancellation in
        ExportCommand(arguments: arguments, console: console, cancellation: cancellation).run()
      }
    }
  }

  static func batch(
    _ arguments: BatchArguments, _ console: Console
  ) throws(UsageError) -> ExitCode {
    var arguments = arguments
    // A list may ask for voices by itself.
    let mayAsk = !arguments.manifests.isEmpty
    if let code = readBook(&arguments.transcription, mayAsk: mayAsk, console) { return code }
    return try Sandbox(arguments).run(
      isWanted: arguments.transcription.isCaged, console: console
    ) { () throws(UsageError) in
      try interruptible { cancellation throws(UsageError) in
        try BatchCommand(
          arguments, environment: ProcessInfo.processInfo.environment, console: console,
          cancellation: cancellation
        ).run()
      }
    }
  }

  static func evaluate(_ arguments: EvalArguments, words: [String], _ console: Console) -> ExitCode
  {
    Sandbox(arguments).run(
      isWanted: arguments.isCaged, tells: arguments.isVerbose, console: console
    ) {
      interruptible { cancellation in
        EvalCommand(
          arguments: arguments, command: line(words), console: console, cancellation: cancellation,
          recognise: clipRecogniser(
            arguments.recognition, threads: ThreadCount.choose(requested: arguments.threads),
            cancellation: cancellation)
        ).run()
      }
    }
  }

  static func voices(_ arguments: VoicesArguments, _ console: Console) -> ExitCode {
    interruptible { cancellation in
      VoicesCommand(arguments: arguments, console: console, cancellation: cancellation).run()
    }
  }

  /// Runs a command that ends at the first signal, whatever it does.
  static func endingAtOnce(_ body: () -> ExitCode) -> ExitCode {
    let interruption = Interruption(patience: 0)
    return withExtendedLifetime(interruption) { body() }
  }

  /// Runs a command that signals ask to end.
  private static func interruptible<Failure: Error>(
    _ body: (Cancellation) throws(Failure) -> ExitCode
  ) throws(Failure) -> ExitCode {
    let interruption = Interruption()
    return try withExtendedLifetime(interruption) { () throws(Failure) in
      try body(interruption.cancellation)
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
}
