import Foundation
import Pipeline
import SpeechModels

/// How much memory a batch may take, and what that allows.
package struct MemoryBudget: Sendable, Hashable {
  /// The program, FFmpeg and the networks other than the speech model. `docs/manual/BATCH.md` has the measurements
  /// behind these numbers, which are rounded up.
  static let program = 72 << 20
  /// An open recording: FFmpeg's state, blocks and segments on their way.
  static let recording = 16 << 20
  /// What libavformat's index of an MP4 takes for an hour.
  static let indexHour = 5 << 20

  /// Bytes.
  package let bytes: Int

  package init(bytes: Int) {
    self.bytes = bytes
  }

  /// The least that a batch with such a speech model can work in: one reader and one recording.
  package static func least(_ model: ModelFootprint) -> Int {
    program + model.weights + model.reader + recording
  }

  /// Four fifths of what the machine, the container and the batch system leave this process.
  package static func granted(
    root: String = "/", environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> MemoryBudget {
    let base = root.hasSuffix("/") ? String(root.dropLast()) : root
    var limits = [available(base)].compactMap(\.self) + groupLimits(base)
    if let slurm = environment["SLURM_MEM_PER_NODE"].flatMap({ Int($0) }), slurm > 0 {
      limits.append(slurm << 20)
    }
    return MemoryBudget(bytes: (limits.min() ?? 4 << 30) / 5 * 4)
  }

  /// Threads that the budget has room for, of those wanted, with one recording open.
  package func threads(_ wanted: Int, _ model: ModelFootprint) -> Int {
    max(1, min(wanted, 1 + (bytes - Self.least(model)) / model.reader))
  }

  /// Bytes left for open recordings beside `threads` readers.
  package func forRecordings(threads: Int, _ model: ModelFootprint) -> Int {
    max(Self.recording, bytes - Self.program - model.weights - threads * model.reader)
  }

  /// Bytes that an open recording of this length in seconds takes.
  static func estimate(seconds: Double?) -> Int {
    recording + Int(min(seconds ?? 0, 1e6) / 3600 * Double(indexHour))
  }

  /// `MemAvailable` of /proc/meminfo.
  private static func available(_ root: String) -> Int? {
    let lines = text("\(root)/proc/meminfo").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("MemAvailable:") }) else { return nil }
    return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// `memory.max` (cgroup v2) or `memory.limit_in_bytes` (v1) of this process's groups.
  private static func groupLimits(_ root: String) -> [Int] {
    text("\(root)/proc/self/cgroup").split(separator: "\n").flatMap { line -> [Int] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let isMemory = fields[1].split(separator: ",").contains("memory")
      guard fields[1].isEmpty || isMemory else { return [] }
      let mount = "\(root)/sys/fs/cgroup" + (isMemory ? "/memory" : "")
      let names = fields[2].split(separator: "/").filter { $0 != ".." }
      return (0...names.count).compactMap { length in
        let folder = mount + names.prefix(length).map { "/\($0)" }.joined()
        let file = isMemory ? "memory.limit_in_bytes" : "memory.max"
        return Int(text("\(folder)/\(file)").trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
  }

  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
