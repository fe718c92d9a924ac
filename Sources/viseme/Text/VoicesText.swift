import Foundation
import Pipeline
import Speakers
import Support
import Transcript

/// The sentences and tables of `viseme voices`, and those for a voice book that cannot be used.
enum VoicesText {
  /// Nil where nobody is left to read it.
  static func failure(_ error: VoicesError) -> Failure? {
    switch error {
    case .book(let error): failure(error)
    case .enrolment(.run(let error), let path): ErrorText.failure(error, name: path)
    case .enrolment(let fault, let path):
      Failure(message: "\(displayed(path)): \(sentence(fault))", code: .unusableInput)
    case .transcript(let error, let path): RenderText.failure(error, name: path)
    case .nothingLearnt(let path):
      Failure(message: "\(displayed(path)): no voice was learnt from it", code: .unusableInput)
    case .nobody(let name):
      Failure(message: "there is no '\(displayed(name))' in the voice book", code: .unusableInput)
    }
  }

  static func failure(_ error: VoiceBookError) -> Failure {
    switch error {
    case .unreadable(let path, let code):
      Failure(
        message: "voice book \(displayed(path)) cannot be read: \(ErrorText.cause(code))",
        code: ErrorText.unreadable(code))
    case .damaged(let path):
      Failure(
        message: "\(displayed(path)): is no voice book, or is damaged; --voice-book none does "
          + "without, and the people in it must be added again",
        code: .unusableInput)
    case .newer(let path):
      Failure(
        message: "voice book \(displayed(path)) was written by a newer viseme",
        code: .unusableInput)
    case .otherNetwork(let path, let network):
      Failure(
        message:
          "voice book \(displayed(path)) has voices as \(displayed(network)) hears them, not "
          + "\(VoiceBook.network); add the people again",
        code: .unusableInput)
    case .busy(let path):
      Failure(
        message: "voice book \(displayed(path)) is being changed by another viseme",
        code: .mayRetry)
    case .output(let error): ErrorText.failure(error)
    }
  }

  static func sentence(_ fault: VoiceEnrolment.Fault) -> String {
    switch fault {
    case .run(let error): ErrorText.failure(error, name: "")?.message ?? ""
    case .voices(let count):
      "\(ErrorText.plural(count, "voice")) are heard in it; a recording of one person alone is "
        + "needed (or viseme voices learn)"
    case .tooShort(let seconds):
      "\(NumberText.fixed(seconds, 1)) s of the voice alone are heard, \(least) s are needed"
    case .noNames: "nobody is named in it: no speaker but \"Speaker 1\" and the like"
    case .otherRecording(let seconds, let told):
      "lasts \(TimeText.clock(seconds)), and the transcript's recording lasted "
        + "\(TimeText.clock(told)): nothing is learnt from another recording"
    }
  }

  private static var least: String { NumberText.fixed(VoiceBook.leastSeconds, 0) }

  static func added(_ name: String, seconds: Double) -> String {
    "added \(displayed(name)): \(NumberText.fixed(seconds, 0)) s of voice"
  }

  static func alike(_ name: String, _ others: [String]) -> String {
    "\(displayed(name)) sounds like \(others.map { displayed($0) }.joined(separator: ", ")), who "
      + "is in the book: where their voices are too alike, neither is named"
  }

  /// A line for each person: name, prints, seconds of voice, when the last was added.
  static func table(_ book: VoiceBook, path: String) -> String {
    guard !book.people.isEmpty else { return "nobody is in the voice book (\(displayed(path)))\n" }
    let rows =
      [["name", "prints", "voice", "added"]]
      + book.people.map { person in
        [
          displayed(person.name, most: 60), String(person.prints.count),
          "\(NumberText.fixed(seconds(person), 0)) s", displayed(person.prints.last?.added ?? ""),
        ]
      }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
    return "\(displayed(path)):\n" + lines.map { "  \($0)\n" }.joined()
  }

  static func json(_ book: VoiceBook, path: String) -> String {
    let people = book.people.map { person in
      JSONText.object([
        ("name", .text(person.name)), ("prints", .integer(person.prints.count)),
        ("seconds", .integer(Int(saturating: seconds(person).rounded()))),
        ("added", .text(person.prints.last?.added ?? "")),
      ])
    }
    return JSONText.object([
      ("path", .text(path)), ("network", .text(VoiceBook.network)), ("people", .list(people)),
    ]).description + "\n"
  }

  /// Seconds of voice in a person's prints; what a file says may be more than any.
  private static func seconds(_ person: VoiceBook.Person) -> Double {
    min(person.prints.reduce(0) { $0 + $1.print.seconds }, longestTime)
  }
}
