import Alignment
import Foundation
import Support

/// The sentences of `viseme align`.
enum AlignText {
  /// Nil when there is nothing to say, as in `ErrorText`.
  static func failure(_ error: AlignError, script: String, recording: String) -> Failure? {
    switch error {
    case .script(let error):
      Failure(message: "\(displayed(script)): \(sentence(error))", code: code(error))
    case .recording(let error): ErrorText.failure(error, name: recording)
    case .pipe:
      Failure(
        message: "\(displayed(recording)): is a pipe, but align reads a recording twice; "
          + "save it to a file", code: .unusableInput)
    case .unrelated(let share):
      Failure(
        message: "\(displayed(script)): only \(percent(share)) of its words were heard in "
          + "\(displayed(recording)); it is the text of another recording, or in another language",
        code: .unusableInput)
    }
  }

  /// What became of a script's words; `isFull` lists them.
  static func notes(_ account: AlignmentAccount, isFull: Bool) -> [String] {
    var notes = [
      "\(account.found) of the \(ErrorText.plural(account.spoken, "word")) of the script were found"
    ]
    if !account.unheard.isEmpty {
      let list = account.unheard.map { word in
        "\(clock(word.time)) \"\(word.text)\"" + (word.instead.map { " (heard: \"\($0)\")" } ?? "")
      }
      notes.append(
        "not said, though the script has \(account.unheard.count == 1 ? "it" : "them"): "
          + ErrorText.plural(account.unheard.count, "word") + details(list, isFull))
    }
    if !account.leftOut.isEmpty {
      let list = account.leftOut.map { "after \(clock($0.time)) \"\($0.text)\"" }
      notes.append(
        "left out, since nothing of it was said: "
          + ErrorText.plural(account.leftOut.count, "passage") + " of "
          + ErrorText.plural(account.leftOutWords, "word") + details(list, isFull))
    }
    if !account.extra.isEmpty {
      let seconds = account.extra.reduce(0) { $0 + $1.end - $1.start }
      let list = account.extra.map { "\(clock($0.start))-\(clock($0.end)) \"\($0.text)\"" }
      notes.append(
        "said, but not in the script: \(ErrorText.plural(account.extra.count, "passage")) of "
          + "\(NumberText.fixed(seconds, 1)) s together" + details(list, isFull))
    }
    if account.formattedCues > 0 {
      notes.append(
        "formatting is not kept (italics, places, colours): "
          + ErrorText.plural(account.formattedCues, "cue"))
    }
    return notes
  }

  private static func details(_ list: [String], _ isFull: Bool) -> String {
    isFull ? ": " + list.joined(separator: ", ") : "; JSON lists them"
  }

  private static func clock(_ seconds: Double) -> String { TimeText.clock(seconds) }

  private static func percent(_ share: Double) -> String {
    "\(Int(saturating: (share * 100).rounded())) %"
  }

  private static func sentence(_ error: ScriptError) -> String {
    switch error {
    case .text(.unreadable(let code)) where code == ENOENT: "no such file"
    case .text(.unreadable(let code)) where code == EISDIR: "is a directory, not a script"
    case .text(.unreadable(let code)): "cannot be read: \(ErrorText.cause(code))"
    case .text(.notText): "is not text in UTF-8"
    case .text(.badLine(let number)): "line \(number) is longer than any line of text"
    case .transcript(let error): RenderText.sentence(error)
    case .notDocument: "is no DOCX document, or a damaged one"
    case .noCues: "has no cues"
    case .noWords: "has no words"
    case .tooLong(let words):
      "has \(words) words; align takes \(ScriptFile.most) at most"
    }
  }

  private static func code(_ error: ScriptError) -> ExitCode {
    switch error {
    case .text(.unreadable(let code)): code == EISDIR ? .noInput : ErrorText.unreadable(code)
    case .text(.notText), .text(.badLine), .transcript, .notDocument, .noCues, .noWords, .tooLong:
      .unusableInput
    }
  }
}
