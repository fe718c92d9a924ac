import Foundation
import Support

/// Reports of shards or of several runs, made one.
package struct MergedReport: Sendable {
  /// The last line about each recording, in the order of their names.
  package private(set) var lines: [ReportLine]
  /// Shards of which there is no line, in stretches, and of how many; none where that is not known.
  package private(set) var missingShards: [ClosedRange<Int>]
  package private(set) var shardCount: Int

  /// Why a report cannot be read.
  package enum Fault: Error, Sendable, Hashable {
    case unreadable(path: String, code: Int32)
    /// It has no line that a report has.
    case noReport(path: String)
  }

  /// Joins the reports at `paths`; a folder stands for the `report*.jsonl` in it.
  package init(paths: [String]) throws(Fault) {
    var last: [String: ReportLine] = [:]
    var files: [String] = []
    for path in paths { files += try Self.files(path) }
    for path in files {
      // Times are written in UTC, so they sort as texts.
      let isReport = try Self.read(path) { line in
        if (last[line.input]?.finished ?? "") <= line.finished { last[line.input] = line }
      }
      guard isReport else { throw .noReport(path: path) }
    }
    lines = last.values.sorted { $0.input < $1.input }
    let shards = last.values.compactMap { $0.shard.flatMap { Shard($0) } }
    let counts = Set(shards.map(\.count))
    shardCount = counts.count == 1 ? counts.first ?? 0 : 0
    missingShards = Self.missing(Set(shards.map(\.index)), of: shardCount)
  }

  /// The report as JSON lines.
  package var data: Data { lines.reduce(into: Data()) { $0 += $1.data } }

  /// Reads a report; false where it has lines, but none that a report has.
  private static func read(_ path: String, _ body: (ReportLine) -> Void) throws(Fault) -> Bool {
    var count = 0
    do throws(WholeFile.Unreadable) {
      let hasOthers = try ReportFile.read(path) { line in
        count += 1
        body(line)
      }
      return count > 0 || !hasOthers
    } catch {
      throw .unreadable(path: path, code: error.code)
    }
  }

  private static func files(_ path: String) throws(Fault) -> [String] {
    var status = stat()
    guard stat(path.fileBytes, &status) == 0 else { throw .unreadable(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
    let names = (try? FolderNames.read(path)) ?? []
    let folder = path.hasSuffix("/") ? path : path + "/"
    return names.filter { $0.hasPrefix("report") && $0.hasSuffix(".jsonl") }.sorted()
      .map { folder + $0 }
  }

  private static func missing(_ present: Set<Int>, of count: Int) -> [ClosedRange<Int>] {
    guard count > 0 else { return [] }
    var (stretches, start): ([ClosedRange<Int>], Int?) = ([], nil)
    for index in 1...count + 1 {
      if index <= count, !present.contains(index) {
        start = start ?? index
      } else if let first = start {
        stretches.append(first...index - 1)
        start = nil
      }
    }
    return stretches
  }
}
