import Foundation
import Support

/// How many threads the process may keep busy: never more than the machine, the CPU affinity,
/// the container (cgroup v1 or v2 quota) and the batch system (SLURM) grant.
package enum ThreadCount {
  /// The number of threads to use.
  ///
  /// - Parameters:
  ///   - requested: what the user asked for; it wins, and may be more than the machine has.
  ///   - environment: the process's environment, for `SLURM_CPUS_PER_TASK`.
  /// - Returns: at least 1.
  package static func choose(
    requested: Int? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    if let requested { return max(1, requested) }
    return granted(
      affinity: affinity(), quota: quota(root: "/"), slurm: environment["SLURM_CPUS_PER_TASK"])
  }

  /// The least of what each party grants; a quota of 1.5 CPUs gives two threads.
  static func granted(affinity: Int, quota: Double?, slurm: String?) -> Int {
    var count = affinity
    if let quota { count = min(count, Int(saturating: quota.rounded(.up))) }
    if let slurm = slurm.flatMap({ Int($0) }), slurm > 0 { count = min(count, slurm) }
    return max(1, count)
  }

  /// CPUs that the scheduler may run this process on.
  static func affinity() -> Int {
    ProcessInfo.processInfo.activeProcessorCount
  }

  /// The least CPU quota of this process's cgroup and of those that hold it, in CPUs; nil
  /// without one. `root` replaces "/" so that tests can lay out a machine of their own.
  ///
  /// See the kernel's documentation: cgroup-v2 "cpu.max", cgroup-v1 "cpu.cfs_quota_us".
  static func quota(root: String) -> Double? {
    let base = root.hasSuffix("/") ? String(root.dropLast()) : root
    var least: Double?
    for line in text("\(base)/proc/self/cgroup")?.split(separator: "\n") ?? [] {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      guard fields[1].isEmpty || controllers.contains("cpu") else { continue }
      let mounts =
        fields[1].isEmpty ? [""] : ["/\(fields[1])", "/cpu", "/cpu,cpuacct"]
      for mount in mounts {
        for folder in ancestors(of: String(fields[2])) {
          let path = "\(base)/sys/fs/cgroup\(mount)\(folder)"
          if let quota = folderQuota(path) { least = min(least ?? quota, quota) }
        }
      }
    }
    return least
  }

  /// "/a/b" gives "/a/b", "/a" and "": inside a container the path may be the host's, so the
  /// mount's root counts always.
  private static func ancestors(of path: String) -> [String] {
    let names = path.split(separator: "/").filter { $0 != ".." }
    return (0...names.count).reversed().map { length in
      names.prefix(length).map { "/\($0)" }.joined()
    }
  }

  private static func folderQuota(_ folder: String) -> Double? {
    if let limit = text("\(folder)/cpu.max") {
      let fields = limit.split(whereSeparator: \.isWhitespace).map { Double($0) }
      return ratio(fields.first ?? nil, fields.count > 1 ? fields[1] : 100_000)
    }
    guard let quota = text("\(folder)/cpu.cfs_quota_us"),
      let period = text("\(folder)/cpu.cfs_period_us")
    else { return nil }
    return ratio(Double(trimmed(quota)), Double(trimmed(period)))
  }

  /// "max" (v2) and -1 (v1) mean no quota.
  private static func ratio(_ quota: Double?, _ period: Double?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period
  }

  private static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
