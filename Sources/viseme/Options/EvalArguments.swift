import Demux
import Evaluation
import Pipeline
import Support

/// What was typed after `viseme eval`.
struct EvalArguments {
  var inputs: [String] = []
  var only: String?
  var limit: Int?
  var modes: [ListeningMode] = [.audio]
  /// What shapes the words.
  var recognition = RecognitionOptions()
  var noises: [NoiseKind] = []
  /// Nil when `--snr` was not given.
  var levels: [SNRLevel]?
  var pictures: [PictureCondition]?
  var reverb: String?
  /// Bits a second of the Opus link.
  var channel: Int?
  var seed: UInt64 = 1
  var normalisers: [TextNormaliser] = [.whisper]
  var outputDirectory = "eval"
  var savesAudio = false
  var isFresh = false
  var threads: Int?
  var isQuiet = false
  var isVerbose = false
  /// In the sandbox, where the kernel has one.
  var isCaged = true
}

extension EvalArguments {
  typealias Option = OptionSpec<EvalArguments>

  static var spec: CommandSpec<EvalArguments> {
    CommandSpec(
      name: "eval",
      summary: "Measure recognition, clean and in noise.",
      synopsis: "INPUT... [OPTIONS]",
      details: [
        "INPUT is a manifest (.tsv with a first line of column names, or .jsonl), a folder with "
          + "a .txt or .stm transcript beside each recording, or one such recording. Columns: "
          + "path, transcript; if known speaker, start, end (seconds), stm, rttm, words (.ctm or "
          + "GRID .align). An empty transcript says that nobody speaks.",
        "Every recording is heard in every noise at every signal-to-noise ratio, and what is "
          + "recognised is compared with the transcript. What cannot be read is named and left "
          + "out.",
        "Writes report.json, report.md, wer.svg, wer.png and errors.html. What was heard is kept "
          + "in cells/: the same command after an interruption goes on where it was.",
      ],
      groups: [
        OptionGroup(title: "What to hear", options: inputOptions),
        OptionGroup(title: "Conditions", options: conditionOptions),
        OptionGroup(title: "Output", options: outputOptions),
        OptionGroup(title: "Running", options: runOptions),
      ],
      examples: [
        .init(command: "viseme eval recordings/", meaning: "as they are"),
        .init(
          command: "viseme eval list.tsv --noise babble,cafe.wav --save-audio",
          meaning: "in the murmur of others and in a cafe, at 20 to -5 dB"),
        .init(
          command: "viseme eval list.jsonl --noise babble:30 --snr clean,5 --channel opus:12k",
          meaning: "30 people murmur on a poor connection"),
        .init(command: "viseme eval compare before after", meaning: "two reports side by side"),
      ],
      operand: { $0.inputs.append($1) })
  }

  private static var inputOptions: [Option] {
    [
      .value("only", nil, "TEXT", "Only recordings whose path, as written, contains TEXT.") {
        $0.only = $1
      },
      .value("limit", nil, "N", "Only the first N recordings.") {
        arguments, text throws(ExpectedValue) in
        arguments.limit = try TranscribeArguments.wholeNumber(text, in: 1...10_000_000)
      },
    ]
  }

  private static var conditionOptions: [Option] {
    [
      .value(
        "noise", "n", "LIST",
        "Noises: white, pink, babble (8 talkers of the other recordings), babble:N, "
          + "babble:FOLDER, files and folders of noise."
      ) { arguments, text throws(ExpectedValue) in
        arguments.noises += try noises(text)
      },
      .value(
        "snr", nil, "LIST",
        "Decibels between speech and noise, and clean. Default: clean,20,10,5,0,-5 with "
          + "--noise, else clean."
      ) { arguments, text throws(ExpectedValue) in
        arguments.levels = try levels(text)
      },
      .value("reverb", nil, "FILE", "A room: an impulse response that the speech goes through.") {
        arguments, text throws(ExpectedValue) in
        arguments.reverb = try TranscribeArguments.path(text)
      },
      .value(
        "channel", nil, "CODEC",
        "A call: opus or opus:RATE (6k to 128k, default 16k) after the noise."
      ) { arguments, text throws(ExpectedValue) in
        arguments.channel = try channel(text)
      },
      .value(
        "mode", "m", "LIST",
        "Ways of listening: audio, fused (with the lips of the speaker), lips (alone), and for "
          + "comparison with fused: early, late. Default: audio."
      ) {
        arguments, text throws(ExpectedValue) in
        arguments.modes = try names(text, .modes)
      },
      .value(
        "visual", nil, "LIST",
        "Pictures, for modes that see: clean, blur, lowres, drop30, freeze, occlude, mismatch, "
          + "off."
      ) { arguments, text throws(ExpectedValue) in
        arguments.pictures = try names(text, .pictures)
      },
      .channels(\.recognition),
      .model(\.recognition),
      .second(\.recognition),
      .language(\.recognition),
      .lipModel(\.recognition),
      .value(
        "speakers", nil, "WHO",
        "Speaker diarization: auto, the number of voices (3), or bounds for it (2-5); scores are "
          + "compared speaker by speaker. Default: none."
      ) { arguments, text throws(ExpectedValue) in
        guard let option = SpeakerOption(text) else { throw .voices }
        switch option {
        case .voices: arguments.recognition.speakers = text
        case .none: arguments.recognition.speakers = nil
        case .names: throw .voices
        }
      },
      .value("seed", nil, "N", "Draws other noise. Default: 1.") {
        arguments, text throws(ExpectedValue) in
        arguments.seed = try seed(text)
      },
    ] + OptionSpec.context(\.recognition.context)
  }

  private static var outputOptions: [Option] {
    [
      .results(\.outputDirectory, usual: "eval"), .normaliser(\.normalisers),
      .flag("save-audio", nil, "Keep what was heard in audio/, for errors.html to play.") {
        $0.savesAudio = true
      },
      .flag("force", "f", "Hear everything again, and replace another run's report.") {
        $0.isFresh = true
      },
    ]
  }

  private static var runOptions: [Option] {
    [
      .threads { $0.threads = $1 },
      .models(\.recognition.models),
      .flag("quiet", "q", "Print errors only: no table, progress or notes.") {
        $0.isQuiet = true
      },
      .flag("verbose", "v", "Print the time of each stage, speed and peak memory.") {
        $0.isVerbose = true
      },
      .noSandbox(\.isCaged),
    ]
  }
}

// How the text of an option's value becomes the value.
extension EvalArguments {
  private static func parts(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  private static func noises(_ text: String) throws(ExpectedValue) -> [NoiseKind] {
    var noises: [NoiseKind] = []
    for part in parts(text) {
      do throws(NoiseKind.Fault) { noises.append(try NoiseKind(part)) } catch {
        throw .noise(error)
      }
    }
    return noises
  }

  static func levels(_ text: String) throws(ExpectedValue) -> [SNRLevel] {
    var levels: [SNRLevel] = []
    for part in parts(text) {
      let level: SNRLevel
      if part == "clean" {
        level = .clean
      } else {
        guard let ratio = Double(part), (-60...60).contains(ratio) else { throw .levels(part) }
        level = .decibels(ratio)
      }
      if !levels.contains(level) { levels.append(level) }
    }
    return levels
  }

  static func channel(_ text: String) throws(ExpectedValue) -> Int {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts[0] == "opus", parts.count <= 2 else { throw .channel }
    guard parts.count == 2 else { return 16_000 }
    let isThousands = parts[1].hasSuffix("k")
    let rate = Double(isThousands ? parts[1].dropLast() : parts[1]).map {
      Int(saturating: ($0 * (isThousands ? 1000 : 1)).rounded())
    }
    guard let rate, OpusLink.bitRates.contains(rate) else { throw .channel }
    return rate
  }

  private static func names<Name: RawRepresentable<String> & Hashable>(
    _ text: String, _ expected: ExpectedValue
  ) throws(ExpectedValue) -> [Name] {
    var names: [Name] = []
    for part in parts(text) {
      guard let name = Name(rawValue: part) else { throw expected }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  static func normalisers(_ text: String) throws(ExpectedValue) -> [TextNormaliser] {
    if text == "both" { return [.whisper, .plain] }
    return try names(text, .normaliser)
  }

  private static func seed(_ text: String) throws(ExpectedValue) -> UInt64 {
    guard let seed = UInt64(text) else { throw .seed }
    return seed
  }
}
