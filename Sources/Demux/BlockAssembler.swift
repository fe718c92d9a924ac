/// Puts the samples of one track into blocks: contiguous, inside the wanted range, silence where
/// nothing was given. The middle of a long silence is left out.
struct BlockAssembler {
  private enum Piece {
    case samples([Float], from: Int64)
    /// A run of silence; cut into blocks only as they are taken, so a long one costs no memory.
    case silence(Range<Int64>)
  }

  /// Of inserted silence that is longer than both together, so much is delivered before what is left
  /// out and so much after it, in samples: half a minute and a second.
  static let deliveredSilence = (before: Int64(480_000), after: Int64(16_000))
  /// The same where ten minutes of silence were delivered already, so that a small file with a day of
  /// gaps does not cost hours.
  static let deliveredLater = (before: Int64(24_000), after: Int64(8_000))
  private static let enoughSilence: Int64 = 9_600_000
  /// Half a second.
  static let blockLength = 8_000

  let track: Int
  /// Positions wanted, in samples at 16 kHz from time zero.
  let range: Range<Int64>
  /// Position after the last sample taken in; nil before the first.
  private(set) var end: Int64?
  private var samples: [Float] = []
  /// Position of the first of `samples`.
  private var blockStart: Int64 = 0
  private var ready: [Piece] = []
  /// Samples of silence delivered so far.
  private var silences: Int64 = 0

  /// Blocks begin at `start`, or where the first samples do when it is nil.
  init(track: Int, range: Range<Int64>, start: Int64? = nil) {
    self.track = track
    self.range = range
    end = start.map { min(max($0, range.lowerBound), range.upperBound) }
    samples.reserveCapacity(BlockAssembler.blockLength)
  }

  /// Nothing more is wanted.
  var isFull: Bool { end.map { $0 >= range.upperBound } ?? false }

  /// Takes in samples that begin at a position; what lies before the end is left out.
  mutating func append(_ buffer: UnsafeBufferPointer<Float>, at position: Int64) {
    let from = max(position, end ?? range.lowerBound, range.lowerBound)
    let upTo = min(position + Int64(buffer.count), range.upperBound)
    guard from < upTo else { return }
    silence(to: from)
    if samples.isEmpty { blockStart = from }
    end = upTo
    var wanted = buffer[Int(from - position)..<Int(upTo - position)]
    while !wanted.isEmpty {
      let piece = wanted.prefix(BlockAssembler.blockLength - samples.count)
      BlockAssembler.append(UnsafeBufferPointer(rebasing: piece), to: &samples)
      wanted = wanted.dropFirst(piece.count)
      if samples.count == BlockAssembler.blockLength { flush() }
    }
  }

  /// Puts silence up to a position and returns its length; before the first samples it does nothing.
  @discardableResult
  mutating func silence(to position: Int64) -> Int64 {
    guard let from = end else { return 0 }
    let upTo = min(position, range.upperBound)
    guard from < upTo else { return 0 }
    if samples.isEmpty { blockStart = from }
    end = upTo
    if upTo - from <= Int64(BlockAssembler.blockLength - samples.count) {
      samples.append(contentsOf: repeatElement(0, count: Int(upTo - from)))
    } else {
      flush()
      let isEnough = silences > BlockAssembler.enoughSilence
      let delivered =
        isEnough ? BlockAssembler.deliveredLater : BlockAssembler.deliveredSilence
      silences += min(upTo - from, delivered.before + delivered.after)
      if upTo - from > delivered.before + delivered.after {
        ready.append(.silence(from..<from + delivered.before))
        ready.append(.silence(upTo - delivered.after..<upTo))
      } else {
        ready.append(.silence(from..<upTo))
      }
    }
    if samples.count == BlockAssembler.blockLength { flush() }
    return upTo - from
  }

  /// Makes a block of the samples at hand.
  mutating func flush() {
    guard !samples.isEmpty else { return }
    ready.append(.samples(samples, from: blockStart))
    blockStart += Int64(samples.count)
    samples = []
    samples.reserveCapacity(BlockAssembler.blockLength)
  }

  /// The next block that is whole.
  mutating func pop() -> AudioBlock? {
    guard let piece = ready.first else { return nil }
    switch piece {
    case .samples(let samples, let from):
      ready.removeFirst()
      return AudioBlock(track: track, startSample: from, samples: samples)
    case .silence(let span):
      let cut = min(span.lowerBound + Int64(BlockAssembler.blockLength), span.upperBound)
      if cut == span.upperBound {
        ready.removeFirst()
      } else {
        ready[0] = .silence(cut..<span.upperBound)
      }
      let silent = [Float](repeating: 0, count: Int(cut - span.lowerBound))
      return AudioBlock(track: track, startSample: span.lowerBound, samples: silent)
    }
  }

  /// Damaged floats can be anything; what no recording holds becomes silence or is clipped, so that
  /// nothing after this meets a NaN.
  private static func append(_ buffer: UnsafeBufferPointer<Float>, to samples: inout [Float]) {
    var isWild: UInt32 = 0
    for sample in buffer { isWild |= sample.magnitude <= loudest ? 0 : 1 }
    if isWild == 0 {
      samples.append(contentsOf: buffer)
    } else {
      for sample in buffer {
        samples.append(sample.isFinite ? min(max(sample, -loudest), loudest) : 0)
      }
    }
  }

  /// 18 dB over full scale, more than any clipping in a float recording.
  private static let loudest: Float = 8
}
