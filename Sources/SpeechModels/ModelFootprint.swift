/// Memory that a speech model takes, in bytes, as its manifest tells before anything of it is loaded.
package struct ModelFootprint: Sendable, Hashable {
  /// Its weights, packed.
  package let weights: Int
  /// Keys and values of audio that a reader alone holds (`Calibration.audioBytes`).
  package let audio: Int
  /// Keys and values of the tokens of one sequence.
  package let sequence: Int

  /// What both take together.
  package static func + (left: ModelFootprint, right: ModelFootprint) -> ModelFootprint {
    ModelFootprint(
      weights: left.weights + right.weights, audio: left.audio + right.audio,
      sequence: left.sequence + right.sequence)
  }
}
