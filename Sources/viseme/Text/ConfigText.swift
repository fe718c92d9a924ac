import Foundation
import ModelStore

/// What a person reads of a configuration file.
enum ConfigText {
  /// The sentence for a file that cannot hold.
  static func sentence(_ fault: ConfigFault, file: String) -> String {
    let place = displayed(file)
    return switch fault {
    case .unreadable(let code): "\(place): cannot be read: \(ErrorText.cause(code))"
    case .notText: "\(place): is not text in UTF-8"
    case .syntax(let line): "\(place):\(line): is neither [command] nor option = value"
    case .unknownTable(let name, let line, let near):
      "\(place):\(line): there is no command '\(displayed(name))'"
        + (near.map { "; did you mean [\($0.replacing(" ", with: "."))]?" } ?? "")
    case .unknownKey(let key, let table, let line, let near):
      "\(place):\(line): \(table.isEmpty ? "no command has the" : "\(table) has no") option '\(displayed(key))'"
        + (near.map { "; did you mean \($0)?" } ?? "")
    case .twice(let key, let line, let first):
      "\(place):\(line): \(displayed(key)) stands in line \(first) too"
    case .wrongType(let key, let line, let takesValue):
      takesValue
        ? "\(place):\(line): \(displayed(key)) takes a value, not true or false"
        : "\(place):\(line): \(displayed(key)) takes true or false"
    case .wrongValue(let key, let value, let line, let expected):
      "\(place):\(line): " + UsageText.badValue(key, value, expected)
    }
  }

  /// Which file there is, and what it sets for which commands.
  static func account(_ configuration: Configuration, environment: [String: String]) -> String {
    let names = [
      "VISEME_CONFIG", "VISEME_MODELS", "VISEME_VOICE_BOOK", "VISEME_ISA", "XDG_CONFIG_HOME",
      "XDG_DATA_HOME",
    ]
    let variables = names.compactMap { name in
      environment[name].map { "  \(name)=\(displayed($0))\n" }
    }
    var text = file(configuration)
    for entry in configuration.entries {
      text += "  \(line(entry)): \(displayed(entry.key)) = \(value(entry))"
      text += ", for \(commands(entry))\n"
    }
    text += "models: \(displayed(ModelStore.defaultRoot(environment: environment).path))\n"
    return text + (variables.isEmpty ? "" : "environment:\n" + variables.joined())
  }

  /// Every option of a command with its value and where that comes from.
  static func options(of command: CommandEntry, _ configuration: Configuration) -> String {
    let entries = configuration.entries(for: command)
    var text = file(configuration) + "viseme \(command.name):\n"
    for option in command.options {
      let set = entries.last { $0.long(is: option) }
      let origin = set.map { "\(value($0))  (\(line($0)))" } ?? "default"
      let name = "  --\(option.long)"
      text += name + String(repeating: " ", count: max(2, 22 - name.count)) + origin + "\n"
    }
    return text
  }

  private static func file(_ configuration: Configuration) -> String {
    guard let path = configuration.path else { return "no configuration file\n" }
    return "\(displayed(path))" + (configuration.entries.isEmpty ? ": sets nothing\n" : ":\n")
  }

  private static func line(_ entry: ConfigEntry) -> String { "line \(entry.line)" }

  private static func value(_ entry: ConfigEntry) -> String {
    switch entry.value {
    case .text(let text): "\"\(displayed(text))\""
    case .number(let text): displayed(text)
    case .flag(let flag): flag ? "true" : "false"
    case .list(let items): displayed(items.joined(separator: ","))
    }
  }

  private static func commands(_ entry: ConfigEntry) -> String {
    let meant = CommandCatalogue.all.filter { command in
      (entry.table.isEmpty || command.name == entry.table)
        && command.options.contains { entry.long(is: $0) }
    }
    return meant.map(\.name).joined(separator: ", ")
  }
}

extension ConfigEntry {
  fileprivate func long(is option: OptionEntry) -> Bool { option.long == key && suits(option) }
}
