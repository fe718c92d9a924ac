import Demux

/// What to transcribe, and with what.
package struct TranscriptionRequest: Sendable, Hashable {
  /// The recording's path; "-" is standard input.
  package var input: String
  /// Which audio tracks.
  package var track: AudioTrackSelection
  /// Seconds from time zero; speech before it is left out.
  package var start: Double?
  /// Seconds from time zero; speech after it is left out.
  package var end: Double?
  /// The folder of the models; nil for the one that the environment names.
  package var models: String?
  /// Threads to keep busy, at least 1.
  package var threads: Int

  /// A request for the whole of `input` unless narrowed.
  package init(
    input: String, track: AudioTrackSelection = .automatic, start: Double? = nil,
    end: Double? = nil, models: String? = nil, threads: Int = ThreadCount.choose()
  ) {
    self.input = input
    self.track = track
    self.start = start
    self.end = end
    self.models = models
    self.threads = max(1, threads)
  }
}
