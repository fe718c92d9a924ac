/// How the frames of a sequence lie in time, in seconds from the first sample that was encoded.
package struct FrameClock: Sendable, Hashable {
  /// From one frame to the next.
  package let stride: Double
  /// The middle of the first frame.
  package let middle: Double

  /// Frames every `stride` seconds, the first one's middle at `middle`.
  package init(stride: Double, middle: Double) {
    precondition(stride > 0)
    self.stride = stride
    self.middle = middle
  }

  /// Where the stride of a frame begins; that of frame `frames` is the end of a sequence of so many.
  package func start(of frame: Int) -> Double { Double(frame) * stride + (middle - stride / 2) }

  /// The middles of so many frames.
  package func times(frames: Int) -> [Float] {
    let (stride, middle) = (Float(stride), Float(middle))
    return (0..<frames).map { stride * Float($0) + middle }
  }

  /// The one of `frames` frames (at least one) whose middle is nearest to a time.
  package func nearest(to time: Float, frames: Int) -> Int {
    let place = (time - Float(middle)) / Float(stride)
    return Int(min(max(place.rounded(.toNearestOrEven), 0), Float(frames - 1)))
  }
}

/// What a speech encoder hears: a sequence of vectors, `[frames, width]`, row-major, with its clock.
package struct Embeddings: Sendable {
  /// Number of frames.
  package let frames: Int
  /// Values in a frame.
  package let width: Int
  /// How the frames lie in time.
  package let clock: FrameClock
  /// `frames * width` values.
  package let values: [Float]

  /// Makes a sequence of `frames` vectors of `width` values.
  package init(frames: Int, width: Int, clock: FrameClock, values: [Float]) {
    precondition(values.count == frames * width)
    self.frames = frames
    self.width = width
    self.clock = clock
    self.values = values
  }

  /// As many frames at the same times with other values, `[frames, width]`.
  package func with(_ values: [Float]) -> Embeddings {
    Embeddings(frames: frames, width: width, clock: clock, values: values)
  }

  /// No frame, of the same width and clock.
  package var none: Embeddings {
    Embeddings(frames: 0, width: width, clock: clock, values: [])
  }
}
