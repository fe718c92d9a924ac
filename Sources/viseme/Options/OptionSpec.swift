import Evaluation
import Transcript

/// One option of a subcommand: how it is written, what help says of it, what it sets.
struct OptionSpec<Arguments> {
  enum Action {
    case flag((inout Arguments) -> Void)
    /// An option with a value; the text names the value in help, as in `--start TIME`.
    case value(String, (inout Arguments, String) throws(ExpectedValue) -> Void)
  }

  let long: String
  let short: Character?
  let help: String
  let action: Action

  static func flag(
    _ long: String, _ short: Character? = nil, _ help: String,
    _ set: @escaping (inout Arguments) -> Void
  ) -> OptionSpec {
    OptionSpec(long: long, short: short, help: help, action: .flag(set))
  }

  static func value(
    _ long: String, _ short: Character? = nil, _ placeholder: String, _ help: String,
    _ set: @escaping (inout Arguments, String) throws(ExpectedValue) -> Void
  ) -> OptionSpec {
    OptionSpec(long: long, short: short, help: help, action: .value(placeholder, set))
  }
}

extension OptionSpec {
  /// The same option of a command whose arguments contain these.
  func lifted<Outer>(_ path: WritableKeyPath<Outer, Arguments>) -> OptionSpec<Outer> {
    switch action {
    case .flag(let set):
      OptionSpec<Outer>(
        long: long, short: short, help: help, action: .flag { set(&$0[keyPath: path]) })
    case .value(let placeholder, let set):
      OptionSpec<Outer>(
        long: long, short: short, help: help,
        action: .value(placeholder) { outer, text throws(ExpectedValue) in
          try set(&outer[keyPath: path], text)
        })
    }
  }
}

/// The options of a subcommand under the heading that help gives them.
struct OptionGroup<Arguments> {
  let title: String
  let options: [OptionSpec<Arguments>]
}

/// A subcommand: all that parsing and help need to know of it.
struct CommandSpec<Arguments> {
  /// As typed, such as "models import".
  let name: String
  let summary: String
  /// What follows the name in the usage line.
  let synopsis: String
  /// Paragraphs.
  let details: [String]
  let groups: [OptionGroup<Arguments>]
  let examples: [Example]
  /// Takes one word that is not an option; nil when the command has no such words.
  let operand: ((inout Arguments, String) -> Void)?

  struct Example {
    let command: String
    let meaning: String
  }

  var options: [OptionSpec<Arguments>] { groups.flatMap(\.options) }
}

/// What an option wanted when its value was of no use.
enum ExpectedValue: Error, Hashable {
  case time
  case wholeNumber(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case frameRate
  case formats
  case audioTrack
  case language
  case task
  case speakers
  case channels
  case voices
  case voiceNames
  case path
  case lips
  case cueNotes
  case numbers
  /// Terms of no use, and the file that they come from.
  case context(ContextFault, file: String?)
  case shard
  case memory
  case noise(NoiseKind.Fault)
  /// The text between commas that is no ratio.
  case levels(String)
  case channel
  case modes
  case pictures
  case normaliser
  case seed
}

/// A command line that cannot be run.
enum UsageError: Error, Hashable {
  case noCommand
  case unknownCommand(String, suggestion: String?)
  case unknownOption(String, command: String, suggestion: String?)
  case missingValue(option: String, placeholder: String, command: String)
  case unexpectedValue(option: String, command: String)
  case badValue(option: String, value: String, expected: ExpectedValue)
  case missingOperand(String, command: String)
  case unexpectedOperand(String, command: String)
  /// A recording that is read twice cannot be standard input.
  case alignedStandardInput
  /// An output would replace the script.
  case outputIsScript(path: String)
  case conflict(String, String)
  case emptySpan(start: Double, end: Double)
  /// Names are given to voices that are not told apart.
  case namesNeedVoices
  /// It can be no person's name.
  case noName(String)
  /// An option that is about one input, with several.
  case takesOneInput(option: String, input: String)
  case outputNeedsOneInput(output: String, format: String?)
  case outputNeedsOneFormat(output: String)
  case formatNotKnown(output: String)
  /// The output's name ends as another format's does.
  case formatsDiffer(output: String, format: String)
  case outputCollision(output: String, first: String, second: String)
  case givenTwice(String)
  case outputIsInput(path: String)
  case batchOfStandardInput
  /// No batch system says which share is this process's.
  case noShard
  case cueProfile(CueProfileError)
  /// Pictures without a mode that sees.
  case pictureNotSeen
  case noSuchRecogniser(String, ModelOption, there: [String])
  /// A second opinion of the model itself.
  case secondIsFirst(String)
  /// A second opinion of a model that knows none of the first one's languages.
  case noCommonLanguage(String, String)
  case noSuchLanguage(String, model: String, known: [String])
  case cannotTranslate(String)
  /// A search for a text without letters, or for too many words.
  case nothingToFind(String)
  /// A configuration file that cannot hold.
  case configuration(ConfigFault, file: String)
}
