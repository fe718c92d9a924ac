import Foundation
import Pipeline
import Support

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
    self.path = path
    descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw errno == EISDIR
        ? .isDirectory(path: path) : .cannotCreate(path: path, code: errno)
    }
    // A line that a crash of the machine cut off must not swallow the next one.
    if Self.last(descriptor) ?? 0x0A != 0x0A { try add(data: Data([0x0A])) }
  }

  deinit { close(descriptor) }

  /// The last byte of a regular file; nil where there is none.
  private static func last(_ descriptor: Int32) -> UInt8? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var byte: UInt8 = 0
    return pread(descriptor, &byte, 1, status.st_size - 1) == 1 ? byte : nil
  }

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
    _ = try? Self.read(path) { told[$0.input] = $0 }
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

  /// Calls `body` with the lines of the report at `path`; what is none is passed over.
  ///
  /// - Returns: whether there was something that is none.
  @discardableResult
  static func read(
    _ path: String, _ body: (ReportLine) -> Void
  ) throws(WholeFile.Unreadable) -> Bool {
    let decoder = JSONDecoder()
    var hasOthers = false
    let passed = try LineFile.read(path) { line, _ in
      if let line = try? decoder.decode(ReportLine.self, from: line) {
        body(line)
      } else if !line.isEmpty {
        hasOthers = true
      }
    }
    return hasOthers || passed > 0
  }
}

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
    guard stat(path, &status) == 0 else { throw .unreadable(path: path, code: errno) }
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
