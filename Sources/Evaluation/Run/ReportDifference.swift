/// Something in which two reports were made differently.
package struct ReportDifference: Sendable, Hashable {
  package var name: String
  /// As each report tells it; nil where it does not.
  package var first: String?
  package var second: String?

  /// All that differs between the ways in which two reports were made, but for what a table of them shows.
  package static func list(
    _ first: EvaluationReport, _ second: EvaluationReport
  ) -> [ReportDifference] {
    let (mine, other) = (facts(first), facts(second))
    let names = (mine.map(\.name) + other.map(\.name)).firstOccurrences()
    let values = { (facts: [(name: String, value: String?)], name: String) in
      facts.first { $0.name == name }?.value
    }
    return names.compactMap { name in
      let (left, right) = (values(mine, name), values(other, name))
      return left == right ? nil : ReportDifference(name: name, first: left, second: right)
    }
  }

  private static func facts(_ report: EvaluationReport) -> [(name: String, value: String?)] {
    var facts: [(name: String, value: String?)] = [
      ("model", "\(report.model.name) \(report.model.version)".trimmed),
      ("program", "\(report.program.name) \(report.program.version)"),
      ("results revision", report.revision.map { String($0) }),
      ("hypotheses", report.isScored == true ? "of another system" : "own"),
      ("seed", String(report.seed)),
      ("room", report.reverb), ("room's SHA-256", report.room?.sha256),
      ("channel bit rate", report.channelBitRate.map { String($0) }),
      ("recordings transcribed channel by channel", apart(report)),
      ("normalisers", report.normalisers.map(\.rawValue).joined(separator: ", ")),
    ]
    facts += (report.settings ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    facts += (report.models ?? []).map { ("SHA-256 of \($0.name)", $0.sha256) }
    for noise in report.noises {
      facts.append(("noise \(noise.name)", noise.source))
      facts.append(("SHA-256 of noise \(noise.name)", noise.sha256))
    }
    facts.append(("machine", report.machine.processor))
    facts.append(("threads", String(report.machine.threads)))
    return facts
  }

  /// How many recordings were transcribed channel by channel; nil where none was.
  private static func apart(_ report: EvaluationReport) -> String? {
    let count = report.utterances.count { $0.channels != nil }
    return count > 0 ? String(count) : nil
  }
}

extension String {
  /// Without the space that an empty version leaves.
  fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}
