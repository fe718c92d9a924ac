/// What was typed after `viseme probe`.
struct ProbeArguments {
  var inputs: [String] = []
  var isJSON = false

  static var spec: CommandSpec<ProbeArguments> {
    CommandSpec(
      name: "probe",
      summary: "Show what viseme sees in recordings.",
      synopsis: "FILE... [--json]",
      details: [
        "Lists the streams of each recording: track numbers for --audio-track, codecs, languages, "
          + "when each stream begins and how long it is. Nothing is decoded."
      ],
      groups: [
        OptionGroup(
          title: "Options",
          options: [.flag("json", nil, "Print one JSON object per recording, each on a line.") { $0.isJSON = true }])
      ],
      examples: [
        .init(command: "viseme probe meeting.mkv", meaning: "which tracks there are"),
        .init(command: "viseme probe --json *.mp4", meaning: "for other programs"),
      ],
      operand: { $0.inputs.append($1) })
  }
}
