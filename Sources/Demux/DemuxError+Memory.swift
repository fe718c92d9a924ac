import CFFmpeg

extension DemuxError {
  /// Whether FFmpeg says, in whatever it was doing, that it got no memory: then nothing is known of the
  /// recording.
  package var lacksMemory: Bool {
    switch self {
    case .outOfMemory, .openFailed(ENOMEM), .readFailed(ENOMEM, _): true
    case .damagedContainer(_, let code), .decoderFailed(_, let code): code == VISEME_AVERROR_ENOMEM
    default: false
    }
  }
}
