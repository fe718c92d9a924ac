import Demux
import Evaluation
import Foundation

/// What a person reads of input that an evaluation leaves out.
enum EvalFaultText {
  /// "list.tsv, line 7: no transcript".
  static func line(_ fault: InputFault) -> String {
    // A file that is about itself is named once.
    if case .reference(fault.source, let own) = fault.cause {
      return "\(place(fault)): \(reason(own))"
    }
    return "\(place(fault)): \(reason(fault.cause))"
  }

  /// "list.tsv, line 7".
  static func place(_ fault: InputFault) -> String {
    displayed(fault.source) + (fault.line.map { ", line \($0)" } ?? "")
  }

  static func code(_ cause: InputFault.Cause) -> ExitCode {
    switch cause {
    case .unreadable(let code), .reference(_, .unreadable(let code)): ErrorText.unreadable(code)
    case .recording(let path, let error), .noise(_, .unreadable(let path, let error)):
      ErrorText.failure(error, name: path).code
    case .link(.outOfMemory): .mayRetry
    case .link: .internalError
    case .notText, .badLine, .noColumn, .notJSON, .noPath, .noTranscript, .badTime, .emptySpan,
      .repeated,
      .reference(_, .notText), .reference(_, .badLine), .reference(_, .syntax),
      .reference(_, .wordTimes),
      .reference(_, .noEntry), .silent, .noise(_, .silent), .noise(_, .emptyFolder),
      .noise(_, .noTalkers), .nothing, .notKept, .noTimes, .reference(_, .noHypothesis),
      .reference(_, .member), .reference(_, .transcript):
      .unusableInput
    }
  }

  static func reason(_ cause: InputFault.Cause) -> String {
    switch cause {
    case .unreadable(let code): "cannot be read: \(ErrorText.cause(code))"
    case .notText: "is not UTF-8 text"
    case .badLine: "is longer than any entry, or has letters with more marks than any"
    case .noColumn(let name):
      "the first line names no column '\(name)'; it must name the columns, tab-separated"
    case .notJSON: "is not a JSON object with text and numbers"
    case .noPath: "names no recording"
    case .noTranscript: "has no transcript"
    case .badTime(let field, let value): "\(field) '\(displayed(value))' is no time in seconds"
    case .emptySpan: "no audio between start and end"
    case .repeated(let line): "names a recording again" + (line.map { " (line \($0))" } ?? "")
    case .reference(let path, let fault): "\(displayed(path)) \(reason(fault))"
    case .recording(let path, let error): ErrorText.failure(error, name: path).message
    case .silent: "is silent, though its transcript is not empty"
    case .noise(let name, let error): "no noise '\(displayed(name))': \(reason(error))"
    case .link(let error): reason(error)
    case .nothing: "holds nothing to evaluate"
    case .notKept: "its sounds were not kept; viseme eval --save-audio keeps them"
    case .noTimes(let utterance):
      "has no times, and the recording is scored in parts ('\(displayed(utterance))')"
    }
  }

  static func reason(_ error: NoiseError) -> String {
    switch error {
    case .unreadable(let path, let error): ErrorText.failure(error, name: path).message
    case .silent(let path): "\(displayed(path)) is silent"
    case .emptyFolder(let path): "\(displayed(path)) holds no recording of noise"
    case .noTalkers: "babble needs recordings of other speakers"
    }
  }

  static func reason(_ error: LinkError) -> String {
    switch error {
    case .noEncoder(let name): "this FFmpeg cannot encode Opus (it was built without \(name))"
    case .noMuxer(let name): "this FFmpeg cannot write \(name) files"
    case .outOfMemory: "not enough memory"
    case .failed(let function, let code): "coding with Opus failed (\(function): \(code))"
    }
  }

  private static func reason(_ fault: ReferenceFault) -> String {
    switch fault {
    case .unreadable(let code): "cannot be read: \(ErrorText.cause(code))"
    case .notText: "is not UTF-8 text"
    case .badLine(let line): "is wrong in line \(line): it is too long"
    case .syntax(let error): "is wrong in line \(error.line): \(reason(error.fault))"
    case .wordTimes(let line): "is wrong in line \(line): not a word with its times"
    case .noHypothesis: "is JSON of no kind that is read (viseme, Whisper, SegLST), or breaks off"
    case .member(let name): "\(displayed(name)) is missing or no time in seconds"
    case .transcript(let error): RenderText.sentence(error)
    case .noEntry(let session): "says nothing of '\(displayed(session))'"
    }
  }

  private static func reason(_ fault: LineFault) -> String {
    switch fault {
    case .tooFewFields(let found, let needed): "\(found) fields, \(needed) needed"
    case .notANumber(let field, let text): "\(field) '\(displayed(text))' is no time in seconds"
    case .negative(let field, _): "\(field) is negative"
    case .endsBeforeStart: "it ends before it starts"
    case .unknownType(let type): "there is no object type '\(displayed(type))'"
    case .spanNotToBeScored: "spans that are excluded from scoring are not supported"
    }
  }
}
