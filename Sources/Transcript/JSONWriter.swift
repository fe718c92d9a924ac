/// The transcript as JSON, one segment a line; `docs/manual/OUTPUT.md` has the schema.
struct JSONWriter: FormatWriter {
  static let schema = "viseme.transcript"
  /// Grows when a reader of the version before could misunderstand.
  static let version = 1

  private var isFirstSegment = true
  private var voices: [VoiceTurn] = []

  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    let source = Self.object([
      ("file", Self.string(header.source.file)),
      ("container", Self.string(header.source.container)),
      ("duration", header.source.duration.map(Self.time) ?? "null"),
    ])
    let fields = [
      ("schema", Self.string(Self.schema)),
      ("version", String(Self.version)),
      ("program", Self.model(header.program)),
      ("source", source),
      ("model", Self.model(header.model)),
      ("language", Self.string(header.language)),
      ("settings", Self.settings(header.settings)),
    ]
    let lines = fields.map { "  \(Self.string($0)): \($1),\n" }
    try sink.write("{\n" + lines.joined() + "  \"segments\": [")
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {
    try sink.write((isFirstSegment ? "\n    " : ",\n    ") + Self.segment(segment))
    isFirstSegment = false
  }

  mutating func take(_ voices: [VoiceTurn]) { self.voices = voices }

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {
    let close = isFirstSegment ? "]" : "\n  ]"
    let list = notes.map(Self.string).joined(separator: ", ")
    try sink.write("\(close),\n\(Self.speakers(voices))  \"notes\": [\(list)]\n}\n")
  }

  private static func segment(_ segment: Segment) -> String {
    let words = segment.words.map { word in
      object(
        [("text", string(word.text))] + span(word.start, word.end)
          + [("confidence", confidence(word.confidence))]
          + (word.isJoined ? [("joined", "true")] : []) + lips(word.lips))
    }
    return object(
      span(segment.start, segment.end) + [
        ("track", String(segment.track))
      ] + (segment.channel.map { [("channel", String($0))] } ?? []) + speaker(segment.speaker) + [
        ("confidence", confidence(segment.confidence))
      ] + (segment.model.map { [("model", string($0))] } ?? []) + mouth(segment.mouth) + [
        ("text", string(segment.text)),
        ("words", "[" + words.joined(separator: ", ") + "]"),
      ])
  }

  /// How long each speaker talks, and whose face that is; nothing where nobody was told apart.
  private static func speakers(_ voices: [VoiceTurn]) -> String {
    guard !voices.isEmpty else { return "" }
    let times = TalkTime.of(voices).map {
      object([("name", string($0.speaker)), ("seconds", time($0.seconds))] + sight($0.sight))
    }
    return "  \"speakers\": [\(times.joined(separator: ", "))],\n"
  }

  private static func sight(_ sight: VoiceSight?) -> [(String, String)] {
    switch sight {
    case .face(let number): [("face", String(number))]
    case .offScreen: [("off_screen", "true")]
    case nil: []
    }
  }

  private static func speaker(_ name: String?) -> [(String, String)] {
    name.map { [("speaker", string($0))] } ?? []
  }

  private static func mouth(_ mouth: MouthPosition?) -> [(String, String)] {
    mouth.map { [("mouth", "[\(confidence($0.x)), \(confidence($0.y))]")] } ?? []
  }

  private static func lips(_ lips: WordLips?) -> [(String, String)] {
    lips.map { [("face", String($0.face)), ("gate", confidence($0.gate))] } ?? []
  }

  private static func model(_ model: ModelInfo) -> String {
    object([("name", string(model.name)), ("version", string(model.version))])
  }

  /// The last setting of each name, in the order of the names' first occurrences.
  private static func settings(_ settings: [Setting]) -> String {
    var names: [String] = []
    var values: [String: Setting.Value] = [:]
    for setting in settings where values.updateValue(setting.value, forKey: setting.name) == nil {
      names.append(setting.name)
    }
    return object(names.compactMap { name in values[name].map { (name, value($0)) } })
  }

  private static func value(_ value: Setting.Value) -> String {
    switch value {
    case .text(let text): string(text)
    case .integer(let number): String(number)
    case .number(let number): number.isFinite ? String(number) : "null"
    case .flag(let flag): flag ? "true" : "false"
    }
  }

  /// `start` and `end`, the end never before the start.
  private static func span(_ start: Double, _ end: Double) -> [(String, String)] {
    [("start", time(start)), ("end", time(max(start, end)))]
  }

  private static func object(_ fields: [(name: String, value: String)]) -> String {
    "{" + fields.map { "\(string($0.name)): \($0.value)" }.joined(separator: ", ") + "}"
  }

  /// Seconds with three decimals.
  private static func time(_ seconds: Double) -> String {
    let (whole, thousandths) = milliseconds(seconds).quotientAndRemainder(dividingBy: 1000)
    return "\(whole).\(padded(thousandths, 3))"
  }

  /// From 0 to 1 with three decimals; 0 where it is not a number.
  private static func confidence(_ confidence: Double) -> String {
    time(confidence > 0 ? min(1, confidence) : 0)
  }

  /// A JSON string (RFC 8259, section 7). The line separators that JavaScript forbids in its own
  /// strings are escaped too.
  static func string(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
