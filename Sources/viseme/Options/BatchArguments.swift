import Batch
import Demux
import SpeechModels
import Transcript

/// What was typed after `viseme batch`.
struct BatchArguments {
  /// What is chosen as for `transcribe`: formats, track, cues, threads.
  var transcription = TranscribeArguments()
  var manifests: [String] = []
  var report: String?
  /// Nil for as many as suit the machine.
  var jobs: Int?
  var memory: MemoryBudget?
  var retries = 2
  var failsFast = false
  var shard: ShardChoice?
  var lease = 90.0
  var isWatching = false
  var settling = 10.0

  enum ShardChoice: Hashable {
    case fixed(Shard)
    /// From the environment.
    case automatic
  }
}

extension BatchArguments {
  typealias Option = OptionSpec<BatchArguments>

  static var spec: CommandSpec<BatchArguments> {
    CommandSpec(
      name: "batch",
      summary: "Transcribe folders and lists of recordings, and resume.",
      synopsis: "INPUT... [OPTIONS]",
      details: [
        "INPUT is a recording, a folder with all that lies below it, or a pattern in quotes. "
          + "Outputs are those of viseme transcribe, beside each recording or in the same folders "
          + "below --output-dir. report.jsonl gets a line for each recording.",
        "What was done before is skipped while the recording, the options, the model and the "
          + "program are the same; what failed for good is not tried again until it changes. A run "
          + "that was stopped or killed goes on where it was. Several processes may work on the "
          + "same outputs. docs/manual/BATCH.md has all of it.",
        "Exit status: 0 all is done; 65 some recordings failed; 66 there is no recording; 75 some "
          + "may succeed when tried again, here or elsewhere; 130 interrupted.",
      ],
      groups: [
        OptionGroup(title: "Input", options: inputOptions),
        OptionGroup(title: "Output", options: outputOptions),
        OptionGroup(title: "What to transcribe", options: lifted(TranscribeArguments.inputOptions)),
        OptionGroup(
          title: "Speakers",
          // Numbers of voices mean another person in each recording.
          options: lifted(TranscribeArguments.speakerOptions.filter { $0.long != "names" })),
        OptionGroup(title: "Lips", options: lifted(TranscribeArguments.lipOptions)),
        OptionGroup(title: "Text", options: lifted(TranscribeArguments.textOptions)),
        OptionGroup(title: "Subtitles", options: lifted(TranscribeArguments.cueOptions)),
        OptionGroup(title: "Failures", options: failureOptions),
        OptionGroup(title: "Running", options: runOptions),
      ],
      examples: [
        .init(
          command: "viseme batch archive/ --output-dir transcripts", meaning: "a whole archive"),
        .init(
          command: "viseme batch --manifest list.tsv --format json,vtt",
          meaning: "recordings with options of their own"),
        .init(
          command: "viseme batch archive/ --speakers auto",
          meaning: "who speaks, by name where viseme voices knows them"),
        .init(command: "viseme batch inbox/ --watch", meaning: "whatever arrives in a folder"),
        .init(
          command: "viseme batch archive/ --output-dir transcripts --shard auto",
          meaning: "one task of a Slurm array, a Kubernetes Indexed Job, an AWS Batch array"),
        .init(
          command: "viseme batch merge transcripts -o all.jsonl",
          meaning: "the tasks' reports as one"),
      ],
      operand: { $0.transcription.inputs.append($1) })
  }

  private static func lifted(_ options: [OptionSpec<TranscribeArguments>]) -> [Option] {
    options.map { $0.lifted(\.transcription) }
  }

  private static var inputOptions: [Option] {
    [
      .value(
        "manifest", nil, "FILE",
        "A list of recordings, TSV with a header or JSON lines: path, and where needed track, "
          + "channels, start, end, language, task, speakers, context, output. May be given more "
          + "than once."
      ) { arguments, text throws(ExpectedValue) in
        arguments.manifests.append(try TranscribeArguments.path(text))
      },
      .flag(
        "watch", nil,
        "Go on looking for new recordings; one that is still written to is left alone."
      ) { $0.isWatching = true },
      .value(
        "settle", nil, "SECONDS", "How long a watched recording must not change. Default: 10."
      ) { arguments, text throws(ExpectedValue) in
        arguments.settling = try TranscribeArguments.number(text, in: 0...86_400)
      },
    ]
  }

  private static var outputOptions: [Option] {
    let names = ["output-dir", "format"]
    let kept = TranscribeArguments.outputOptions.filter { names.contains($0.long) }
    return lifted(kept) + [
      .value(
        "report", nil, "FILE",
        "Where the report goes. Default: report.jsonl in --output-dir, else here; with --shard "
          + "report-1of4.jsonl."
      ) { arguments, text throws(ExpectedValue) in
        arguments.report = try TranscribeArguments.path(text)
      },
      .flag("force", nil, "Do everything again and replace outputs that exist.") {
        $0.transcription.replacesOutputs = true
      },
    ]
  }

  private static var failureOptions: [Option] {
    [
      .value("retries", nil, "N", "Further tries of what may be transient. Default: 2.") {
        arguments, text throws(ExpectedValue) in
        arguments.retries = try TranscribeArguments.wholeNumber(text, in: 0...100)
      },
      .flag("fail-fast", nil, "Stop at the first failure.") { $0.failsFast = true },
    ]
  }

  private static var runOptions: [Option] {
    [
      .value(
        "jobs", "j", "N",
        "Recordings in work at once, or auto: as many as keep the threads busy and fit into memory. "
          + "Default: auto."
      ) { arguments, text throws(ExpectedValue) in
        arguments.jobs =
          text == "auto" ? nil : try TranscribeArguments.wholeNumber(text, in: 1...1024)
      },
      .value(
        "memory", nil, "SIZE",
        "Memory to stay within: 512M, 2G. Default: four fifths of what is free or granted."
      ) { arguments, text throws(ExpectedValue) in arguments.memory = try memory(text) },
      .value(
        "shard", nil, "I/N",
        "Work on the Ith of N even shares, or auto: the share that Slurm, Kubernetes or AWS Batch "
          + "gave this process."
      ) { arguments, text throws(ExpectedValue) in arguments.shard = try shard(text) },
      .value(
        "lease", nil, "SECONDS",
        "When a worker of another machine counts as dead. Default: 90."
      ) { arguments, text throws(ExpectedValue) in
        arguments.lease = try TranscribeArguments.number(text, in: 5...86_400)
      },
    ] + lifted(TranscribeArguments.runOptions.filter { $0.long != "verbose" })
  }

  private static func shard(_ text: String) throws(ExpectedValue) -> ShardChoice {
    if text == "auto" { return .automatic }
    guard let shard = Shard(text) else { throw .shard }
    return .fixed(shard)
  }

  /// Bytes, or with K, M, G or T binary multiples.
  static func memory(_ text: String) throws(ExpectedValue) -> MemoryBudget {
    let shifts: [Character: Int] = ["k": 10, "m": 20, "g": 30, "t": 40]
    let shift = text.lowercased().last.flatMap { shifts[$0] }
    let number = shift == nil ? text[...] : text.dropLast()
    guard let value = Double(number), value.isFinite, value > 0 else { throw .memory }
    let bytes = value * Double(1 << (shift ?? 0))
    guard bytes >= Double(MemoryBudget.least(.usual)), bytes < 1e15 else { throw .memory }
    return MemoryBudget(bytes: Int(bytes))
  }
}

/// What was typed after `viseme batch merge`.
struct BatchMergeArguments {
  var reports: [String] = []
  var output: String?
  var isQuiet = false

  static var spec: CommandSpec<BatchMergeArguments> {
    CommandSpec(
      name: "batch merge",
      summary: "Join the reports of a batch's shards.",
      synopsis: "REPORT... [OPTIONS]",
      details: [
        "REPORT is a report.jsonl or a folder with report*.jsonl. Of several lines about one "
          + "recording the latest counts. Prints the table of totals; the exit status is that of a "
          + "single batch over everything."
      ],
      groups: [
        OptionGroup(
          title: "Output",
          options: [
            .value("output", "o", "FILE", "Write the joined report; - is standard output.") {
              arguments, text throws(ExpectedValue) in
              arguments.output = try TranscribeArguments.path(text)
            },
            .flag("quiet", "q", "Print no table.") { $0.isQuiet = true },
          ])
      ],
      examples: [
        .init(command: "viseme batch merge transcripts -o all.jsonl", meaning: "all shards")
      ],
      operand: { $0.reports.append($1) })
  }
}
