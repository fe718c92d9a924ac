import Demux
import Pipeline
import SpeechModels
import Transcript

/// What was typed after `viseme transcribe`.
struct TranscribeArguments {
  var inputs: [String] = []
  var output: String?
  var outputDirectory: String?
  /// Nil when `--format` was not given.
  var formats: [TranscriptFormat]?
  var replacesOutputs = false
  /// What shapes the words.
  var recognition = RecognitionOptions()
  var threads: Int?
  /// Read where voices are told apart.
  var voiceBook = VoiceBookChoice.automatic
  /// Values for `CueProfile`, in the order typed.
  var cueValues: [(field: CueProfile.Field, value: Double)] = []
  var cueNotes = CueProfile.standard.notes
  var joinsSpeakers = CueProfile.standard.joinsSpeakers
  /// Pages get the recording's sound inside.
  var embedsSound = false
  /// How words are written in formats that people read.
  var form = WrittenForm()
  var isQuiet = false
  var isVerbose = false
  /// In the sandbox, where the kernel has one.
  var isCaged = true
}

extension TranscribeArguments {
  typealias Option = OptionSpec<TranscribeArguments>

  static var spec: CommandSpec<TranscribeArguments> {
    CommandSpec(
      name: "transcribe",
      summary: "Turn recordings into transcripts and subtitles.",
      synopsis: "FILE... [OPTIONS]",
      details: [
        "Writes FILE.srt and FILE.vtt beside each recording (without its own extension) and "
          + "shows the transcript. FILE is any recording that FFmpeg can read; - is standard "
          + "input. viseme render makes every other format of a JSON transcript later.",
        "With --format only what is asked for is written and no transcript is shown. Existing "
          + "files are kept unless --force is given; the FILE of -o is replaced. An output "
          + "appears under its name only when it is complete.",
        "With several recordings, one that fails does not stop the rest; the exit status is that "
          + "of the first failure.",
      ],
      groups: [
        OptionGroup(title: "Output", options: outputOptions + pageOptions),
        OptionGroup(title: "What to transcribe", options: inputOptions),
        OptionGroup(title: "Speakers", options: speakerOptions),
        OptionGroup(title: "Lips", options: lipOptions),
        OptionGroup(title: "Text", options: textOptions),
        OptionGroup(title: "Subtitles", options: cueOptions),
        OptionGroup(title: "Running", options: runOptions),
      ],
      examples: [
        .init(command: "viseme transcribe meeting.mp4", meaning: "meeting.srt, meeting.vtt"),
        .init(
          command: "viseme transcribe --format txt,json --output-dir out *.mkv",
          meaning: "a folder of recordings"),
        .init(
          command: "viseme transcribe -o - call.m4a | less", meaning: "read it, keep no file"),
        .init(
          command: "viseme transcribe --audio-track 2 --start 5:00 --end 1:05:00 talk.mkv",
          meaning: "an hour of the second audio track"),
        .init(
          command: "viseme transcribe --audio-track all --speakers \"Anna,Ben\" call.mkv",
          meaning: "an audio track for each person"),
        .init(
          command: "viseme transcribe --context 'Zorblax, Ann Example' talk.mkv",
          meaning: "names that are spoken, as they are spelt"),
      ],
      operand: { $0.inputs.append($1) })
  }

  static var outputOptions: [Option] {
    [
      .value(
        "output", "o", "FILE",
        "Write one format, that of --format or of FILE's extension, to FILE; - is standard output "
          + "(txt unless --format says otherwise)."
      ) { arguments, text throws(ExpectedValue) in arguments.output = try path(text) },
      .value(
        "output-dir", nil, "DIR", "Put the outputs into DIR, which is made where it is missing."
      ) { arguments, text throws(ExpectedValue) in arguments.outputDirectory = try path(text) },
      .value("format", "f", "LIST", "Formats to write, as listed below, or all. Default: srt,vtt.")
      {
        arguments, text throws(ExpectedValue) in
        arguments.formats = try formats(text)
      },
      .flag("force", nil, "Replace outputs that exist.") { $0.replacesOutputs = true },
    ]
  }

  static var pageOptions: [Option] {
    [
      .flag(
        "embed-audio", nil,
        "Put the sound into the page (html), as Opus in one channel: 14 MB an hour. It needs no "
          + "recording beside it then. The recording is read a second time, so it cannot be a pipe."
      ) { $0.embedsSound = true }
    ]
  }

  static var inputOptions: [Option] {
    [
      .value(
        "audio-track", "a", "TRACK",
        "A track's number (see viseme probe), its language (en, eng) or all. Default: the "
          + "track a player would choose."
      ) { arguments, text throws(ExpectedValue) in arguments.recognition.track = try track(text) },
      .channels(\.recognition),
      .value("start", nil, "TIME", "Begin at TIME: seconds, MM:SS or HH:MM:SS.") {
        arguments, text throws(ExpectedValue) in
        arguments.recognition.start = try time(text)
      },
      .value("end", nil, "TIME", "Stop at TIME. Times stay those of the whole recording.") {
        arguments, text throws(ExpectedValue) in
        arguments.recognition.end = try time(text)
      },
      .language(\.recognition),
      .task(\.recognition),
    ] + OptionSpec.context(\.recognition.context)
  }

  static var speakerOptions: [Option] {
    [
      .value(
        "speakers", nil, "WHO",
        "Speaker diarization: auto, the number of voices (3), or bounds for it (2-5). Or names, for "
          + "who speaks in each audio track that is transcribed, or in each channel where they are "
          + "separate, in their order: \"Anna,Ben\". Default: none."
      ) { arguments, text throws(ExpectedValue) in
        guard let option = SpeakerOption(text) else { throw .speakers }
        arguments.recognition.speakers = option == .none ? nil : text
      },
      .value("names", nil, "LIST", "Names for voices: \"S1=Anna,S2=Ben\".") {
        arguments, text throws(ExpectedValue) in
        guard VoiceNames.read(text) != nil else { throw .voiceNames }
        arguments.recognition.names = text
      },
      .value(
        "voice-book", nil, "FILE",
        "Name the voices of people in this voice book (see viseme voices); none names nobody. "
          + "Default: the usual book, if there is one."
      ) { arguments, text throws(ExpectedValue) in
        arguments.voiceBook = text == "none" ? .none : .file(try path(text))
      },
    ]
  }

  static var lipOptions: [Option] {
    [
      .value(
        "lips", nil, "WHEN",
        "When to look at the picture: auto (where the sound is noisy), always or never. Default: "
          + "auto."
      ) { arguments, text throws(ExpectedValue) in
        arguments.recognition.lips = try lips(text)
      },
      .lipModel(\.recognition),
    ]
  }

  static var textOptions: [Option] {
    [
      .value(
        "numbers", nil, "STYLE",
        "How numbers, times, money, percentages and ordinals are written in what people read "
          + "(not in json, whisper, ctm, stm, rttm and seglst), in English: heard (as the model "
          + "wrote them), words, digits, or auto (small counts in words, all else in digits). "
          + "Default: heard."
      ) { arguments, text throws(ExpectedValue) in
        guard let style = NumberStyle(rawValue: text) else { throw .numbers }
        arguments.form.numbers = style
      },
      .flag(
        "verbatim", nil,
        "Leave \"i'm\" and bare dashes as the model wrote them. Else they become \"I'm\" and nothing."
      ) { $0.form.isVerbatim = true },
    ]
  }

  static var cueOptions: [Option] {
    [
      cue("max-line-length", "N", .maxLineLength, "Characters in a line. Default: 42."),
      cue("max-lines", "N", .maxLines, "Lines in a cue. Default: 2."),
      cue(
        "max-cps", "N", .maxReadingSpeed, "Characters a second, where time allows. Default: 20."),
      cue("min-cue", "SECONDS", .minDuration, "Shortest cue. Default: 0.833."),
      cue("max-cue", "SECONDS", .maxDuration, "Longest cue. Default: 7."),
      cue("cue-gap", "FRAMES", .gapFrames, "Frames between two cues. Default: 2."),
      cue(
        "frame-rate", "FPS", .frameRate, "Length of a frame: 25, 29.97, 30000/1001. Default: 25."),
      .flag(
        "dual-speakers", nil,
        "Show quick exchanges of two speakers in one cue, a line each with a dash before it."
      ) { $0.joinsSpeakers = true },
      .value(
        "vtt-notes", nil, "WHICH",
        "Cues of WebVTT with a NOTE, which players do not show, of each word's confidence, face "
          + "and share of lips: lips (those that lips changed), all or none. Default: lips."
      ) { arguments, text throws(ExpectedValue) in
        guard let notes = CueNotes(rawValue: text) else { throw .cueNotes }
        arguments.cueNotes = notes
      },
    ]
  }

  static var runOptions: [Option] {
    [
      .threads { $0.threads = $1 },
      .model(\.recognition),
      .second(\.recognition),
      .models(\.recognition.models),
      .flag("quiet", "q", "Print errors only: no transcript, progress or notes.") {
        $0.isQuiet = true
      },
      .flag("verbose", "v", "Print the time of each stage, speed and peak memory.") {
        $0.isVerbose = true
      },
      .noSandbox(\.isCaged),
    ]
  }

  private static func cue(
    _ name: String, _ placeholder: String, _ field: CueProfile.Field, _ help: String
  ) -> Option {
    .value(name, nil, placeholder, help) { arguments, text throws(ExpectedValue) in
      // The bounds of the shortest and the longest cue depend on each other and are checked
      // again when all options are known.
      let allowed = CueProfile.standard.allowed(field)
      let value: Double
      switch field {
      case .frameRate: value = try frameRate(text, in: allowed)
      case .maxLines, .maxLineLength, .gapFrames:
        value = Double(try wholeNumber(text, in: Int(allowed.lowerBound)...Int(allowed.upperBound)))
      case .minDuration, .maxDuration: value = try number(text, in: 0.1...60)
      default: value = try number(text, in: allowed)
      }
      arguments.cueValues.append((field, value))
    }
  }
}
