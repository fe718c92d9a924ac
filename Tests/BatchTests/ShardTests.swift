import Testing

@testable import Batch

@Suite("Shards")
struct ShardTests {
  @Test(arguments: [
    "0/4", "5/4", "1/0", "1", "/", "a/b", "1/2/3", "", "-1/4", "1/-4", "1/100001",
    "1/9223372036854775807",
  ])
  func refusesWhatIsNoShare(text: String) {
    #expect(Shard(text) == nil)
  }

  @Test(arguments: [1, 2, 3, 7, 50])
  func sharesAreWholeAndEven(count: Int) {
    let weights = (0..<40).map { Double(($0 * 7919) % 101 + 1) }.sorted(by: >)
    let shares = (1...count).compactMap { Shard(index: $0, count: count)?.members(weights) }
    #expect(shares.flatMap(\.self).sorted() == Array(weights.indices))
    let loads = shares.map { $0.reduce(0) { $0 + weights[$1] } }
    #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= weights[0])
  }

  /// The rule as it is written down: each weight goes to the share that has least, the first of those.
  @Test(arguments: [1, 2, 5, 40, 100_000])
  func sharesAreThoseOfTheRule(count: Int) {
    let weights: [Double] = [9, 8, 8, 8, 5, 5, 3, 1, 0, 0, 0]
    var loads = [Double](repeating: 0, count: min(count, 64))
    var members = [[Int]](repeating: [], count: loads.count)
    for (position, weight) in weights.enumerated() {
      let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      loads[least] += weight
      members[least].append(position)
    }
    for index in loads.indices {
      #expect(Shard(index: index + 1, count: count)?.members(weights) == members[index])
    }
  }

  @Test func numbersOfABatchSystemMayBeAny() {
    let (most, least) = ("9223372036854775807", "-9223372036854775808")
    let slurm = [
      "SLURM_ARRAY_TASK_ID": most, "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": least,
    ]
    #expect(Shard(environment: slurm) == nil)
    #expect(Shard(environment: ["JOB_COMPLETION_INDEX": most, "VISEME_SHARDS": most]) == nil)
    #expect(Shard(environment: ["JOB_COMPLETION_INDEX": least, "VISEME_SHARDS": "3"]) == nil)
  }

  @Test
  func readsTheEnvironment() {
    let slurm = [
      "SLURM_ARRAY_TASK_ID": "12", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "10",
      "SLURM_ARRAY_TASK_STEP": "2",
    ]
    #expect(Shard(environment: slurm)?.description == "2/4")
    let kubernetes = ["JOB_COMPLETION_INDEX": "0", "VISEME_SHARDS": "3"]
    #expect(Shard(environment: kubernetes)?.description == "1/3")
    let aws = ["AWS_BATCH_JOB_ARRAY_INDEX": "9", "AWS_BATCH_JOB_ARRAY_SIZE": "10"]
    #expect(Shard(environment: aws)?.description == "10/10")
    #expect(Shard(environment: ["JOB_COMPLETION_INDEX": "0"]) == nil)
    #expect(Shard(environment: ["JOB_COMPLETION_INDEX": "3", "VISEME_SHARDS": "3"]) == nil)
    #expect(Shard(environment: [:]) == nil)
  }
}
