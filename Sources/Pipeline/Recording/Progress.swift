/// How far a run has come.
package struct TranscriptionProgress: Sendable, Hashable {
  /// The recording's seconds that are done: read and transcribed.
  package let done: Double
  /// The seconds to do; nil when the recording does not say how long it is (a pipe).
  package let total: Double?

  /// Everything was read from the file and handed to readers.
  package let isCut: Bool

  /// Seconds of speech, summed over tracks, that an earlier run has transcribed.
  package let restored: Double

  /// A point in a run, in seconds of the recording.
  package init(done: Double, total: Double?, isCut: Bool = false, restored: Double = 0) {
    self.done = done
    self.total = total
    self.isCut = isCut
    self.restored = restored
  }

  /// Between 0 and 1; nil when the length is not known.
  package var fraction: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, max(0, done / total))
  }
}
