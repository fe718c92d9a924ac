import Demux

/// Why there is no noise, or no speech to put it under.
package enum NoiseError: Error, Sendable, Hashable {
  /// A recording of noise cannot be read.
  case unreadable(path: String, DemuxError)
  /// A recording of noise holds nothing but silence.
  case silent(path: String)
  /// A folder of noise holds no recording that can be used.
  case emptyFolder(path: String)
  /// Babble needs other recordings than the utterance's own, and there is none that can be used.
  case noTalkers
}
