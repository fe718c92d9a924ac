import Foundation

/// What is known of this process and its machine.
enum ProcessFacts {
  /// Bytes; the most that this process has held in memory at one time.
  static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// The processor by its maker's name; the architecture where the system does not tell.
  static var processor: String {
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = facts.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let name = line?.split(separator: ":", maxSplits: 1).last else {
      #if arch(arm64)
        return "arm64"
      #else
        return "unknown processor"
      #endif
    }
    return name.trimmingCharacters(in: .whitespaces)
  }
}
