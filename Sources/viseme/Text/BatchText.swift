import Batch
import Foundation
import Pipeline

/// What a person reads of a batch.
enum BatchText {
  /// A failure without the recording's name.
  static func cause(_ failure: BatchFailure, path: String) -> String {
    switch failure {
    case .entry(.unreadable(let code)), .input(.unreadable(let code)): return unreadable(code)
    case .entry(.noMatch): return "fits no file"
    case .entry(.manifest(let fault)): return manifest(fault)
    case .input(.isDirectory): return "is a directory, not a recording"
    case .input(.notAFile): return "is a pipe or a device; a batch takes files"
    case .changed: return "was written to while it was transcribed"
    case .outputCollision(let base):
      return "another recording writes \(displayed(base)) too; name an output in a manifest"
    case .outputIsInput(let path):
      return "\(displayed(path)) would be overwritten by its own transcript"
    case .transcription(let error):
      let message = ErrorText.failure(error, name: path)?.message ?? "nobody reads the output"
      let name = "\(displayed(path)): "
      return message.hasPrefix(name) ? String(message.dropFirst(name.count)) : message
    }
  }

  private static func unreadable(_ code: Int32) -> String {
    if code == ENOENT || code == ENOTDIR { return "no such file" }
    if code == EACCES || code == EPERM { return "permission denied" }
    return "cannot be read: \(ErrorText.cause(code))"
  }

  private static func manifest(_ fault: ManifestFault) -> String {
    switch fault {
    case .notText: "is not text"
    case .badLine: "is longer than any entry, or has letters with more marks than any"
    case .noPathColumn: "has no header with a column path, and is no JSON"
    case .noPath: "names no path"
    case .notJSON: "is not a JSON object"
    case .badValue(let field, let value): "\(field): '\(displayed(value))' cannot be used"
    case .context(let fault): "context: \(ContextText.sentence(fault))"
    case .emptySpan: "end must be later than start"
    }
  }

  /// "12:34 in 4.2 s, 179x, 1830 words, 8:15 read before".
  static func result(_ line: ReportLine) -> String {
    let (audio, seconds, resumed) = (line.audio ?? 0, line.seconds ?? 0, line.resumed ?? 0)
    let now = max(audio - resumed, 0)
    let speed = seconds > 0 ? ", \(NumberText.short(now / seconds))x" : ""
    return "\(TimeText.clock(audio)) in \(NumberText.fixed(seconds, 1)) s\(speed), "
      + ErrorText.plural(line.words ?? 0, "word")
      + (resumed > 0 ? ", \(TimeText.clock(resumed)) read before" : "")
  }

  /// Shards that a joined report lacks, on one line: "2, 5-7 of 9"; nil where it lacks none.
  static func missingShards(_ merged: MergedReport) -> String? {
    guard !merged.missingShards.isEmpty else { return nil }
    let shown = merged.missingShards.prefix(20).map { shards in
      shards.count == 1 ? "\(shards.lowerBound)" : "\(shards.lowerBound)-\(shards.upperBound)"
    }
    let rest = merged.missingShards.count > shown.count ? " and others" : ""
    return "no line of shard \(shown.joined(separator: ", "))\(rest) of \(merged.shardCount): "
      + "no recordings, or the report is missing"
  }

  /// The table at the end, a line each.
  static func summary(_ totals: BatchTotals) -> [String] {
    var rows: [(String, String)] = [("transcribed", String(totals.done))]
    if totals.kept > 0 { rows.append(("done before", String(totals.kept))) }
    if totals.failed > 0 {
      let reasons = totals.failures
        .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        .map { "\($0.key.rawValue) \($0.value)" }
      rows.append(("failed", "\(totals.failed)  (\(reasons.joined(separator: ", ")))"))
    }
    if totals.remembered > 0 { rows.append(("failed before", String(totals.remembered))) }
    if totals.passedOver > 0 { rows.append(("other files", String(totals.passedOver))) }
    if totals.done > 0 {
      rows.append(("audio", TimeText.clock(totals.audio)))
      if totals.resumed > 0 { rows.append(("read before", TimeText.clock(totals.resumed))) }
      rows.append(("words", String(totals.words)))
    }
    if totals.elapsed > 0 {
      let now = max(totals.audio - totals.resumed, 0)
      let speed = now > 0 ? "  (\(NumberText.short(now / totals.elapsed))x)" : ""
      rows.append(("time", "\(NumberText.fixed(totals.elapsed, 1)) s\(speed)"))
    }
    if !totals.noted.isEmpty { rows.append(("with notes", String(totals.noted.count))) }
    return rows.map { name, value in
      "  \(name)\(String(repeating: " ", count: 15 - name.count))\(value)"
    } + notes(totals)
  }

  /// Recordings whose notes the table has; the report has all.
  private static let mostNoted = 100

  /// "    in/a.wav: no speech was found", a line for each recording with notes.
  private static func notes(_ totals: BatchTotals) -> [String] {
    let lines = totals.noted.prefix(mostNoted).map { noted in
      "    \(displayed(noted.input)): \(noted.notes.joined(separator: "; "))"
    }
    let rest = totals.noted.count - lines.count
    return lines + (rest > 0 ? ["    and \(rest) more, in the report"] : [])
  }
}

extension ExitCode {
  /// What a batch with these totals tells its caller.
  init(_ totals: BatchTotals) {
    let kinds = totals.failures.keys
    if kinds.contains(.noModel) || kinds.contains(.noLibrary) {
      self = .unavailable
    } else if kinds.contains(where: \.isTransient) {
      self = .mayRetry
    } else {
      self = totals.failed + totals.remembered > 0 ? .unusableInput : .success
    }
  }
}
