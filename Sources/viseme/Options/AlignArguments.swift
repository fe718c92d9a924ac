import Transcript

/// What was typed after `viseme align`.
struct AlignArguments {
  var operands: [String] = []
  /// What is chosen as for `transcribe`.
  var transcription = TranscribeArguments()

  /// The script's path.
  var script: String { operands.first ?? "" }
  private var recording: String { operands.last ?? "" }

  /// Refuses what is not a script and a recording.
  func check() throws(UsageError) {
    guard operands.count >= 2 else {
      throw .missingOperand(operands.isEmpty ? "SCRIPT RECORDING" : "RECORDING", command: "align")
    }
    guard operands.count == 2 else { throw .unexpectedOperand(operands[2], command: "align") }
    guard recording != "-" else { throw .alignedStandardInput }
  }

  /// What it amounts to.
  func plan() throws(UsageError) -> RunPlan {
    var transcription = transcription
    transcription.inputs = [recording]
    // The script's own words and dashes.
    transcription.form.isVerbatim = true
    // Nothing is shown while files are written.
    if transcription.output == nil, transcription.formats == nil {
      transcription.formats = RunPlan.standardFormats
    }
    let plan = try RunPlan(transcription)
    for case .file(let path) in plan.jobs.flatMap(\.outputs).map(\.destination)
    where RunPlan.isSame(path, script) {
      throw .outputIsScript(path: path)
    }
    return plan
  }

  static var spec: CommandSpec<AlignArguments> {
    CommandSpec(
      name: "align",
      summary: "Give a text the times at which a recording speaks it.",
      synopsis: "SCRIPT RECORDING [OPTIONS]",
      details: [
        "SCRIPT is the text that is spoken, as it was written or corrected. Subtitles (.srt, .vtt) keep "
          + "their cues and lines and get new times. JSON of viseme keeps segments and speakers. Other "
          + "files, .docx or plain text, are read in paragraphs; \"Name:\" before one says who speaks. "
          + "Text in square brackets is not looked for. Times that a script has do not count.",
        "Words that were not said are counted, and listed in JSON's notes with what was heard instead. "
          + "They stay in the text with confidence 0 or near it, where something else was heard in "
          + "their place, else between their neighbours. Cues of which nothing was said, and passages "
          + "of 8 words and more in a paragraph, are left out. Speech that is not in the script is "
          + "reported and never added.",
        "Where less than a fifth of the script was heard, and the script has less than a fifth of what "
          + "was, nothing is written and the exit status is 65. Outputs are those of viseme "
          + "transcribe, beside RECORDING; SCRIPT is never replaced. Listens only: lips are not read.",
      ],
      groups: [
        OptionGroup(title: "Output", options: lifted(TranscribeArguments.outputOptions)),
        OptionGroup(
          title: "What to align",
          options: lifted(
            TranscribeArguments.inputOptions.filter {
              ["audio-track", "channels", "start", "end", "language"].contains($0.long)
            })),
        OptionGroup(title: "Subtitles", options: lifted(TranscribeArguments.cueOptions)),
        OptionGroup(
          title: "Running",
          options: lifted(TranscribeArguments.runOptions.filter { $0.long != "second" })),
      ],
      examples: [
        .init(
          command: "viseme align talk.txt talk.mp4",
          meaning: "subtitles of a text: talk.srt, talk.vtt"),
        .init(
          command: "viseme align old.srt film.mkv -o new.srt",
          meaning: "subtitles that run early or late, corrected"),
        .init(
          command: "viseme align corrected.json call.m4a -f json,html --output-dir out",
          meaning: "new times for a transcript whose words were corrected"),
      ],
      operand: { $0.operands.append($1) })
  }

  private static func lifted(
    _ options: [OptionSpec<TranscribeArguments>]
  ) -> [OptionSpec<AlignArguments>] {
    options.map { $0.lifted(\.transcription) }
  }
}
