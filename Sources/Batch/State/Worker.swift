import Foundation

/// A process that works on a batch, so that others can tell whether it still lives.
struct Worker: Sendable, Hashable, Codable {
  var host: String
  /// The machine's boot and the process namespace: where they are ours, process numbers mean the same.
  var boot: String
  var namespace: String
  var process: Int32
  /// When the process started, in clock ticks since boot: numbers are used again.
  var started: String

  /// This process.
  static let current = Worker(
    host: ProcessInfo.processInfo.hostName,
    boot: text("/proc/sys/kernel/random/boot_id"),
    namespace: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"))
      ?? "",
    process: getpid(), started: start(of: getpid()) ?? "")

  /// Whether it lives, as far as this machine can tell; nil for one of another machine.
  var isAlive: Bool? {
    let here = Self.current
    guard !boot.isEmpty, boot == here.boot, namespace == here.namespace else { return nil }
    return Self.start(of: process) == started
  }

  /// The 22nd field of /proc/PID/stat; the second may hold blanks and parentheses. Nil for a process
  /// that is gone, or dead and not yet waited for.
  private static func start(of process: Int32) -> String? {
    let stat = text("/proc/\(process)/stat")
    guard let close = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: close)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
  }
}
