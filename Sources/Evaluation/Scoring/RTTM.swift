/// Who speaks when, a span a line: `SPEAKER session channel start duration <NA> <NA> name …`,
/// times in seconds (NIST, RT-09 evaluation plan, appendix A). Objects of other types are passed
/// over.
package enum RTTM {
  private static let fields = 8
  private static let types: Set<Substring> = [
    "SPEAKER", "SEGMENT", "NOSCORE", "NO_RT_METADATA", "LEXEME", "NON-LEX", "NON-SPEECH", "FILLER",
    "EDIT", "IP", "SU", "CB", "A/P", "SPKR-INFO",
  ]

  /// Every span in the order of the lines.
  ///
  /// - Throws: what is wrong with the first line that cannot be used.
  package static func spans(_ text: String) throws(ReferenceFileError) -> [SpeakerSpan] {
    let (spans, faults) = read(text)
    if let fault = faults.first { throw fault }
    return spans
  }

  /// The spans of the lines that can be used, and what is wrong with the others.
  package static func read(_ text: String) -> (spans: [SpeakerSpan], faults: [ReferenceFileError]) {
    var spans: [SpeakerSpan] = []
    var faults: [ReferenceFileError] = []
    for (number, line) in ReferenceLines.numbered(text) {
      do throws(LineFault) {
        if let span = try span(line) { spans.append(span) }
      } catch {
        faults.append(.rttm(line: number, error))
      }
    }
    return (spans, faults)
  }

  private static func span(_ line: Substring) throws(LineFault) -> SpeakerSpan? {
    let parts = line.split(whereSeparator: \.isWhitespace)
    guard let type = parts.first, types.contains(type) else {
      throw .unknownType(String(parts.first ?? ""))
    }
    guard type == "SPEAKER" else { return nil }
    guard parts.count >= fields else {
      throw .tooFewFields(found: parts.count, needed: fields)
    }
    let start = try ReferenceLines.time(parts[3], .start)
    let duration = try ReferenceLines.time(parts[4], .duration)
    return SpeakerSpan(
      session: String(parts[1]), channel: String(parts[2]), speaker: String(parts[7]),
      start: start, end: start + duration)
  }
}
