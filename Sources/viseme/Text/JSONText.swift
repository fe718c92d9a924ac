/// JSON with its fields in the order given.
indirect enum JSONText {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONText])
  case object([(String, JSONText)])

  static func optional(_ text: String?) -> JSONText { text.map { .text($0) } ?? .null }

  static func optional(_ number: Double?) -> JSONText { number.map { .number($0) } ?? .null }

  static func integer(_ value: Int) -> JSONText { .number(Double(value)) }

  /// On one line.
  var description: String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .number(let value): Self.number(value)
    case .text(let text): Self.quoted(text)
    case .list(let items): "[" + items.map(\.description).joined(separator: ", ") + "]"
    case .object(let fields):
      "{"
        + fields.map { "\(Self.quoted($0)): \($1.description)" }.joined(separator: ", ") + "}"
    }
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    return Int(exactly: value).map { String($0) } ?? NumberText.fixed(value, 6)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value <= 0xFFFF && !DisplayedText.isPlain(scalar):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
