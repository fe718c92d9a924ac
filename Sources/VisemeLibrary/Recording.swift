internal import Demux
internal import Pipeline

/// A recording that can be read: a file of sound or film in any format that FFmpeg knows.
public struct Recording: Sendable, Hashable {
  /// One audio track, as its container describes it.
  public struct AudioTrack: Sendable, Hashable {
    /// Counted from 1; `TranscriptionOptions.AudioTrack.number` takes it.
    public let number: Int
    /// The codec's name, or its four-character tag where FFmpeg knows no codec for it.
    public let codec: String
    /// The language tag of the container ("eng"); nil without one.
    public let language: String?
    /// As the container has it.
    public let title: String?
    /// Nil where it is not known.
    public let channels: Int?
    /// Samples a second; nil where it is not known.
    public let sampleRate: Int?
    /// Whether this build of FFmpeg can decode it.
    public let isDecodable: Bool
  }

  /// The file as it was named.
  public let path: String
  /// FFmpeg's short names of the container format.
  public let container: String
  /// Seconds; nil where the container does not tell.
  public let duration: Double?
  /// In the order of their numbers.
  public let audioTracks: [AudioTrack]
  /// Whether there are moving pictures, in which lips may be read.
  public let hasVideo: Bool

  /// Opens the file at `path` and reads what its container tells; nothing is decoded.
  ///
  /// A pipe can be read only once and is no recording in this sense.
  ///
  /// - Throws: ``VisemeError/recording(path:_:)``.
  public init(path: String) throws(VisemeError) {
    if TranscriptionRequest.isPipe(path) { throw .recording(path: path, .notAFile) }
    let info: MediaInfo
    do throws(DemuxError) { info = try Demuxer.probe(path: path) } catch {
      throw .recording(path: path, RecordingFault(error))
    }
    self.path = path
    container = info.container
    duration = info.duration
    hasVideo = !info.videoStreams.isEmpty
    audioTracks = info.audioStreams.enumerated().map { index, stream in
      let (channels, rate) = (stream.audio?.channels ?? 0, stream.audio?.sampleRate ?? 0)
      return AudioTrack(
        number: index + 1, codec: stream.codec, language: stream.language, title: stream.title,
        channels: channels > 0 ? channels : nil, sampleRate: rate > 0 ? rate : nil,
        isDecodable: stream.isDecodable)
    }
  }
}
