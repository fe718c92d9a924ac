import Foundation
import Testing

@testable import Pipeline

@Suite("ThreadCount")
struct ThreadCountTests {
  @Test(
    arguments: [
      (8, nil, nil, 8), (8, 2.0, nil, 2), (8, 1.5, nil, 2), (8, 0.2, nil, 1), (2, 64.0, nil, 2),
      (8, 6.0, "3", 3), (8, nil, "16", 8), (8, nil, "0", 8), (8, nil, "many", 8), (0, nil, nil, 1),
    ] as [(Int, Double?, String?, Int)])
  func theLeastGrantHolds(affinity: Int, quota: Double?, slurm: String?, expected: Int) {
    #expect(ThreadCount.granted(affinity: affinity, quota: quota, slurm: slurm) == expected)
  }

  @Test
  func whatTheUserAsksForWins() {
    #expect(ThreadCount.choose(requested: 5, environment: ["SLURM_CPUS_PER_TASK": "1"]) == 5)
    #expect(ThreadCount.choose(requested: 0, environment: [:]) == 1)
    #expect(ThreadCount.choose(environment: ["SLURM_CPUS_PER_TASK": "1"]) == 1)
    #expect(ThreadCount.choose(environment: [:]) >= 1)
  }

  /// Files of a machine, by path, and the quota they amount to.
  struct Machine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let files: [String: String]
    let quota: Double?
  }

  static let machines = [
    Machine(testDescription: "no cgroup", files: [:], quota: nil),
    Machine(
      testDescription: "v2 at the root",
      files: ["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "200000 100000\n"], quota: 2),
    Machine(
      testDescription: "v2 without a limit",
      files: ["proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "max 100000\n"],
      quota: nil),
    Machine(
      testDescription: "v2 where the parent is stricter",
      files: [
        "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
        "sys/fs/cgroup/a/b/cpu.max": "400000 100000\n",
      ], quota: 1.5),
    Machine(
      testDescription: "v2 where the path is the host's",
      files: [
        "proc/self/cgroup": "0::/docker/0123\n", "sys/fs/cgroup/cpu.max": "50000 100000\n",
      ], quota: 0.5),
    Machine(
      testDescription: "v1",
      files: [
        "proc/self/cgroup": "5:memory:/x\n3:cpu,cpuacct:/x\n",
        "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "300000\n",
        "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
      ], quota: 3),
    Machine(
      testDescription: "v1 without a limit",
      files: [
        "proc/self/cgroup": "3:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      ], quota: nil),
    Machine(
      testDescription: "damaged",
      files: ["proc/self/cgroup": "x\n0::\n", "sys/fs/cgroup/cpu.max": "?? 0\n"], quota: nil),
  ]

  @Test(arguments: machines)
  func readsTheQuota(machine: Machine) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "cg-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in machine.files {
      let url = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: false, encoding: .utf8)
    }
    #expect(ThreadCount.quota(root: root.path) == machine.quota)
  }
}
