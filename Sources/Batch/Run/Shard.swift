/// A share of a batch: the `index`th, from 1, of `count`.
package struct Shard: Sendable, Hashable {
  package let index: Int
  package let count: Int

  /// Nil unless `index` is in 1...`count`.
  package init?(index: Int, count: Int) {
    guard count >= 1, index >= 1, index <= count else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads "2/4".
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index: index, count: count)
  }

  /// "2/4".
  package var description: String { "\(index)/\(count)" }

  /// The share that a batch system gave this process, by its environment: a Slurm job array, a
  /// Kubernetes Indexed Job (whose number of completions the manifest must repeat in
  /// `VISEME_SHARDS`) or an AWS Batch array job. Nil where there is none.
  package init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    if let task = number("SLURM_ARRAY_TASK_ID"), let count = number("SLURM_ARRAY_TASK_COUNT"),
      let first = number("SLURM_ARRAY_TASK_MIN")
    {
      let step = max(number("SLURM_ARRAY_TASK_STEP") ?? 1, 1)
      self.init(index: (task - first) / step + 1, count: count)
    } else if let task = number("JOB_COMPLETION_INDEX"), let count = number("VISEME_SHARDS") {
      self.init(index: task + 1, count: count)
    } else if let task = number("AWS_BATCH_JOB_ARRAY_INDEX"),
      let count = number("AWS_BATCH_JOB_ARRAY_SIZE")
    {
      self.init(index: task + 1, count: count)
    } else {
      return nil
    }
  }

  /// Which of `weights`, given in falling order, are this share's: each goes to the share that has
  /// least so far (Graham's LPT rule), so shares differ by one weight at most, and every process
  /// finds the same.
  func members(_ weights: [Double]) -> [Int] {
    var loads = [Double](repeating: 0, count: count)
    var members: [Int] = []
    for (position, weight) in weights.enumerated() {
      let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      loads[least] += weight
      if least == index - 1 { members.append(position) }
    }
    return members
  }
}
