/// Tracks on one clock, added up; what of them is settled is taken from the front.
///
/// Tracks come roughly side by side. A track that begins late, or that a file holds a little later, finds
/// its place as long as nothing after it was taken.
struct TrackSum {
  /// Position of the next sample that is taken, at 16 kHz from time zero.
  private(set) var position: Int64 = 0
  /// Samples from `position` on; silence follows.
  private var sums: [Float] = []
  /// Of `sums` so many were taken already.
  private var taken = 0
  /// Samples that came when their place was gone.
  private(set) var late: Int64 = 0

  /// Position after the last sample.
  var end: Int64 { position + Int64(sums.count - taken) }

  /// Adds a block to what is there. Between the position and the block there must be little.
  mutating func add(_ block: AudioBlock) {
    let skipped = Int(clamping: max(0, position - block.startSample))
    late += Int64(min(skipped, block.samples.count))
    let samples = block.samples.dropFirst(skipped)
    guard !samples.isEmpty else { return }
    let first = taken + Int(max(block.startSample, position) - position)
    let missing = first + samples.count - sums.count
    if missing > 0 { sums.append(contentsOf: repeatElement(0, count: missing)) }
    for (index, sample) in zip(first..., samples) { sums[index] += sample }
  }

  /// The next samples, within full scale; silence where there are none.
  mutating func take(_ count: Int) -> ArraySlice<Float> {
    let there = sums[taken...].prefix(count)
    let silence = repeatElement(Float(0), count: count - there.count)
    let samples = there.map { min(max($0, -1), 1) } + silence
    taken += there.count
    position += Int64(count)
    // Moving what is left costs more than some memory does.
    if taken == sums.count || taken >= Self.most {
      sums.removeFirst(taken)
      taken = 0
    }
    return samples[...]
  }

  private static let most = 160_000
}
