/// What the process tells its caller; the numbers are those of BSD's sysexits.
enum ExitCode: Int32, CaseIterable {
  case success = 0
  case nothingFound = 1
  case usage = 64
  case unusableInput = 65
  case noInput = 66
  case unavailable = 69
  case internalError = 70
  case cannotCreateOutput = 73
  case ioError = 74
  case mayRetry = 75
  case permissionDenied = 77
  case interrupted = 130

  /// As help explains it.
  var meaning: String {
    switch self {
    case .success: "success"
    case .nothingFound: "viseme search found nothing"
    case .usage: "the command line is not right"
    case .unusableInput:
      "the input is no recording that can be transcribed; in a batch, one or more"
    case .noInput: "the input does not exist, is a directory, or (batch) holds no recording"
    case .unavailable: "a model or a library of FFmpeg is missing or damaged"
    case .internalError: "an error in viseme itself"
    case .cannotCreateOutput: "an output cannot be created"
    case .ioError: "reading or writing failed, or the disk is full"
    case .mayRetry:
      "memory, threads, descriptors or a batch's space ran out, or it could not read: try again later"
    case .permissionDenied: "the input may not be read"
    case .interrupted: "interrupted"
    }
  }
}
