/// Which audio tracks to deliver.
package enum AudioTrackSelection: Sendable, Hashable, Codable {
  /// The track that a player would choose.
  case automatic
  /// The track with this number among the audio streams, from 1.
  case number(Int)
  /// The first track in this language: ISO 639-1 or 639-2 ("en", "eng", "en-GB").
  case language(String)
  /// Every audio track that can be decoded.
  case all
}

/// Which video frames to deliver, and how.
package struct VideoRequest: Sendable, Hashable {
  /// Size of the frames delivered.
  package enum Size: Sendable, Hashable {
    /// As stored.
    case native
    /// Scaled down with square pixels to lie within these bounds; never scaled up.
    case fit(width: Int, height: Int)
  }

  package var format: PixelFormat
  package var size: Size
  /// Number of the stream among the video streams, from 1; nil takes the one players show.
  package var stream: Int?

  package init(format: PixelFormat, size: Size = .native, stream: Int? = nil) {
    self.format = format
    self.size = size
    self.stream = stream
  }
}

/// How the channels of an audio track are delivered.
package enum ChannelDelivery: Sendable, Hashable {
  /// As one.
  case mixed
  /// Each by itself, where a track has two to eight. `gated`: silent where it has but the leakage of
  /// another one.
  case apart(gated: Bool)
}

/// What to read from a recording.
package struct DemuxOptions: Sendable, Hashable {
  /// Audio tracks to deliver; nil for none.
  package var audio: AudioTrackSelection?
  /// How their channels are delivered.
  package var channels = ChannelDelivery.mixed
  /// Video frames to deliver; nil for none.
  package var video: VideoRequest?
  /// Seconds from time zero; samples and frames before it are left out.
  package var start: Double?
  /// Seconds from time zero; samples and frames at or after it are left out.
  package var end: Double?
  package var limits: MediaLimits

  package init(
    audio: AudioTrackSelection? = .automatic, video: VideoRequest? = nil, start: Double? = nil,
    end: Double? = nil, limits: MediaLimits = MediaLimits()
  ) {
    self.audio = audio
    self.video = video
    self.start = start
    self.end = end
    self.limits = limits
  }
}

/// Bounds that no honest recording reaches and a crafted one may not pass.
package struct MediaLimits: Sendable, Hashable {
  /// Pixels across or down.
  package var dimension = 16_384
  /// Pixels in a frame.
  package var pixels = 67_108_864
  /// Samples a second, in the stream.
  package var sampleRates = 1_000...768_000
  /// Channels in a stream.
  package var channels = 64
  /// Streams in a container.
  package var streams = 256
  /// Bytes in a packet.
  package var packetBytes = 67_108_864
  /// Bytes read to recognise streams.
  package var probeBytes = 8_388_608
  /// Seconds of silence inserted for one gap in timestamps; a longer gap is taken for a jump.
  package var gap = 21_600.0
  /// Seconds of silence inserted into a track altogether.
  package var silence = 86_400.0

  /// Bytes of an MP4's index from which on it is read for the sound alone, where only sound is
  /// wanted: one to three hours' worth. libavformat makes up to twelve times as much of it.
  package var wholeIndexBytes = 2_097_152

  package init() {}
}
