internal import Demux

/// Why a recording cannot be read.
public enum RecordingFault: Error, Sendable, Hashable {
  case notFound
  case isDirectory
  case permissionDenied
  /// A pipe, device or socket.
  case notAFile
  case empty
  /// Opening or reading failed; the value is `errno`.
  case system(Int32)
  case outOfMemory
  /// A library of FFmpeg is missing or of another version; the name is its file.
  case ffmpeg(library: String, reason: String)
  /// No known media format.
  case notRecognised
  /// A format that refers to other files, such as a playlist.
  case refused(format: String)
  /// A single picture.
  case picture(format: String)
  /// A format that FFmpeg knows and Viseme does not read.
  case unsupported(format: String)
  /// The index of an MP4 is missing: recording or copying was cut off.
  case indexMissing
  /// The header of the container cannot be read.
  case damaged(format: String)
  /// Can be read from a disk, not from a pipe.
  case needsSeeking(format: String)
  /// Dimensions, rate, channels, streams or header are above all limits.
  case limitExceeded(String)
  case noAudio
  case noVideo
  /// The numbers are those of the tracks that there are.
  case noSuchTrack(available: [Int])
  /// No decoder, or one that refuses the stream; the name is the codec's.
  case undecodable(codec: String)
  /// The end was reached without one sample.
  case nothingDecodable(corruptPackets: Int)
}

extension RecordingFault {
  init(_ error: DemuxError) {
    switch error {
    case .notFound: self = .notFound
    case .isDirectory: self = .isDirectory
    case .permissionDenied: self = .permissionDenied
    case .notAFile: self = .notAFile
    case .empty: self = .empty
    case .openFailed(let code), .readFailed(let code, _): self = .system(code)
    case .outOfMemory: self = .outOfMemory
    case .libraryMissing(let library, let reason):
      self = .ffmpeg(library: library, reason: reason)
    case .functionMissing(let function, let library):
      self = .ffmpeg(library: library, reason: function)
    case .notRecognised: self = .notRecognised
    case .refusedFormat(let format): self = .refused(format: format)
    case .picture(let format): self = .picture(format: format)
    case .unsupportedFormat(let format): self = .unsupported(format: format)
    case .indexMissing: self = .indexMissing
    case .damagedContainer(let format, _): self = .damaged(format: format)
    case .needsSeeking(let format): self = .needsSeeking(format: format)
    case .limitExceeded(let limit): self = .limitExceeded("\(limit)")
    case .noAudio: self = .noAudio
    case .noVideo, .noSuchVideo: self = .noVideo
    case .noSuchTrack(_, let available): self = .noSuchTrack(available: available.map(\.number))
    case .unknownCodec(let codec), .decoderFailed(let codec, _): self = .undecodable(codec: codec)
    case .nothingDecodable(let packets): self = .nothingDecodable(corruptPackets: packets)
    }
  }
}
