import Foundation
import Support

/// `report.jsonl`: a line for each recording, written as it is finished.
///
/// Lines are added, each by one write, so several processes may share the file where the file system
/// keeps such writes whole (local ones do). Of several lines about one recording the last counts.
package final class ReportFile: Sendable {
  private let path: String
  private let descriptor: Int32
  /// What earlier runs found out, until `addKept()`.
  private let kept = Guarded<[ReportLine]>([])

  /// Opens the report at `path`, or makes it.
  init(path: String) throws(AtomicFileError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    if !folder.isEmpty { try FolderMaker.make(folder) }
    guard Self.mayHold(path) else { throw .holdsOther(path: path) }
    self.path = path
    descriptor = open(path.fileBytes, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw errno == EISDIR
        ? .isDirectory(path: path) : .cannotCreate(path: path, code: errno)
    }
    // A line that a crash of the machine cut off must not swallow the next one.
    if Self.last(descriptor) ?? 0x0A != 0x0A { try add(data: Data([0x0A])) }
  }

  deinit { close(descriptor) }

  /// Whether a report may be written to `path`: there is no file yet, an empty one, a device, or a report.
  package static func mayHold(_ path: String) -> Bool {
    let file = open(path.fileBytes, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return true }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return true }
    var head = [UInt8](repeating: 0, count: 1 << 16)
    let count = max(0, pread(file, &head, head.count, 0))
    let line = head[..<count].prefix { $0 != 0x0A }
    // A crash of the machine may have cut off the only line.
    if line.count == count { return line.isEmpty || line.starts(with: Array("{\"".utf8)) }
    return line.isEmpty || (try? JSONDecoder().decode(ReportLine.self, from: Data(line))) != nil
  }

  /// The last byte of a regular file; nil without one.
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
      let same = told[line.input.readableFileName]
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

  /// Calls `body` with the lines of the report at `path`; what is no such line is passed over.
  ///
  /// - Returns: whether there was something else.
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
