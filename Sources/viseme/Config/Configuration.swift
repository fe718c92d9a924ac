import Foundation
import Support

/// The configuration file that holds for this process, checked.
struct Configuration {
  /// The file that is looked for; nil where none is.
  let path: String?
  /// In the order of the file.
  let entries: [ConfigEntry]

  static let none = Configuration(path: nil, entries: [])

  /// Whether there is a file, or one is named: most have none, and then nothing else is looked at.
  static var isThere: Bool {
    var environment: [String: String] = [:]
    for name in ["VISEME_CONFIG", "XDG_CONFIG_HOME", "HOME"] {
      environment[name] = getenv(name).map { String(cString: $0) }
    }
    guard let path = path(environment) else { return false }
    return environment["VISEME_CONFIG"] != nil || access(path.fileBytes, F_OK) == 0
      || (errno != ENOENT && errno != ENOTDIR)
  }

  /// Reads the file that the environment names. One that nobody named need not be there.
  static func load(environment: [String: String]) throws(UsageError) -> Configuration {
    guard let path = path(environment) else { return .none }
    do throws(ConfigFault) {
      let isNamed = environment["VISEME_CONFIG"] != nil
      guard let text = try text(path, mayLack: !isNamed) else {
        return Configuration(path: path, entries: [])
      }
      let entries = try ConfigReader.entries(text)
      try check(entries)
      return Configuration(path: path, entries: entries)
    } catch {
      throw .configuration(error, file: path)
    }
  }

  /// `$VISEME_CONFIG`, else `$XDG_CONFIG_HOME/viseme/config.toml`, else `~/.config/viseme/config.toml`.
  private static func path(_ environment: [String: String]) -> String? {
    if let path = environment["VISEME_CONFIG"] { return path.isEmpty ? nil : path }
    let name = "viseme/config.toml"
    // The XDG specification has relative paths ignored.
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      return "\(folder)/\(name)"
    }
    return environment["HOME"].map { "\($0)/.config/\(name)" }
  }

  private static func text(_ path: String, mayLack: Bool) throws(ConfigFault) -> String? {
    do throws(TextFile.Fault) { return try TextFile.read(path) } catch {
      switch error {
      case .unreadable(let code):
        if mayLack, code == ENOENT || code == ENOTDIR { return nil }
        throw .unreadable(code)
      case .notText: throw .notText
      case .badLine(let line): throw .syntax(line: line)
      }
    }
  }

  /// Every key is an option of its command, and every value one of it for all commands that it is for.
  private static func check(_ entries: [ConfigEntry]) throws(ConfigFault) {
    let commands = CommandCatalogue.all
    for entry in entries {
      let meant = commands.filter { entry.table.isEmpty || $0.name == entry.table }
      if meant.isEmpty {
        let near = Suggestion.closest(to: entry.table, among: commands.map(\.name))
        throw .unknownTable(entry.table, line: entry.line, suggestion: near)
      }
      let options = meant.flatMap(\.options)
      let named = options.filter { $0.long == entry.key }
      if named.isEmpty {
        let near = Suggestion.closest(to: entry.key, among: options.map(\.long))
        throw .unknownKey(entry.key, table: entry.table, line: entry.line, suggestion: near)
      }
      // `--lips` is a choice for one command and without a value for another: what fits is meant.
      let fitting = named.filter { entry.suits($0) }
      if fitting.isEmpty {
        let takesValue = named.contains { $0.placeholder != nil }
        throw .wrongType(entry.key, line: entry.line, takesValue: takesValue)
      }
      for option in fitting { try check(entry, option) }
    }
  }

  /// The value is one that the option takes.
  private static func check(_ entry: ConfigEntry, _ option: OptionEntry) throws(ConfigFault) {
    guard let text = entry.text(for: option) else { return }
    do throws(ExpectedValue) { try option.check(text) } catch {
      throw .wrongValue(entry.key, value: text, line: entry.line, expected: error)
    }
  }
}

extension Configuration {
  /// The entries that hold for a command: of a key at the top and in its own table the latter.
  func entries(for command: CommandEntry) -> [ConfigEntry] {
    let meant = entries.filter { entry in
      command.options.contains { $0.long == entry.key && entry.suits($0) }
    }
    let own = meant.filter { $0.table == command.name }
    let general = meant.filter { entry in
      entry.table.isEmpty && !own.contains { $0.key == entry.key }
    }
    return general + own
  }

  /// The words of a command line with the configuration's options before those that were typed, so that the
  /// latter count; an option of the file that cannot be together with one of them is left out.
  func applied(to words: [String]) -> [String] {
    guard !entries.isEmpty, let (command, count) = CommandCatalogue.command(of: words) else {
      return words
    }
    let typed = command.named(Array(words[count...]))
    let excluded = Self.exclusive.flatMap { pair in
      pair.contains(where: typed.contains) ? pair.filter { !typed.contains($0) } : []
    }
    let meant = entries(for: command).filter { !excluded.contains($0.key) }
    let options = meant.compactMap { entry -> String? in
      guard let option = command.options.first(where: { $0.long == entry.key }) else { return nil }
      if let text = entry.text(for: option) { return "--\(entry.key)=\(text)" }
      return entry.value == .flag(true) ? "--\(entry.key)" : nil
    }
    return words[..<count] + options + words[count...]
  }
}

extension Configuration {
  /// Long names of options of which a command takes one.
  private static let exclusive = [["output", "output-dir"]]
}

extension ConfigEntry {
  /// Whether it has a value for an option that takes one, or true or false for one that takes none.
  func suits(_ option: OptionEntry) -> Bool {
    if case .flag = value { return option.placeholder == nil }
    return option.placeholder != nil
  }

  /// The value as it would be typed; nil for true and false. `~` in a path is the home folder, as a shell
  /// would have it.
  func text(for option: OptionEntry) -> String? {
    switch value {
    case .flag: return nil
    case .number(let text): return text
    case .list(let items): return items.joined(separator: ",")
    case .text(let text):
      let isPath = option.placeholder == "FILE" || option.placeholder == "DIR"
      guard isPath, text.hasPrefix("~/"), let home = ProcessInfo.processInfo.environment["HOME"]
      else { return text }
      return home + text.dropFirst()
    }
  }
}
