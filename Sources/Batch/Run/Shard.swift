/// A share of a batch: the `index`th, from 1, of `count`.
package struct Shard: Sendable, Hashable {
  package let index: Int
  package let count: Int

  /// Shares at most.
  package static let most = 100_000

  /// Nil unless `count` is in 1...`most` and `index` in 1...`count`.
  package init?(index: Int, count: Int) {
    guard 1...Self.most ~= count, 1...count ~= index else { return nil }
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

  /// The share that a batch system gave this process, by its environment. That is a Slurm job array, a
  /// Kubernetes Indexed Job (whose number of completions the manifest must repeat in
  /// `VISEME_SHARDS`) or an AWS Batch array job. Nil without one.
  package init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    if let task = number("SLURM_ARRAY_TASK_ID"), let count = number("SLURM_ARRAY_TASK_COUNT"),
      let first = number("SLURM_ARRAY_TASK_MIN")
    {
      let step = max(number("SLURM_ARRAY_TASK_STEP") ?? 1, 1)
      let (place, isTooFar) = task.subtractingReportingOverflow(first)
      guard !isTooFar else { return nil }
      self.init(place: place / step, count: count)
    } else if let task = number("JOB_COMPLETION_INDEX"), let count = number("VISEME_SHARDS") {
      self.init(place: task, count: count)
    } else if let task = number("AWS_BATCH_JOB_ARRAY_INDEX"),
      let count = number("AWS_BATCH_JOB_ARRAY_SIZE")
    {
      self.init(place: task, count: count)
    } else {
      return nil
    }
  }

  /// The share at `place`, from 0.
  private init?(place: Int, count: Int) {
    guard place < Self.most else { return nil }
    self.init(index: place + 1, count: count)
  }

  /// Which of `weights`, given in falling order, are this share's. Each goes to the share that has
  /// least so far (Graham's LPT rule). So shares differ by one weight at most, and every process
  /// finds the same.
  func members(_ weights: [Double]) -> [Int] {
    // As many shares as there are weights take part; among those the one with least lies on top of a heap.
    var heap = (0..<min(count, max(weights.count, 1))).map { (load: 0.0, share: $0) }
    var members: [Int] = []
    for (position, weight) in weights.enumerated() {
      if heap[0].share == index - 1 { members.append(position) }
      heap[0].load += weight
      Self.sink(&heap)
    }
    return members
  }

  /// Brings the heap's first entry to where it belongs.
  private static func sink(_ heap: inout [(load: Double, share: Int)]) {
    var place = 0
    while 2 * place + 1 < heap.count {
      let (left, right) = (2 * place + 1, 2 * place + 2)
      let child = right < heap.count && heap[right] < heap[left] ? right : left
      guard heap[child] < heap[place] else { return }
      heap.swapAt(child, place)
      place = child
    }
  }
}
