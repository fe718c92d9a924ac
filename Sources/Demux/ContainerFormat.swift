import CFFmpeg

/// The container formats that recordings come in. Everything else that libavformat can read, above
/// all playlists, scripts, manifests, devices and picture sequences, is refused: such a file refers
/// to others, and a recording is data, never a reference.
enum ContainerFormat {
  /// Demuxers allowed, by the first of their names.
  static let allowed: Set<String> = [
    "mov", "matroska", "avi", "mpeg", "mpegts", "mpegvideo", "wav", "w64", "mp3", "aac", "flac",
    "ogg", "asf", "flv", "live_flv", "caf", "aiff", "au", "amr", "amrnb", "amrwb", "ac3", "eac3",
    "dts", "truehd", "mlp", "mxf", "gxf", "nut", "dv", "rm", "ape", "wv", "tta", "tak", "voc",
    "loas", "h264", "hevc", "ivf", "obu", "wtv", "r3d", "swf",
  ]

  /// Formats whose timestamps after a seek are as exact as in a read from the beginning. Others
  /// (MP3, ADTS) estimate them from the bit rate, so they are read through instead.
  static let exactAfterSeeking: Set<String> = [
    "mov", "matroska", "ogg", "wav", "w64", "flac", "avi", "mpegts", "mpeg", "asf", "flv", "caf",
    "aiff", "au",
  ]

  /// Score below which a guess is no better than chance: random bytes reach it.
  private static let leastScore: Int32 = 5

  /// The first of a format's names, by which the sets above know it.
  static func key(_ format: UnsafePointer<AVInputFormat>) -> String {
    names(format).prefix { $0 != "," }.description
  }

  /// All of a format's names, as libavformat gives them.
  static func names(_ format: UnsafePointer<AVInputFormat>) -> String {
    format.pointee.name.map { String(cString: $0) } ?? ""
  }

  /// Recognises the format of a byte stream from its content alone; the file's name has no say.
  static func recognise(_ stream: borrowing ByteStream) throws(DemuxError)
    -> UnsafePointer<AVInputFormat>
  {
    var found: UnsafePointer<AVInputFormat>?
    var score = av_probe_input_buffer2(stream.context, &found, "", nil, 0, 0)
    if let failure = stream.failure { throw .readFailed(code: failure, function: "read") }
    if score < leastScore, stream.head == Array("ID3".utf8) {
      // Cover art can push the first audio frame beyond what is probed.
      found = av_find_input_format("mp3")
      score = leastScore
    }
    guard let found, score >= leastScore else {
      throw stream.head.isEmpty ? .empty : .notRecognised
    }
    guard allowed.contains(key(found)) else {
      // A weak match with an odd format is a file of no format.
      throw score > AVPROBE_SCORE_MAX / 4 ? .refusedFormat(names(found)) : .notRecognised
    }
    return found
  }
}
