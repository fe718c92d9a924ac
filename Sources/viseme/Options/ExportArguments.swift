import Foundation

/// What was typed after `viseme export`.
struct ExportArguments {
  var inputs: [String] = []
  var outputDirectory: String?
  var replacesOutputs = false
  var models: String?
  var isQuiet = false
  /// In the sandbox, where the kernel has one.
  var isCaged = true

  /// The folder that the outputs go into, and the name of an input's without its ending.
  ///
  /// "a/meeting.mp4" gives "DIR/meeting", or "a/meeting" without a folder for outputs.
  func stem(of input: String) -> String {
    let url = URL(fileURLWithPath: input)
    let name = input == "-" ? "stdin" : url.deletingPathExtension().lastPathComponent
    let beside = input.lastIndex(of: "/").map { String(input[...$0]) } ?? ""
    let folder = outputDirectory.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? beside
    return folder + name
  }

  /// Refuses inputs that would write the same file.
  func check() throws(UsageError) {
    var owners: [String: String] = [:]
    for input in inputs {
      let stem = stem(of: input)
      let path = URL(fileURLWithPath: stem).standardizedFileURL.path
      if let other = owners.updateValue(input, forKey: path) {
        throw .outputCollision(
          output: ExportCommand.path(stem, place: 0), first: other, second: input)
      }
    }
  }

  static var spec: CommandSpec<ExportArguments> {
    CommandSpec(
      name: "export",
      summary: "Write what the lip reader sees, for training.",
      synopsis: "FILE... [OPTIONS]",
      details: [
        "Writes FILE.safetensors beside each recording (without its own extension) with the face "
          + "that is seen longest, FILE.2.safetensors with the next one, and so on. A file has the mouth "
          + "at 25 frames a second (crops) and how well it could be seen (quality). It also has the "
          + "place of the first frame (first) and the sound at 16 kHz (audio). docs/lab/MODEL.md has "
          + "the format.",
        "With several recordings, one that fails does not stop the rest; the exit status is that "
          + "of the first failure.",
      ],
      groups: [
        OptionGroup(
          title: "Options",
          options: [
            .value(
              "output-dir", nil, "DIR",
              "Put the outputs into DIR, which is made where it is missing."
            ) { arguments, text throws(ExpectedValue) in
              arguments.outputDirectory = try TranscribeArguments.path(text)
            },
            .flag("force", nil, "Replace outputs that exist.") { $0.replacesOutputs = true },
            .models(\.models),
            .flag("quiet", "q", "Print errors only.") { $0.isQuiet = true },
            .noSandbox(\.isCaged),
          ])
      ],
      examples: [
        .init(
          command: "viseme export --output-dir lips archive/*.mp4",
          meaning: "a folder of recordings, to train on")
      ],
      operand: { $0.inputs.append($1) })
  }
}
