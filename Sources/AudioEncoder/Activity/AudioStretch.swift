/// The latest part of an unbroken stretch of audio, with the probability of speech of each chunk.
/// Positions are samples, and chunks are counted, from the start of the stretch.
struct AudioStretch {
  /// Samples over which power is taken: 8 ms.
  static let slot = 128
  /// Slots on either side that a smoothed power takes in: 56 ms in all, longer than a period of
  /// any voice and shorter than the pauses that matter.
  private static let reach = 3
  private static let slotsPerChunk = VoiceActivityConfig.chunk / slot

  /// Position of the stretch in the recording.
  let origin: Int64
  /// Samples so far.
  private(set) var sampleCount = 0
  private var firstChunk = 0
  private var samples: [Float] = []
  private var probabilities: [Float] = []
  /// Mean square of each slot, after the first difference that takes the weight off hum and rumble,
  /// which would hide the pauses: y[n] = x[n] - 0.97 x[n - 1].
  private var powers: [Float] = []
  private static let emphasis: Float = 0.97
  private var lastSample: Float = 0

  init(origin: Int64) {
    self.origin = origin
  }

  /// Chunks so far.
  var chunkCount: Int { firstChunk + probabilities.count }

  /// The oldest chunk that is still here.
  var oldestChunk: Int { firstChunk }

  /// Probability of a chunk that is still here.
  func probability(_ chunk: Int) -> Float { probabilities[chunk - firstChunk] }

  /// Adds one chunk; all but the last of a stretch are whole. The probability of a chunk whose
  /// power lies below `silence` becomes 0.
  mutating func append(_ chunk: ArraySlice<Float>, probability: Float, silence: Float) {
    precondition(sampleCount.isMultiple(of: VoiceActivityConfig.chunk), "the stretch has ended")
    precondition(!chunk.isEmpty && chunk.count <= VoiceActivityConfig.chunk)
    var total: Float = 0
    for slot in 0..<Self.slotsPerChunk {
      var sum: Float = 0
      for sample in chunk.dropFirst(slot * Self.slot).prefix(Self.slot) {
        let difference = sample - Self.emphasis * lastSample
        sum += difference * difference
        total += sample * sample
        lastSample = sample
      }
      powers.append(sum / Float(Self.slot))
    }
    samples += chunk
    sampleCount += chunk.count
    probabilities.append(total < silence * Float(chunk.count) ? 0 : probability)
  }

  /// Forgets the chunks before `chunk`, some time: memory moves only when there is much to forget.
  mutating func forget(before chunk: Int) {
    let count = min(chunk - firstChunk, probabilities.count - 1)
    guard count >= VoiceActivityDetector.batch else { return }
    firstChunk += count
    probabilities.removeFirst(count)
    powers.removeFirst(count * Self.slotsPerChunk)
    samples.removeFirst(count * VoiceActivityConfig.chunk)
  }

  /// The quietest position in a range of positions that are still here, to half a slot; of equals
  /// the one next to the middle.
  func quietest(in range: Range<Int>) -> (position: Int, power: Float) {
    let middle = (range.lowerBound + range.upperBound) / 2
    var best = (position: middle, power: Float.infinity)
    // The first middle of a slot in the range.
    let first = (range.lowerBound + Self.slot / 2 - 1) / Self.slot
    var position = first * Self.slot + Self.slot / 2
    while position < range.upperBound {
      let power = smoothedPower(at: position)
      let isNearer = abs(position - middle) < abs(best.position - middle)
      if power < best.power || (power == best.power && isNearer) { best = (position, power) }
      position += Self.slot
    }
    return best
  }

  /// Mean power of whole chunks.
  func power(_ chunks: Range<Int>) -> Float {
    let slots = powers[
      (chunks.lowerBound - firstChunk) * Self.slotsPerChunk..<(chunks.upperBound - firstChunk)
        * Self.slotsPerChunk]
    return slots.reduce(0, +) / Float(max(slots.count, 1))
  }

  private func smoothedPower(at position: Int) -> Float {
    let slot = position / Self.slot - firstChunk * Self.slotsPerChunk
    let window = powers[max(slot - Self.reach, 0)..<min(slot + Self.reach + 1, powers.count)]
    return window.reduce(0, +) / Float(max(window.count, 1))
  }

  /// The audio of a range of positions that are still here.
  func segment(_ range: Range<Int>, endsInSpeech: Bool) -> SpeechSegment {
    let chunk = VoiceActivityConfig.chunk
    let base = firstChunk * chunk
    let first = range.lowerBound / chunk
    let end = (range.upperBound + chunk - 1) / chunk
    return SpeechSegment(
      startSample: origin + Int64(range.lowerBound),
      samples: Array(samples[range.lowerBound - base..<range.upperBound - base]),
      probabilities: Array(probabilities[first - firstChunk..<end - firstChunk]),
      chunkStart: origin + Int64(first * chunk), endsInSpeech: endsInSpeech)
  }
}
