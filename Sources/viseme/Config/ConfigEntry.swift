/// A value of a configuration file.
enum ConfigValue: Hashable {
  case text(String)
  /// As it is written.
  case number(String)
  case flag(Bool)
  /// Texts and numbers.
  case list([String])
}

/// A key of a configuration file with its value.
struct ConfigEntry: Hashable {
  /// The command that it is for, such as "batch merge"; empty for all that have such an option.
  let table: String
  /// The option's long name.
  let key: String
  let value: ConfigValue
  /// Counted from 1.
  let line: Int
}

/// Why a configuration file is of no use; lines are counted from 1.
enum ConfigFault: Error, Hashable {
  /// The value is `errno`.
  case unreadable(Int32)
  case notText
  /// Neither `[command]` nor `option = value` on one line.
  case syntax(line: Int)
  case unknownTable(String, line: Int, suggestion: String?)
  /// The command, or any where it is empty, has no such option.
  case unknownKey(String, table: String, line: Int, suggestion: String?)
  /// A table has the key twice.
  case twice(String, line: Int, first: Int)
  /// An option without a value wants true or false, one with a value anything else.
  case wrongType(String, line: Int, takesValue: Bool)
  case wrongValue(String, value: String, line: Int, expected: ExpectedValue)
}
