/// Why a recording cannot be read.
package enum DemuxError: Error, Sendable, Hashable, Codable {
  // The file.
  case notFound
  case isDirectory
  case permissionDenied
  /// A device or socket.
  case notAFile
  case empty
  /// Opening failed for another reason; the value is `errno`.
  case openFailed(Int32)
  /// Reading failed; the value is `errno`.
  case readFailed(code: Int32, function: String)

  // FFmpeg.
  /// A library of FFmpeg (`libavformat.so.59`) cannot be loaded; the reason is the dynamic linker's.
  case libraryMissing(String, reason: String)
  /// A library of FFmpeg is not the one that this program was built for.
  case functionMissing(String, library: String)

  // The container.
  /// No known media format.
  case notRecognised
  /// A format that refers to other files, such as a playlist.
  case refusedFormat(String)
  /// A single picture.
  case picture(String)
  /// A format that FFmpeg knows and this program does not read.
  case unsupportedFormat(String)
  /// The index (`moov`) of an MP4 or QuickTime file is missing or cut off: recording or copying it
  /// was interrupted.
  case indexMissing
  /// The header of the container cannot be read; the code is libavformat's.
  case damagedContainer(format: String, code: Int32)
  /// This file can only be read from a disk, not from a pipe.
  case needsSeeking(format: String)
  case limitExceeded(Limit)

  // Its streams.
  case noAudio
  case noVideo
  case noSuchTrack(requested: AudioTrackSelection, available: [TrackLabel])
  case noSuchVideo(requested: Int, available: Int)
  /// No decoder for the codec with this name or tag.
  case unknownCodec(String)
  /// The decoder refused the stream's parameters.
  case decoderFailed(codec: String, code: Int32)
  /// The end was reached and not one sample could be decoded.
  case nothingDecodable(corruptPackets: Int)
  case outOfMemory

  /// Which limit of `MediaLimits` was exceeded, and the value found.
  package enum Limit: Sendable, Hashable, Codable {
    case dimensions(width: Int, height: Int)
    case sampleRate(Int)
    case channels(Int)
    case streams(Int)
    /// Tables in the container's header want more memory than any recording does.
    case header
  }

  /// An audio track that could have been chosen.
  package struct TrackLabel: Sendable, Hashable, Codable {
    /// From 1.
    package let number: Int
    package let language: String?
    package let title: String?
  }
}
