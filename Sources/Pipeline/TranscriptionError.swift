/// Why a run failed.
package enum TranscriptionError: Error, Sendable, Hashable {
  /// The run was asked to stop.
  case cancelled
  /// An output could not be written.
  case output(AtomicFileError)
}
