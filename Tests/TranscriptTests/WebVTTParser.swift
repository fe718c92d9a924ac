/// A file that breaks the WebVTT syntax, with the line and the rule.
struct WebVTTError: Error {
  let line: Int
  let rule: String
}

/// A strict reader of the syntax that https://www.w3.org/TR/webvtt1/#syntax asks of authors, so
/// stricter than players are: anything not allowed there is an error.
struct WebVTTParser {
  struct Cue: Equatable {
    let start: Int
    let end: Int
    let text: String
    /// The annotation of a voice span that holds the whole cue.
    var voice: String?
  }

  private(set) var cues: [Cue] = []
  private(set) var comments: [String] = []
  private let lines: [String]
  private var index = 0

  init(_ text: String) throws(WebVTTError) {
    guard !text.unicodeScalars.contains("\0") else { throw WebVTTError(line: 0, rule: "no NUL") }
    // Lines end with CR LF, LF or CR; split by scalar, for CR LF is one character.
    let unified = text.unicodeScalars.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" })
    lines = unified.map { String(String.UnicodeScalarView($0.filter { $0 != "\r" })) }
    try signature()
    while index < lines.count {
      if lines[index].isEmpty { index += 1 } else { try block() }
    }
  }

  private func fail(_ rule: String) -> WebVTTError { WebVTTError(line: index + 1, rule: rule) }

  private mutating func signature() throws(WebVTTError) {
    let first = lines[0]
    guard first == "WEBVTT" || first.hasPrefix("WEBVTT ") || first.hasPrefix("WEBVTT\t") else {
      throw fail("starts with WEBVTT")
    }
    guard lines.count > 1, lines[1].isEmpty else { throw fail("an empty line after the header") }
    index = 2
  }

  private mutating func block() throws(WebVTTError) {
    let start = index
    while index < lines.count, !lines[index].isEmpty { index += 1 }
    let block = Array(lines[start..<index])
    guard index < lines.count else { throw fail("every line ends with a terminator") }
    if block[0] == "NOTE" || block[0].hasPrefix("NOTE ") {
      guard !block.contains(where: { $0.contains("-->") }) else { throw fail("no arrow in NOTE") }
      comments.append(block.joined(separator: "\n"))
      return
    }
    let hasIdentifier = !block[0].contains("-->")
    let timing = hasIdentifier ? 1 : 0
    guard block.count > timing + 1 else { throw fail("a cue has timings and text") }
    try cue(timing: block[timing], payload: Array(block[(timing + 1)...]))
  }

  private mutating func cue(timing: String, payload: [String]) throws(WebVTTError) {
    let parts = timing.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1] == "-->", let start = Self.time(parts[0]),
      let end = Self.time(parts[2])
    else { throw fail("timings") }
    guard end > start else { throw fail("a cue ends after it starts") }
    guard start >= cues.last?.start ?? 0 else { throw fail("cues come in the order of starts") }
    let (voice, lines) = try voice(of: payload)
    let text = try lines.map { line throws(WebVTTError) in try unescaped(line) }
    cues.append(Cue(start: start, end: end, text: text.joined(separator: "\n"), voice: voice))
  }

  /// The name of the voice that speaks the cue, and the cue without its tag. An annotation holds no
  /// `>`, and `&` only in references; no other tags are expected.
  private func voice(of payload: [String]) throws(WebVTTError) -> (String?, [String]) {
    guard payload[0].hasPrefix("<v "), let close = payload[0].firstIndex(of: ">") else {
      return (nil, payload)
    }
    let annotation = String(payload[0][..<close].dropFirst(3))
    guard !annotation.isEmpty else { throw fail("a voice has a name") }
    let first = String(payload[0][close...].dropFirst())
    return (try unescaped(annotation), [first] + payload.dropFirst())
  }

  /// Milliseconds of a timestamp with hours.
  private static func time(_ text: Substring) -> Int? {
    guard let match = text.wholeMatch(of: /([0-9]{2,}):([0-5][0-9]):([0-5][0-9])\.([0-9]{3})/),
      let hours = Int(match.1), let minutes = Int(match.2), let seconds = Int(match.3),
      let thousandths = Int(match.4)
    else { return nil }
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
  }

  /// Text spans hold no arrow and no `<`; `&` only starts a character reference.
  private func unescaped(_ line: String) throws(WebVTTError) -> String {
    guard !line.contains("-->") else { throw fail("no arrow in text") }
    guard !line.contains("<") else { throw fail("no tag in text") }
    let references = ["amp;": "&", "lt;": "<", "gt;": ">", "nbsp;": "\u{A0}"]
    let parts = line.split(separator: "&", omittingEmptySubsequences: false)
    var text = String(parts[0])
    for part in parts.dropFirst() {
      guard let (name, value) = references.first(where: { part.hasPrefix($0.key) }) else {
        throw fail("& starts a reference")
      }
      text += value + part.dropFirst(name.count)
    }
    return text
  }
}
