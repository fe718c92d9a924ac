import CFFmpeg

/// Puts the samples of one track's frames at their places: resamples them onto the grid of 16 kHz
/// samples from time zero and joins what follows on.
final class SamplePlacer {
  private var resampler: Resampler?
  /// Position of the next sample to come out of the resampler.
  private var output: Int64 = 0
  private var blocks: BlockAssembler
  /// What comes out of the resampler before this position is its lead-in.
  private var firstKept = Int64.min
  /// The resampler in use has been given its place on the grid of output samples.
  private var isAnchored = false
  /// Samples were placed, so there is an `output` to go on from.
  private var hasOutput = false

  /// Keeps channels from cancelling each other; nil of a single channel.
  private var phase: PhaseGuard?
  /// Samples that guards before this one replaced.
  private var replaced: Int64 = 0
  /// The channels, where each is delivered by itself; `blocks` then only keeps count.
  private var apart: ChannelLanes?

  init(_ blocks: BlockAssembler, apart: ChannelLanes? = nil) {
    self.blocks = blocks
    self.apart = apart
  }

  /// Seconds in which the channels would have cancelled each other.
  var oppositePhase: Double {
    Double(replaced + (phase?.replaced ?? 0)) / Double(deliveredSampleRate)
  }

  /// Positions wanted.
  var range: Range<Int64> { blocks.range }
  /// Nothing more is wanted.
  var isFull: Bool { blocks.isFull }

  /// Position at which the next frame's first sample would come out if it followed on; nil before
  /// the first frame.
  var expected: Int64? {
    guard hasOutput else { return nil }
    return isAnchored ? output + (resampler?.delay ?? 0) : output
  }

  /// Makes ready for a frame, and drops a resampler made for another format; false when the frame
  /// cannot be converted.
  func prepare(for frame: borrowing Frame) -> Bool {
    if resampler?.matches(frame) ?? false { return true }
    guard let fresh = Resampler(for: frame) else { return false }
    let expected = expected
    finishResampler()
    if phase?.weights != fresh.weights {
      replaced += phase?.replaced ?? 0
      phase = fresh.weights.map { PhaseGuard(weights: $0) }
    }
    resampler = consume fresh
    isAnchored = false
    if let expected { output = max(output, expected) }
    return true
  }

  /// Takes in a frame whose first sample has the given time.
  func begin(_ frame: borrowing Frame, at time: ExactTime) {
    anchor(frame, at: time)
    convert(frame, from: 0)
  }

  /// Takes in a frame, from input sample `offset` on, that follows what was there before.
  func follow(_ frame: borrowing Frame, from offset: Int = 0) {
    if !isAnchored { anchor(frame, at: ExactTime(output, per: Int64(deliveredSampleRate))) }
    convert(frame, from: offset)
  }

  /// Spreads a correction of `delta` samples over the next `distance`.
  func stretch(_ delta: Int, over distance: Int) { resampler?.compensate(delta, over: distance) }

  /// Puts silence before a frame that begins at the given time, and returns its length.
  func putSilence(before frame: borrowing Frame, at time: ExactTime) -> Int64 {
    finishResampler()
    let count = blocks.silence(to: time.nearest(at: deliveredSampleRate))
    apart?.silence(to: time.nearest(at: deliveredSampleRate))
    if prepare(for: frame) { begin(frame, at: time) }
    return count
  }

  /// Hands what is left over to `pop`.
  func finish() {
    finishResampler()
    blocks.flush()
    apart?.finish()
  }

  /// The next block that is whole.
  func pop() -> AudioBlock? {
    guard apart != nil else { return blocks.pop() }
    while blocks.pop() != nil {}
    return apart?.pop()
  }

  /// Puts a fresh resampler on the grid of 16 kHz samples from time zero, so that output does not
  /// depend on where reading started: silence goes in first, enough that the grid is met, and what
  /// comes out for it lies before `firstKept` and is dropped.
  private func anchor(_ frame: borrowing Frame, at time: ExactTime) {
    let rate = frame.sampleRate
    let lead = FrameGrid.lead(before: time, rate: rate)
    resampler?.injectSilence(lead)
    output = (time - ExactTime(Int64(lead), per: Int64(rate))).nearest(at: deliveredSampleRate)
    firstKept = time.nearest(at: deliveredSampleRate)
    isAnchored = true
    hasOutput = true
  }

  private func convert(_ frame: borrowing Frame, from offset: Int) {
    resampler?.convert(frame, from: offset) { take($0, $1) }
  }

  private func finishResampler() {
    if isAnchored { resampler?.finish { take($0, $1) } }
    phase?.flush { blocks.append($0, at: $1) }
    resampler = nil
    isAnchored = false
  }

  private func take(_ buffer: UnsafeBufferPointer<Float>, _ channels: ChannelSamples?) {
    let dropped = min(max(0, Int(clamping: firstKept - output)), buffer.count)
    let kept = UnsafeBufferPointer(rebasing: buffer[dropped...])
    let position = output + Int64(dropped)
    output += Int64(buffer.count)
    if apart != nil {
      apart?.append(kept, channels?.dropFirst(dropped), at: position)
      blocks.append(kept, at: position)
    } else if let channels {
      phase?.append(kept, channels.dropFirst(dropped), at: position) { blocks.append($0, at: $1) }
    } else {
      phase?.flush { blocks.append($0, at: $1) }
      blocks.append(kept, at: position)
    }
  }
}
