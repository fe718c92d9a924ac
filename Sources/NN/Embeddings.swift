/// A modality as a sequence of vectors in the shared space: `[frames, width]`, row-major.
///
/// Audio has a frame every 24 ms, lips one every 40 ms.
package struct Embeddings: Sendable {
  /// Number of frames.
  package let frames: Int
  /// Values in a frame.
  package let width: Int
  /// `frames * width` values.
  package let values: [Float]

  /// Makes a sequence of `frames` vectors of `width` values.
  package init(frames: Int, width: Int, values: [Float]) {
    precondition(values.count == frames * width)
    self.frames = frames
    self.width = width
    self.values = values
  }

  /// Seconds between two frames of audio.
  package static let audioStride: Float = 0.024
  /// The middle of the first frame of audio, in seconds from the segment's first sample.
  package static let audioMiddle: Float = 0.028

  /// The middles of so many frames of audio, in seconds from the segment's first sample.
  package static func times(frames: Int) -> [Float] {
    (0..<frames).map { audioStride * Float($0) + audioMiddle }
  }
}
