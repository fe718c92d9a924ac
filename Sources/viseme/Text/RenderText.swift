import Foundation
import Transcript

/// The sentences for all that can go wrong in `viseme render`.
enum RenderText {
  static func failure(_ error: RenderError, name: String) -> Failure {
    switch error {
    case .unreadable(let code):
      Failure(
        message: "\(displayed(name)): \(cause(code))",
        code: isRefusal(code) ? .permissionDenied : .noInput)
    case .file(let error):
      Failure(message: "\(displayed(name)): \(sentence(error))", code: .unusableInput)
    case .output(let error): ErrorText.failure(error)
    case .page(let fault): PageSoundText.failure(fault, name: name)
    }
  }

  static func sentence(_ error: TranscriptFileError) -> String {
    switch error {
    case .notJSON: "is not JSON, or breaks off"
    case .notTranscript: "is JSON, but no transcript of viseme"
    case .newer(let version):
      "has version \(version) of the schema, which this viseme (\(Program.version)) does not know; "
        + "a later viseme reads it"
    case .missing(let member): "lacks the member \(displayed(member))"
    case .wrong(let member, let expected): "\(displayed(member)) is not \(noun(expected))"
    case .textDiffers(let member):
      "\(displayed(member)) is not the text of its words; correct the words, which alone have times"
    }
  }

  private static func cause(_ code: Int32) -> String {
    if code == ENOENT { return "no such file" }
    if code == EISDIR { return "is a directory, not a transcript" }
    return isRefusal(code) ? "may not be read" : "cannot be read: \(ErrorText.cause(code))"
  }

  private static func isRefusal(_ code: Int32) -> Bool { code == EACCES || code == EPERM }

  private static func noun(_ expected: TranscriptFileError.Expected) -> String {
    switch expected {
    case .text: "a text"
    case .object: "an object"
    case .list: "a list"
    case .wholeNumber: "a whole number"
    case .truth: "true or false"
    case .seconds: "a time in seconds (from 0, an end not before its start)"
    case .share: "a number from 0 to 1"
    case .ordinal: "a whole number from 1 on"
    case .place: "two numbers from 0 to 1"
    }
  }
}
