import Batch
import Evaluation
import ModelStore
import Pipeline
import Search
import SpeechModels
import Transcript

/// What a person reads of a command line that cannot be run.
enum UsageText {
  /// One sentence, and where there is a place to look, a second.
  static func sentence(_ error: UsageError) -> String {
    switch error {
    case .noCommand: "no command; see viseme --help"
    case .unknownCommand(let name, let suggestion):
      "there is no command '\(displayed(name))'"
        + (suggestion.map { "; did you mean: viseme \(displayed($0))" } ?? "; see viseme --help")
    case .unknownOption(let name, let command, let suggestion):
      "there is no option \(displayed(name))"
        + (suggestion.map { "; did you mean \($0)?" } ?? "; see \(help(command))")
    case .missingValue(let option, let placeholder, let command):
      "\(option) needs a value (\(option) \(placeholder)); see \(help(command))"
    case .unexpectedValue(let option, let command):
      "\(option) takes no value; see \(help(command))"
    case .badValue(let option, let value, let expected): badValue(option, value, expected)
    case .missingOperand(let what, let command): "\(command) needs \(what); see \(help(command))"
    case .unexpectedOperand(let word, let command):
      "\(command) takes no '\(displayed(word))'; see \(help(command))"
    case .alignedStandardInput:
      "align reads a recording twice, which standard input cannot be; save it to a file"
    case .outputIsScript(let path):
      "\(displayed(path)) is the script, which is kept; name another output with -o or --output-dir"
    case .conflict(let first, let second): conflict(first, second)
    case .namesNeedVoices: "--names needs speaker diarization: --speakers auto, or a number"
    case .noName(let text): noName(text)
    case .emptySpan(let start, let end):
      "--end (\(TimeText.clock(end))) must be later than --start (\(TimeText.clock(start)))"
    case .cueProfile(let error): cueProfile(error)
    case .pictureNotSeen: "--visual needs a --mode that sees: lips, early, late or fused"
    case .noSuchRecogniser(let name, let option, let there): noSuchModel(name, option, there)
    case .secondIsFirst(let name):
      "--second \(displayed(name)): a second opinion takes another model than the first"
    case .noCommonLanguage(let first, let second):
      "--second \(displayed(second)): it knows no language that \(displayed(first)) knows"
    case .noSuchLanguage(let code, let model, let known):
      "--language: \(displayed(model)) does not know '\(displayed(code))'; it knows "
        + (known.count > 12 ? "\(known.count) languages" : known.joined(separator: ", "))
    case .cannotTranslate(let model):
      "--task translate: \(displayed(model)) writes only what is said"
    case .nothingToFind(let text):
      "'\(displayed(text))' is nothing to find: it takes 1 to \(SearchQuery.most) words with letters"
    case .configuration(let fault, let file): ConfigText.sentence(fault, file: file)
    case .takesOneInput(let option, let input): "\(option) takes one \(input)"
    case .outputNeedsOneInput(let output, let format): oneInput(output, format)
    case .outputNeedsOneFormat(let output):
      "-o \(displayed(output)) takes one format; use --output-dir for several"
    case .formatNotKnown(let output):
      "-o \(displayed(output)): the name does not say which format; add --format \(formats)"
    case .formatsDiffer(let output, let format):
      "-o \(displayed(output)) and --format \(format) contradict each other; leave one out"
    case .outputCollision(let output, let first, let second):
      "\(displayed(first)) and \(displayed(second)) would both write \(displayed(output)); "
        + "run them one by one"
    case .givenTwice(let path): "\(displayed(path)) is given twice"
    case .outputIsInput(let path): "\(displayed(path)) would be overwritten by its own transcript"
    case .batchOfStandardInput: "a batch takes files and folders, not standard input"
    case .noShard:
      "--shard auto: no Slurm array, Kubernetes Indexed Job (with VISEME_SHARDS) or AWS Batch array "
        + "gave this process a share"
    }
  }

  private static func noName(_ text: String) -> String {
    "'\(displayed(text))' can be no person's name: 1 to \(SpeakerNames.longest) characters on one "
      + "line, no comma, and not what unknown voices are called (Speaker 1)"
  }

  static func badValue(
    _ option: String, _ value: String, _ expected: ExpectedValue
  ) -> String {
    if case .noise(.notFound(let name)) = expected {
      return "\(option): there is no noise, file or folder '\(displayed(name))'"
    }
    if case .context(let fault, let file) = expected {
      return "\(option): \(ContextText.sentence(fault, file: file))"
    }
    return "\(option): '\(displayed(value))' is not \(noun(expected))"
  }

  private static func noSuchModel(
    _ name: String, _ option: ModelOption, _ there: [String]
  ) -> String {
    "\(option.rawValue): there is no speech model '\(displayed(name))'; there is: "
      + there.map { displayed($0) }.joined(separator: ", ")
  }

  private static func oneInput(_ output: String, _ format: String?) -> String {
    if output == "-", let format {
      return "-o - takes one recording in format \(format); use --output-dir for several"
    }
    return "-o \(displayed(output)) takes one recording; use --output-dir for several"
  }

  private static func conflict(_ first: String, _ second: String) -> String {
    first == "--min-cue"
      ? "--min-cue must not be more than --max-cue" : "\(first) and \(second) exclude each other"
  }

  private static func cueProfile(_ error: CueProfileError) -> String {
    switch error {
    case .outOfRange(let field, let value, let allowed):
      "\(field.rawValue): \(number(value)) is not \(noun(.number(allowed)))"
    case .notWhole(let field, let value):
      "\(field.rawValue): \(number(value)) is not a whole number"
    }
  }

  private static func noun(_ expected: ExpectedValue) -> String {
    switch expected {
    case .time: "a time (seconds, MM:SS or HH:MM:SS)"
    case .wholeNumber(let range):
      "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "a number from \(number(range.lowerBound)) to \(number(range.upperBound))"
    case .frameRate: "a frame rate from 1 to 240 (25, 29.97 or 30000/1001)"
    case .formats: "a list of formats (\(formats)), or all"
    case .audioTrack: "a track number from 1, a language (en, eng) or all"
    case .language: "a language's code (en, de) or auto"
    case .task: "transcribe or translate"
    case .speakers:
      "auto, none, a number up to \(SpeakerOption.most), two with a hyphen between, or a list of "
        + "names (1 to \(SpeakerNames.longest) characters each, on one line)"
    case .voices:
      "auto, none, a number up to \(SpeakerOption.most), or two with a hyphen between"
    case .voiceNames: "names of voices such as S1=Anna,S2=Ben"
    case .channels: ChannelChoice.allCases.map(\.rawValue).joined(separator: ", ")
    case .path: "a path"
    case .lips: "auto, always or never"
    case .numbers: "heard, words, digits or auto"
    case .cueNotes: CueNotes.allCases.map(\.rawValue).joined(separator: ", ")
    case .shard: "a share such as 2/4, or auto"
    case .memory: "a size of at least \(leastMegabytes)M such as 512M or 2G"
    case .context: "a list of terms"
    case .noise(.notFound): "a noise, a file or a folder"
    case .noise(.talkers(let number)):
      "a noise: '\(displayed(number))' is no number of talkers from "
        + "\(NoiseKind.talkerRange.lowerBound) to \(NoiseKind.talkerRange.upperBound)"
    case .levels(let part):
      "a list of decibels from -60 to 60 and clean ('\(displayed(part))' is neither)"
    case .channel: "a codec (opus, or opus:6k to opus:128k)"
    case .modes: "a list of ways of listening (audio, lips, early, late, fused)"
    case .pictures:
      "a list of pictures (\(PictureCondition.allCases.map(\.rawValue).joined(separator: ", ")))"
    case .normaliser: "whisper, plain or both"
    case .seed: "a whole number from 0"
    }
  }

  /// The least for `--memory` beside the usual model, rounded up.
  private static var leastMegabytes: Int { 1 + (MemoryBudget.least(.usual) - 1) >> 20 }

  private static var formats: String {
    TranscriptFormat.allCases.map(\.rawValue).joined(separator: ",")
  }

  private static func help(_ command: String) -> String {
    command.isEmpty ? "viseme --help" : "viseme \(command) --help"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? NumberText.fixed(value, 0) : NumberText.short(value)
  }
}
