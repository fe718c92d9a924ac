import Pipeline

/// What was typed after `viseme probe`.
struct ProbeArguments {
  var inputs: [String] = []
  var isJSON = false
  /// Look at the faces too.
  var looks = false
  /// With which networks.
  var recognition = RecognitionOptions()
  /// In the sandbox, where the kernel has one.
  var isCaged = true

  static var spec: CommandSpec<ProbeArguments> {
    CommandSpec(
      name: "probe",
      summary: "Show what viseme sees in recordings.",
      synopsis: "FILE... [--json]",
      details: [
        "Lists the streams of each recording: track numbers for --audio-track, codecs, languages, "
          + "when each stream begins and how long it is. Nothing is decoded unless "
          + "--lips is given."
      ],
      groups: [
        OptionGroup(
          title: "Options",
          options: [
            .flag("json", nil, "Print one JSON object per recording, each on a line.") {
              $0.isJSON = true
            },
            .flag(
              "lips", nil,
              "Look at the first speech: which faces there are, whether their lips can be read, and "
                + "how far the picture lies from the sound."
            ) { $0.looks = true },
            .lipModel(\.recognition),
            .models(\.recognition.models),
            .noSandbox(\.isCaged),
          ])
      ],
      examples: [
        .init(command: "viseme probe meeting.mkv", meaning: "which tracks there are"),
        .init(
          command: "viseme probe --lips meeting.mp4", meaning: "faces, and picture against sound"),
        .init(command: "viseme probe --json *.mp4", meaning: "for other programs"),
      ],
      operand: { $0.inputs.append($1) })
  }
}
