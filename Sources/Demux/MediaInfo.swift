/// What a recording holds, as its container and its first packets say. Times are in seconds from
/// time zero, the container's start time.
package struct MediaInfo: Sendable, Hashable {
  /// Short names of the container format, as libavformat gives them ("mov,mp4,m4a,3gp,3g2,mj2").
  package let container: String
  /// Length in seconds, where the container tells or implies it.
  package let duration: Double?
  /// Every stream, in the container's order.
  package let streams: [StreamInfo]

  /// The audio streams; their positions here are the track ordinals.
  package var audioStreams: [StreamInfo] { streams.filter { $0.kind == .audio } }
  /// The video streams; cover pictures are not among them.
  package var videoStreams: [StreamInfo] { streams.filter { $0.kind == .video } }
}

/// One stream of a recording.
package struct StreamInfo: Sendable, Hashable {
  /// What a stream carries. Attached pictures, data and attachments are `other`.
  package enum Kind: Sendable, Hashable { case audio, video, subtitle, other }

  /// Position in the container, from 0.
  package let index: Int
  package let kind: Kind
  /// The codec's name, or its four-character tag where FFmpeg knows no codec for it.
  package let codec: String
  /// Language tag as written in the container ("eng"); nil when absent or undetermined.
  package let language: String?
  package let title: String?
  /// Marked by the container as the stream to play.
  package let isDefault: Bool
  /// Seconds from time zero to the first sample or frame.
  package let startOffset: Double?
  /// Seconds.
  package let duration: Double?
  /// Set for audio streams.
  package let audio: AudioFormat?
  /// Set for video streams.
  package let video: VideoFormat?
  /// This build of FFmpeg has a decoder for the codec.
  package let isDecodable: Bool
}

/// The format of an audio stream as stored.
package struct AudioFormat: Sendable, Hashable {
  /// Samples a second; 0 when unknown.
  package let sampleRate: Int
  /// Channels; 0 when unknown.
  package let channels: Int
  /// The places of the channels as FFmpeg names them ("stereo", "5.1"); nil where the file has none.
  package var layout: String?
}

/// The format of a video stream.
package struct VideoFormat: Sendable, Hashable {
  /// Pixels across and down of the upright picture, that is, after `rotation`.
  package let width: Int
  package let height: Int
  /// Frames a second on average.
  package let frameRate: Double?
  /// Degrees clockwise by which stored frames are turned to stand upright: 0, 90, 180 or 270.
  package let rotation: Int
  /// Width of a pixel over its height, of the upright picture.
  package let pixelAspect: Double
  /// The spacing of the frames varies, as far as the container tells.
  package let isVariable: Bool
}
