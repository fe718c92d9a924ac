import Pipeline
import Transcript

/// The manual page, in the man macros of roff.
enum ManualText {
  static func page(_ commands: [CommandEntry]) -> String {
    var lines = [
      ".\\\" Made by: viseme manual",
      ".TH VISEME 1 \"\" \"viseme \(Release.version)\" \"User Commands\"",
      ".SH NAME", "viseme \\- timestamped transcripts and subtitles of recorded meetings",
      ".SH SYNOPSIS",
    ]
    lines += commands.flatMap { command -> [String] in
      [".br", "\\fBviseme \(escaped(command.name))\\fR \(escaped(command.synopsis))"]
    }.dropFirst()
    lines += [".SH DESCRIPTION"] + paragraph(description)
    lines += [".SH COMMANDS"] + commands.flatMap(section)
    lines += [".SH FORMATS"]
    lines += TranscriptFormat.allCases.flatMap { entry($0.rawValue, FormatText.summary($0)) }
    lines += [".SH EXIT STATUS"]
    lines += ExitCode.allCases.flatMap { entry("\($0.rawValue)", sentence($0.meaning)) }
    lines += [".SH ENVIRONMENT"] + environment.flatMap { entry($0, $1) }
    lines += [".SH FILES"] + files.flatMap { entry($0, $1) }
    lines += [".SH EXAMPLES"]
    for example in commands.flatMap(\.examples) {
      lines +=
        paragraph(sentence(example.meaning)) + [
          ".RS 4", ".nf", protected(escaped(example.command)), ".fi", ".RE",
        ]
    }
    lines += [".SH SEE ALSO", "\\fBffmpeg\\fR(1)"]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let description =
    "viseme turns recorded meetings into timestamped transcripts and subtitles, on an ordinary CPU, "
    + "offline. It reads every recording that FFmpeg can read and tells speakers apart. Where the sound "
    + "is bad it reads the lips of faces that it knows. Options that are always the same may stand in a "
    + "configuration file; see viseme config."

  private static let environment = [
    ("VISEME_MODELS", "Folder of the models."),
    ("VISEME_VOICE_BOOK", "The voice book; none for no names from it."),
    ("VISEME_CONFIG", "The configuration file; empty for none."),
    ("VISEME_ISA", "Forces a lower instruction set: baseline, avx2, avx512 or avx512vnni."),
  ]

  private static let files = [
    ("~/.config/viseme/config.toml", "Options that hold for every run."),
    ("~/.local/share/viseme/models", "The installed models."),
    ("~/.local/share/viseme/voices.book", "The voice book."),
  ]

  private static func section(_ command: CommandEntry) -> [String] {
    var lines = [".SS \"viseme \(escaped(command.name)) \(escaped(command.synopsis))\""]
    lines += paragraph(command.summary).dropFirst()
    for detail in command.details { lines += paragraph(detail) }
    for group in command.groups {
      lines += [".PP", "\\fI\(escaped(group.title))\\fR"]
      for option in group.options {
        let short = option.short.map { "-\($0), " } ?? ""
        let value = option.placeholder.map { " " + $0 } ?? ""
        lines += entry("\(short)--\(option.long)\(value)", option.help)
      }
    }
    return lines
  }

  private static func paragraph(_ text: String) -> [String] {
    [".PP", protected(escaped(text))]
  }

  private static func entry(_ name: String, _ text: String) -> [String] {
    [".TP", "\\fB\(escaped(name))\\fR", protected(escaped(text))]
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
      .replacing("~", with: "\\(ti").replacing("^", with: "\\(ha")
  }

  /// A line may not begin with a dot, which would be a request.
  private static func protected(_ text: String) -> String {
    text.hasPrefix(".") ? "\\&" + text : text
  }
}
