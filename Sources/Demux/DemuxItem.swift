/// Samples a second of all audio delivered.
package let deliveredSampleRate = 16_000

/// A run of audio of one track.
package struct AudioBlock: Sendable, Hashable {
  /// Ordinal among the recording's audio streams, from 0.
  package let track: Int
  /// Position of the first sample at 16 kHz from time zero; equals the end of the track's block
  /// before.
  package let startSample: Int64
  /// Mono samples at 16 kHz, full scale ±1; at most half a second.
  package let samples: [Float]

  package init(track: Int, startSample: Int64, samples: [Float]) {
    self.track = track
    self.startSample = startSample
    self.samples = samples
  }
}

/// Pixel formats delivered.
package enum PixelFormat: Sendable, Hashable {
  /// Luma, 0 black to 255 white, one byte a pixel.
  case gray8
  /// Red, green, blue, one byte each.
  case rgb24

  /// Bytes in a pixel.
  package var bytesPerPixel: Int { self == .gray8 ? 1 : 3 }
}

/// An upright picture and the time at which it is first shown.
package struct VideoFrame: Sendable, Hashable {
  package let time: MediaTime
  package let width: Int
  package let height: Int
  package let format: PixelFormat
  /// Rows from the top, tightly packed: `width * height * format.bytesPerPixel` bytes.
  package let bytes: [UInt8]
}

/// What a demuxer delivers.
package enum DemuxItem: Sendable, Hashable {
  case audio(AudioBlock)
  case video(VideoFrame)
}

/// What was found wrong in a recording so far.
package struct DemuxDamage: Sendable, Hashable {
  /// Packets of selected audio tracks that could not be decoded, and reads that failed.
  package internal(set) var corruptPackets = 0
  /// Packets and frames of the selected video stream that could not be decoded.
  package internal(set) var corruptVideoPackets = 0
  /// The file ends before its container says.
  package internal(set) var isTruncated = false
  /// Seconds of silence put where timestamps left gaps, summed over tracks.
  package internal(set) var insertedSilence = 0.0
  /// Seconds of audio dropped where timestamps ran back, summed over tracks.
  package internal(set) var trimmedOverlap = 0.0
  /// Jumps in timestamps too large to be gaps or overlaps; the time after them was joined on.
  package internal(set) var timestampJumps = 0

  /// Nothing was found wrong that costs content.
  package var isEmpty: Bool { self == DemuxDamage() }
}
