/// What a subcommand's words amount to.
enum Parsed<Arguments> {
  case help
  case arguments(Arguments)
}

/// Reads the words after a subcommand by its table of options.
///
/// `--name value`, `--name=value`, `-n value` and `-nvalue` are the same; short flags may be
/// joined (`-qf`); after `--` every word is an operand, and `-` alone is one everywhere.
struct OptionParser<Arguments> {
  private let spec: CommandSpec<Arguments>
  private let words: [String]
  private var position = 0
  /// Long names of the options met so far.
  private(set) var named: Set<String> = []
  /// Whether options' values are looked at: that may read a file, which a pipe lets happen once.
  private let takesValues: Bool

  init(spec: CommandSpec<Arguments>, words: [String], takesValues: Bool = true) {
    self.spec = spec
    self.words = words
    self.takesValues = takesValues
  }

  /// Reads all words into `defaults`. Of an option given twice the last one counts.
  static func parse(
    _ words: [String], by spec: CommandSpec<Arguments>, into defaults: Arguments
  ) throws(UsageError) -> Parsed<Arguments> {
    var parser = OptionParser(spec: spec, words: words)
    var arguments = defaults
    return try parser.parse(into: &arguments) ? .arguments(arguments) : .help
  }

  /// Reads all words; false at one that asks for help.
  mutating func parse(into arguments: inout Arguments) throws(UsageError) -> Bool {
    while position < words.count {
      let word = words[position]
      position += 1
      if word == "--help" || word == "-h" { return false }
      if word == "--" {
        for operand in words[position...] { try self.operand(operand, &arguments) }
        break
      }
      if word.hasPrefix("--") {
        try long(word, &arguments)
      } else if word.hasPrefix("-"), word.count > 1 {
        try short(word, &arguments)
      } else {
        try operand(word, &arguments)
      }
    }
    return true
  }

  private func operand(_ word: String, _ arguments: inout Arguments) throws(UsageError) {
    guard let take = spec.operand else {
      throw .unexpectedOperand(word, command: spec.name)
    }
    take(&arguments, word)
  }

  private mutating func long(_ word: String, _ arguments: inout Arguments) throws(UsageError) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = spec.options.first(where: { $0.long == name }) else {
      let names = spec.options.map(\.long) + ["help"]
      throw .unknownOption(
        "--\(name)", command: spec.name,
        suggestion: Suggestion.closest(to: name, among: names).map { "--\($0)" })
    }
    let attached = parts.count > 1 ? String(parts[1]) : nil
    try apply(option, written: "--\(name)", attached: attached, &arguments)
  }

  private mutating func short(_ word: String, _ arguments: inout Arguments) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = spec.options.first(where: { $0.short == letter }) else {
        let name = String(word.dropFirst())
        let meant = spec.options.first { $0.long == name }.map { "--\($0.long)" }
        throw .unknownOption(
          letters.isEmpty || meant == nil ? "-\(letter)" : word, command: spec.name,
          suggestion: meant)
      }
      if case .value = option.action {
        let attached = letters.isEmpty ? nil : String(letters)
        return try apply(option, written: "-\(letter)", attached: attached, &arguments)
      }
      try apply(option, written: "-\(letter)", attached: nil, &arguments)
    }
  }

  private mutating func apply(
    _ option: OptionSpec<Arguments>, written: String, attached: String?,
    _ arguments: inout Arguments
  ) throws(UsageError) {
    named.insert(option.long)
    switch option.action {
    case .flag(let set):
      guard attached == nil else {
        throw .unexpectedValue(option: written, command: spec.name)
      }
      set(&arguments)
    case .value(let placeholder, let set):
      guard let value = attached ?? nextValue() else {
        throw .missingValue(option: written, placeholder: placeholder, command: spec.name)
      }
      guard takesValues else { return }
      do throws(ExpectedValue) {
        try set(&arguments, value)
      } catch {
        throw .badValue(option: written, value: value, expected: error)
      }
    }
  }

  /// The next word unless it is an option: `--start --quiet` lacks a value, `--start -5` has a
  /// bad one, `--snr -5,0` and `-o -` a good one. Other values that begin with a dash are given as
  /// `--name=-value`.
  private mutating func nextValue() -> String? {
    guard position < words.count else { return nil }
    let word = words[position]
    let second = word.dropFirst().first
    let isOption = word.hasPrefix("-") && second.map { !$0.isNumber && $0 != "." } ?? false
    guard !isOption else { return nil }
    position += 1
    return word
  }
}
