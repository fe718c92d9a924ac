/// What the lip networks made of the lips in one segment: a frame for each of the grid's pictures
/// inside it, 25 a second. It passes between the encoder of lips and the fusion.
package struct LipSequence: Sendable {
  /// Values of a lip embedding.
  package static let width = 192
  /// Values that describe the quality of a frame.
  package static let qualities = 6

  /// Lip embeddings [S, 192]; zeros where the lips are absent.
  package var values: [Float]
  /// The middle of each picture [S], in seconds from the segment's first sample, ascending.
  package var times: [Float]
  /// Whether each frame shows lips [S]: a face is there, and its picture is not frozen.
  package var isPresent: [Bool]
  /// Quality of each frame [S, 6] (`docs/lab/MODEL.md`).
  package var quality: [Float]
  /// How far the face is from those that the network learned from; infinite without a frame.
  package var faceDistance: Float
  /// Whether the network may be trusted with this face.
  package var isKnownFace: Bool

  /// Makes a sequence of as many frames as there are `times`.
  package init(
    values: [Float], times: [Float], isPresent: [Bool], quality: [Float], faceDistance: Float,
    isKnownFace: Bool
  ) {
    precondition(values.count == times.count * Self.width && isPresent.count == times.count)
    precondition(quality.count == times.count * Self.qualities)
    self.values = values
    self.times = times
    self.isPresent = isPresent
    self.quality = quality
    self.faceDistance = faceDistance
    self.isKnownFace = isKnownFace
  }

  /// Number of frames.
  package var frames: Int { times.count }
  /// The frames that show lips, in order.
  package var presentFrames: [Int] { isPresent.indices.filter { isPresent[$0] } }

  /// Lip embeddings of `frames` [frames, 192].
  package func values(of frames: [Int]) -> [Float] {
    frames.flatMap { values[$0 * Self.width..<($0 + 1) * Self.width] }
  }
}
