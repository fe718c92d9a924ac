/// A table of segments: when, where, who, how sure, what.
private let columns = ["start", "end", "track", "channel", "speaker", "confidence", "text"]

private func cells(_ segment: Segment) -> [String] {
  [
    decimalSeconds(segment.start), decimalSeconds(segment.end), String(segment.track),
    segment.channel.map { String($0) } ?? "", displayText(segment.speaker ?? ""),
    decimalShare(segment.confidence), segment.text,
  ]
}

/// Comma-separated values by RFC 4180. A text that a spreadsheet would take for a formula gets an
/// apostrophe before it, which spreadsheets take for "this is text" (OWASP, CSV injection).
struct CommaSeparated: EntrySyntax {
  func header(_ header: TranscriptHeader) -> String { Self.row(columns) }
  func segment(_ segment: Segment, number: Int) -> String { Self.row(cells(segment)) }
  func footer() -> String { "" }

  private static func row(_ cells: [String]) -> String {
    cells.map(cell).joined(separator: ",") + "\r\n"
  }

  private static func cell(_ text: String) -> String {
    let isFormula = text.unicodeScalars.first.map { "=+-@".unicodeScalars.contains($0) } ?? false
    let text = isFormula ? "'" + text : text
    // By scalars: a mark that joins a quote to one character must not hide it.
    guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { out += "\"" }
      out.unicodeScalars.append(scalar)
    }
    return out + "\""
  }
}

/// Tab-separated values as IANA registered them: no quotes; texts hold neither tabs nor line ends.
struct TabSeparated: EntrySyntax {
  func header(_ header: TranscriptHeader) -> String { Self.row(columns) }
  func segment(_ segment: Segment, number: Int) -> String { Self.row(cells(segment)) }
  func footer() -> String { "" }

  private static func row(_ cells: [String]) -> String {
    cells.joined(separator: "\t") + "\n"
  }
}
