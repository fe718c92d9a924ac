import Support
import Foundation
import Pipeline

/// `report.jsonl`: a line for each recording, written as it is finished.
///
/// Lines are added, each by one write, so several processes may share the file where the file system
/// keeps such writes whole (local ones do). Of several lines about one recording the last counts.
final class ReportFile: Sendable {
  private let path: String
  private let descriptor: Int32
  /// What earlier runs found out, until `addKept()`.
  private let kept = Guarded<[ReportLine]>([])

  /// Opens the report at `path`, or makes it.
  init(path: String) throws(AtomicFileError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    if !folder.isEmpty {
      try? FolderMaker.make(folder)
    }
    let text = (try? WholeFile.read(path)) ?? Data()
    self.path = path
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw errno == EISDIR
        ? .isDirectory(path: path) : .cannotCreate(path: path, code: errno)
    }
    // A line that a crash of the machine cut off must not swallow the next one.
    if let last = text.last, last != 0x0A { try add(data: Data([0x0A])) }
  }

  deinit { close(descriptor) }

  /// Adds a line.
  func add(_ line: ReportLine) throws(AtomicFileError) { try add(data: line.data) }

  /// Remembers what an earlier run or another worker found out, for `addKept()`.
  func keep(_ line: ReportLine) { kept.withLock { $0.append(line) } }

  /// Adds what was kept, unless the report has it by now: another worker writes its own lines.
  func addKept() throws(AtomicFileError) {
    let lines = kept.withLock { kept in
      defer { kept = [] }
      return kept
    }
    guard !lines.isEmpty else { return }
    var told: [String: ReportLine] = [:]
    for line in Self.lines((try? WholeFile.read(path)) ?? Data()) {
      told[line.input] = line
    }
    for line in lines {
      let same = told[line.input]
      if same?.fingerprint != line.fingerprint || same?.status != line.status { try add(line) }
    }
  }

  private func add(data: Data) throws(AtomicFileError) {
    let count = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count == data.count else {
      let code = count < 0 ? errno : ENOSPC
      throw code == ENOSPC || code == EDQUOT
        ? .diskFull(path: path) : .writeFailed(path: path, code: code)
    }
  }

  /// The lines of a report; what is none is passed over.
  static func lines(_ data: Data) -> [ReportLine] {
    let decoder = JSONDecoder()
    return data.split(separator: 0x0A).compactMap {
      try? decoder.decode(ReportLine.self, from: $0)
    }
  }
}

/// Reports of shards or of several runs, made one.
package struct MergedReport: Sendable {
  /// The last line about each recording, in the order of their names.
  package private(set) var lines: [ReportLine]
  /// Shards of which there is no line, as "3/4".
  package private(set) var missingShards: [String]

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
      let data = try Self.read(path)
      let lines = ReportFile.lines(data)
      if lines.isEmpty, !data.isEmpty { throw .noReport(path: path) }
      // Times are written in UTC, so they sort as texts.
      for line in lines where (last[line.input]?.finished ?? "") <= line.finished {
        last[line.input] = line
      }
    }
    lines = last.values.sorted { $0.input < $1.input }
    missingShards = Self.missing(Set(last.values.compactMap(\.shard)))
  }

  /// The report as JSON lines.
  package var data: Data { lines.reduce(into: Data()) { $0 += $1.data } }

  private static func read(_ path: String) throws(Fault) -> Data {
    do throws(WholeFile.Unreadable) { return try WholeFile.read(path) } catch {
      throw .unreadable(path: path, code: error.code)
    }
  }

  private static func files(_ path: String) throws(Fault) -> [String] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .unreadable(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
    let names = (try? FolderNames.read(path)) ?? []
    let folder = path.hasSuffix("/") ? path : path + "/"
    return names.filter { $0.hasPrefix("report") && $0.hasSuffix(".jsonl") }.sorted()
      .map { folder + $0 }
  }

  private static func missing(_ shards: Set<String>) -> [String] {
    let counts = Set(shards.compactMap { $0.split(separator: "/").last.flatMap { Int($0) } })
    guard counts.count == 1, let count = counts.first, count < 100_000 else { return [] }
    return (1...max(count, 1)).map { "\($0)/\(count)" }.filter { !shards.contains($0) }
  }
}
