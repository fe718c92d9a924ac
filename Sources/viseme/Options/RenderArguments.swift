import Transcript

/// What was typed after `viseme render`.
struct RenderArguments {
  /// What is chosen as for `transcribe`: transcripts for recordings, formats, cues.
  var transcription = TranscribeArguments()
  /// The transcript's recording, for its sound; nil for the file beside the transcript that this names.
  var recording: String?

  /// What it amounts to.
  func plan() throws(UsageError) -> RunPlan {
    var transcription = transcription
    // Nothing is shown while files are written.
    if transcription.output == nil, transcription.formats == nil {
      transcription.formats = RunPlan.standardFormats
    }
    if recording != nil, transcription.inputs.count > 1 {
      throw .takesOneInput(option: "--recording", input: "transcript")
    }
    return try RunPlan(transcription)
  }

  static var spec: CommandSpec<RenderArguments> {
    CommandSpec(
      name: "render",
      summary: "Write JSON transcripts in other formats.",
      synopsis: "TRANSCRIPT... [OPTIONS]",
      details: [
        "TRANSCRIPT is JSON that viseme wrote, as it was or corrected by hand or in the page; - is "
          + "standard input. The recording is not needed. Subtitles and text are those that viseme "
          + "transcribe writes, byte for byte.",
        "Outputs lie beside each transcript. Existing files are kept unless --force is given; the "
          + "FILE of -o is replaced. With several transcripts, one that cannot be read does not stop "
          + "the rest; the exit status is that of the first failure.",
      ],
      groups: [
        OptionGroup(
          title: "Output",
          options: lifted(TranscribeArguments.outputOptions + TranscribeArguments.pageOptions)
            + [recordingOption]),
        OptionGroup(title: "Text", options: lifted(TranscribeArguments.textOptions)),
        OptionGroup(title: "Subtitles", options: lifted(TranscribeArguments.cueOptions)),
        OptionGroup(
          title: "Running",
          options: lifted(
            TranscribeArguments.runOptions.filter { ["quiet", "no-sandbox"].contains($0.long) })),
      ],
      examples: [
        .init(
          command: "viseme render meeting.json --format docx", meaning: "minutes: meeting.docx"),
        .init(
          command: "viseme render meeting.json -f srt,ttml --max-line-length 37",
          meaning: "subtitles with shorter lines"),
        .init(
          command: "viseme render archive/*.json --format html", meaning: "a page for each meeting"),
        .init(
          command: "viseme render out/talk.json -f html --embed-audio --recording talk.mp4",
          meaning: "a page with the sound inside, to send"),
      ],
      operand: { $0.transcription.inputs.append($1) })
  }

  private static var recordingOption: OptionSpec<RenderArguments> {
    .value(
      "recording", nil, "FILE",
      "The transcript's recording, for --embed-audio. Default: the file beside the transcript whose "
        + "name is in it."
    ) { arguments, text throws(ExpectedValue) in
      arguments.recording = try TranscribeArguments.path(text)
    }
  }

  private static func lifted(
    _ options: [OptionSpec<TranscribeArguments>]
  ) -> [OptionSpec<RenderArguments>] {
    options.map { $0.lifted(\.transcription) }
  }
}
