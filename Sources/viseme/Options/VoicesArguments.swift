import Foundation
import Pipeline

/// Which voice book is read with speaker diarization.
enum VoiceBookChoice: Hashable {
  /// The usual one, if there is one and `VISEME_VOICE_BOOK` is not "none".
  case automatic
  case none
  case file(String)

  /// The book; nil for none.
  func read() throws(VoiceBookError) -> VoiceBook? {
    switch self {
    case .automatic:
      VoiceBookFile.isTurnedOff() ? nil : try VoiceBookFile.usual().readIfPresent()
    case .none: nil
    case .file(let path): try VoiceBookFile(path: path).read()
    }
  }
}

extension TranscribeArguments {
  /// Reads the voice book where speaker diarization may run.
  mutating func readBook(isNeeded: Bool) throws(VoiceBookError) {
    guard isNeeded else { return }
    recognition.book = try voiceBook.read()
  }
}

/// What was typed after `viseme voices add`, `voices learn`, `voices list`, `voices remove` and `voices
/// where`.
struct VoicesArguments {
  enum Action: String, CaseIterable {
    case add, learn, list, remove
    case place = "where"
  }

  var action: Action
  var operands: [String] = []
  var book = VoiceBookFile.usual()
  var models: String?
  var isJSON = false
  var isQuiet = false

  init(action: Action) { self.action = action }

  /// What all of them are for.
  static let summary = "Keep a book of voices, by which people are named in every recording."

  /// Refuses words that are too few, too many or no name.
  func check() throws(UsageError) {
    let command = "voices \(action.rawValue)"
    switch action {
    case .add:
      guard operands.count >= 2 else {
        throw .missingOperand(operands.isEmpty ? "NAME and FILE" : "FILE", command: command)
      }
      guard VoiceBook.isName(operands[0]) else { throw .noName(operands[0]) }
    case .learn:
      guard let first = operands.first else {
        throw .missingOperand("TRANSCRIPT", command: command)
      }
      if operands.count > 2 { throw .unexpectedOperand(operands[2], command: command) }
      if first == "-", operands.count < 2 { throw .missingOperand("RECORDING", command: command) }
    case .remove:
      guard !operands.isEmpty else { throw .missingOperand("NAME", command: command) }
    case .list, .place:
      if let word = operands.first { throw .unexpectedOperand(word, command: command) }
    }
  }
}

extension VoicesArguments {
  typealias Option = OptionSpec<VoicesArguments>

  static func spec(_ action: Action) -> CommandSpec<VoicesArguments> {
    let (summary, synopsis, details, example) = texts(action)
    var options = [book]
    if action == .add || action == .learn { options += [.models(\.models)] }
    if action == .list {
      options += [
        .flag("json", nil, "Print one JSON object, without the prints.") { $0.isJSON = true }
      ]
    }
    if action != .list, action != .place {
      options += [.flag("quiet", "q", "Print errors only.") { $0.isQuiet = true }]
    }
    return CommandSpec(
      name: "voices \(action.rawValue)", summary: summary, synopsis: synopsis, details: details,
      groups: [OptionGroup(title: "Options", options: options)], examples: [example],
      operand: { $0.operands.append($1) })
  }

  private static var book: Option {
    .value(
      "voice-book", nil, "FILE",
      "The voice book. Default: the one that viseme voices where prints."
    ) { arguments, text throws(ExpectedValue) in
      // A configuration's wish for transcripts; the usual book stays.
      if text == "none" { return }
      arguments.book = VoiceBookFile(path: try TranscribeArguments.path(text))
    }
  }

  private static func texts(
    _ action: Action
  ) -> (summary: String, synopsis: String, details: [String], CommandSpec<VoicesArguments>.Example)
  {
    switch action {
    case .add:
      (
        "Add a person's voice by recordings of that person alone.", "NAME FILE... [OPTIONS]",
        [
          "FILE is a recording in which nobody else speaks; 20 s are enough, 5 s of voice the "
            + "least. The print of a voice is personal data: it is written into the voice book and "
            + "nowhere else, and only by voices add and voices learn."
        ],
        .init(command: "viseme voices add Anna anna.wav", meaning: "a person from a recording")
      )
    case .learn:
      (
        "Add the people who are named in a transcript.", "TRANSCRIPT [RECORDING] [OPTIONS]",
        [
          "TRANSCRIPT is JSON that viseme wrote, in which a human has put names in the place of "
            + "\"Speaker 1\" and so on (or --names has). The voices are taken from RECORDING at the "
            + "times of the segments; without it, from the file that the transcript names, beside the "
            + "transcript. Voices that are still \"Speaker 3\" are left out."
        ],
        .init(
          command: "viseme voices learn monday.json", meaning: "everybody named in a transcript")
      )
    case .list:
      (
        "Show who is in the voice book.", "[--json] [OPTIONS]", [],
        .init(command: "viseme voices list", meaning: "who is known")
      )
    case .remove:
      (
        "Forget people.", "NAME... [OPTIONS]",
        ["When nobody is left in it, the voice book is deleted."],
        .init(command: "viseme voices remove Anna", meaning: "forget a person")
      )
    case .place:
      (
        "Print where the voice book lies.", "[OPTIONS]",
        ["Deleting that file forgets everybody. It is readable by its owner alone."],
        .init(command: "rm \"$(viseme voices where)\"", meaning: "forget everybody")
      )
    }
  }
}
