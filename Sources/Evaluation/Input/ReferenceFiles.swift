import Foundation
import Support

/// STM, RTTM and word-time files, each read once however many entries refer to it.
struct ReferenceFiles {
  private var stm: [String: Result<[SpokenTurn], ReferenceFault>] = [:]
  private var rttm: [String: Result<[SpeakerSpan], ReferenceFault>] = [:]

  /// The turns of a recording, in the order of their starts. A file about one recording alone
  /// is taken to be about this one, whatever it calls it.
  mutating func turns(
    _ path: String, session: String
  ) throws(ReferenceFault) -> [SpokenTurn] {
    let all = try Self.kept(path, in: &stm) { text throws(ReferenceFileError) in
      try STM.turns(text)
    }
    return try Self.matching(all, session, \.session).sorted { $0.start < $1.start }
  }

  /// Who speaks when in a recording.
  mutating func spans(
    _ path: String, session: String
  ) throws(ReferenceFault) -> [SpeakerSpan] {
    let all = try Self.kept(path, in: &rttm) { text throws(ReferenceFileError) in
      try RTTM.spans(text)
    }
    return try Self.matching(all, session, \.session)
  }

  /// Names of the recordings that an STM file is about.
  mutating func stmSessions(_ path: String) throws(ReferenceFault) -> Set<String> {
    Set(
      try Self.kept(path, in: &stm) { text throws(ReferenceFileError) in try STM.turns(text) }
        .map(\.session))
  }

  /// Names of the recordings that an RTTM file is about.
  mutating func rttmSessions(_ path: String) throws(ReferenceFault) -> Set<String> {
    Set(
      try Self.kept(path, in: &rttm) { text throws(ReferenceFileError) in try RTTM.spans(text) }
        .map(\.session))
  }

  private static func matching<Item>(
    _ items: [Item], _ session: String, _ name: KeyPath<Item, String>
  ) throws(ReferenceFault) -> [Item] {
    let own = items.filter { $0[keyPath: name] == session }
    if !own.isEmpty { return own }
    guard Set(items.map { $0[keyPath: name] }).count == 1 else { throw .noEntry(session: session) }
    return items
  }

  private static func kept<Item>(
    _ path: String, in cache: inout [String: Result<[Item], ReferenceFault>],
    _ parse: (String) throws(ReferenceFileError) -> [Item]
  ) throws(ReferenceFault) -> [Item] {
    if let result = cache[path] { return try result.get() }
    let result: Result<[Item], ReferenceFault>
    do throws(ReferenceFault) {
      result = .success(try read(path, parse))
    } catch {
      result = .failure(error)
    }
    cache[path] = result
    return try result.get()
  }

  private static func read<Item>(
    _ path: String, _ parse: (String) throws(ReferenceFileError) -> [Item]
  ) throws(ReferenceFault) -> [Item] {
    let text = try text(path)
    do throws(ReferenceFileError) { return try parse(text) } catch { throw .syntax(error) }
  }

  /// The text of a reference file.
  static func text(_ path: String) throws(ReferenceFault) -> String {
    do throws(TextFile.Fault) { return try TextFile.read(path) } catch {
      switch error {
      case .unreadable(let code): throw .unreadable(code)
      case .notText: throw .notText
      case .badLine(let line): throw .badLine(line)
      }
    }
  }
}
