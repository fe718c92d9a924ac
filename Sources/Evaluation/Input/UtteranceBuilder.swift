import Foundation

/// Makes utterances of entries.
struct UtteranceBuilder {
  /// The reference files read so far.
  var files = ReferenceFiles()
  private var places: [Place: Int?] = [:]
  private var names: Set<String> = []

  /// A recording and span, which may be evaluated once.
  private struct Place: Hashable {
    let path: String
    let start: Double?
    let end: Double?
  }

  /// The utterance of an entry that stands in line `line` of a file in `folder`.
  mutating func utterance(
    _ entry: ManifestEntry, in folder: String, line: Int?
  ) throws(InputFault.Cause) -> Utterance {
    guard let written = entry.path else { throw .noPath }
    if let start = entry.start ?? entry.end.map({ _ in 0 }), let end = entry.end, start >= end {
      throw .emptySpan
    }
    let path = FileName.resolved(written, in: folder)
    let place = Place(path: path, start: entry.start, end: entry.end)
    if let first = places[place] { throw .repeated(line: first) }
    var utterance = Utterance(
      id: identifier(written, path, entry), path: path, reference: .text(""))
    utterance.speaker = entry.speaker
    utterance.start = entry.start
    utterance.end = entry.end
    let span = (entry.start ?? 0)..<(entry.end ?? .infinity)
    if let rttm = entry.rttm {
      utterance.turns = try Self.referring(FileName.resolved(rttm, in: folder)) {
        path throws(ReferenceFault) in try files.spans(path, session: utterance.stem)
      }
    }
    if let words = entry.words {
      utterance.wordTimes = try Self.referring(FileName.resolved(words, in: folder)) {
        path throws(ReferenceFault) in
        try WordTimes.read(path, session: utterance.stem)
          .filter { span.contains(($0.start + $0.end) / 2) }
      }
    }
    utterance.reference = try reference(entry, in: folder, utterance, span)
    places[place] = line
    names.insert(utterance.id)
    return utterance
  }

  private mutating func reference(
    _ entry: ManifestEntry, in folder: String, _ utterance: Utterance, _ span: Range<Double>
  ) throws(InputFault.Cause) -> Reference {
    guard let stm = entry.stm else {
      let words = utterance.wordTimes.map { $0.map(\.text).joined(separator: " ") }
      guard let transcript = entry.transcript ?? words else { throw .noTranscript }
      return .text(transcript)
    }
    let turns = try Self.referring(FileName.resolved(stm, in: folder)) {
      path throws(ReferenceFault) in try files.turns(path, session: utterance.stem)
    }
    return .segments(turns.filter { span.contains(($0.start + $0.end) / 2) })
  }

  private static func referring<Value>(
    _ path: String, _ body: (String) throws(ReferenceFault) -> Value
  ) throws(InputFault.Cause) -> Value {
    do throws(ReferenceFault) { return try body(path) } catch {
      throw .reference(path: path, error)
    }
  }

  /// The path as written, with the span; the whole path where another input has the same.
  private func identifier(_ written: String, _ path: String, _ entry: ManifestEntry) -> String {
    let start = entry.start.map { "\($0)" } ?? ""
    let end = entry.end.map { "\($0)" } ?? ""
    let span = start.isEmpty && end.isEmpty ? "" : "@\(start)-\(end)"
    return names.contains(written + span) ? path + span : written + span
  }
}
