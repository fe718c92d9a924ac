/// References with speakers and words, a turn a line:
/// `session channel speaker start end [<label>] words…`, times in seconds, comments after `;`
/// (NIST, SCTK, segment time marked format).
///
/// Alternations (`{ a / b }`) are not interpreted.
package enum STM {
  private static let fields = 5
  private static let notScored = "IGNORE_TIME_SEGMENT_IN_SCORING"

  /// Every turn in the order of the lines.
  ///
  /// - Throws: what is wrong with the first line that cannot be used.
  package static func turns(_ text: String) throws(ReferenceFileError) -> [SpokenTurn] {
    let (turns, faults) = read(text)
    if let fault = faults.first { throw fault }
    return turns
  }

  /// The turns of the lines that can be used, and what is wrong with the others.
  package static func read(_ text: String) -> (turns: [SpokenTurn], faults: [ReferenceFileError]) {
    var turns: [SpokenTurn] = []
    var faults: [ReferenceFileError] = []
    for (number, line) in ReferenceLines.numbered(text) {
      do throws(LineFault) {
        turns.append(try turn(line))
      } catch {
        faults.append(.stm(line: number, error))
      }
    }
    return (turns, faults)
  }

  private static func turn(_ line: Substring) throws(LineFault) -> SpokenTurn {
    let parts = line.split(maxSplits: fields, whereSeparator: \.isWhitespace)
    guard parts.count >= fields else {
      throw .tooFewFields(found: parts.count, needed: fields)
    }
    let start = try ReferenceLines.time(parts[3], .start)
    let end = try ReferenceLines.time(parts[4], .end)
    guard start <= end else { throw .endsBeforeStart(start: start, end: end) }
    let words = withoutLabel(parts.count > fields ? parts[fields] : "")
    if words.uppercased().contains(notScored) { throw .spanNotToBeScored }
    return SpokenTurn(
      session: String(parts[0]), channel: String(parts[1]), speaker: String(parts[2]),
      start: start, end: end, text: words)
  }

  /// The words after an optional label such as `<o,f0,male>`.
  private static func withoutLabel(_ text: Substring) -> String {
    var words = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    if let first = words.first, first.hasPrefix("<"), first.hasSuffix(">") { words.removeFirst() }
    return words.joined(separator: " ").trimmingSuffix(\.isWhitespace)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ isLeftOut: (Character) -> Bool) -> String {
    var rest = self[...]
    while let last = rest.last, isLeftOut(last) { rest.removeLast() }
    return String(rest)
  }
}
