import NN

/// How what is heard and what is seen of a segment become what the decoder hears.
package enum FusionMethod: String, Sendable, Hashable, CaseIterable {
  /// By cross-modal attention, as the program does.
  case attention
  /// Features side by side. For evaluation, like the next ones.
  case early
  /// Each for itself, the probabilities of words mixed.
  case late
  /// The lips alone, in place of the sound.
  case lipsOnly

  /// Whether it takes the networks of `FusionBaselines`.
  package var isBaseline: Bool { self != .attention }

  /// Ways in which the decoder listens to one segment.
  package var ways: Int { self == .late ? 2 : 1 }

  /// What the decoder hears where no lips are seen.
  package func unseen(_ audio: Embeddings) -> Embeddings {
    self == .lipsOnly ? audio.none : audio
  }
}
