import NN

/// What hears: audio of one segment to a sequence of vectors.
///
/// Every family of speech models has its own; whoever reads has one, which owns its scratch.
package protocol SpeechEncoder: ~Copyable {
  /// Encodes mono samples `[N]` at 16 kHz in -1...1.
  ///
  /// - Parameter samples: at most as many as the model takes at once; of too few nothing is heard.
  /// - Returns: `[T, width]`, with the times of the frames.
  mutating func encode(_ samples: [Float]) -> Embeddings
}
