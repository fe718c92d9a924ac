import Demux

/// What is said of the sound in a page.
enum PageSoundText {
  /// `name` is that of the recording, or of the transcript for `viseme render`.
  static func failure(_ fault: PageSoundFault, name: String) -> Failure {
    switch fault {
    case .pipe(let recording):
      Failure(
        message:
          "\(displayed(recording == "-" ? name : recording)): is a pipe, but --embed-audio reads a "
          + "recording twice; save it to a file", code: .unusableInput)
    case .noRecording(let path):
      Failure(
        message: "\(displayed(name)): --embed-audio needs its recording, and there is no "
          + "\(displayed(path)); name it with --recording", code: .noInput)
    case .sound(.recording(let error), let recording):
      ErrorText.failure(error, name: recording == "-" ? name : recording)
    case .sound(.coding(let error), _):
      Failure(message: "--embed-audio: \(EvalFaultText.reason(error))", code: code(error))
    case .cancelled: Failure(message: "interrupted", code: .interrupted)
    }
  }

  /// A sentence on further tracks that a file holds far behind the others; nil where all is there.
  static func note(leftOut seconds: Double) -> String? {
    guard seconds > 0 else { return nil }
    return
      "the page lacks \(NumberText.fixed(seconds, 1)) s of sound that the file holds more than "
      + "half a minute behind its other tracks"
  }

  /// A sentence where a recording is not as long as the transcript's; nil where it may be that.
  static func note(found: Double?, told: Double?) -> String? {
    guard let found, let told, abs(found - told) > 1 else { return nil }
    return "it lasts \(TimeText.clock(found)), and the transcript's recording lasted "
      + "\(TimeText.clock(told)): is it the same?"
  }

  private static func code(_ error: LinkError) -> ExitCode {
    switch error {
    case .noEncoder, .noMuxer: .unavailable
    case .outOfMemory: .mayRetry
    case .failed: .internalError
    }
  }
}
