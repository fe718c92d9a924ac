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
    // Sound alone: telephony, speech research, dictation machines, players, studios.
    "gsm", "g722", "g723_1", "g729", "sln", "codec2", "sbc", "nistsphere", "ircam", "sox", "avr",
    "paf", "epaf", "pvf", "sds", "iff", "hcom", "wve", "act", "dss", "qcp", "oma", "aea", "adx",
    "mpc", "mpc8", "vqf", "shn", "dsf", "dtshd", "xwma", "xa", "wsd",
    // Cameras and video recorders.
    "dhav", "ifv", "pva", "nsv", "nuv", "smjpeg", "lxf", "m4v", "mjpeg",
  ]

  /// Formats without a mark by which their content could be told, by the ending of the file's name.
  private static let namedByEnding: [String: String] = [
    "g722": "g722", "g723_1": "g723_1", "tco": "g723_1", "rco": "g723_1", "g729": "g729",
    "gsm": "gsm", "sln": "sln", "sbc": "sbc", "msbc": "sbc",
  ]

  /// Demuxers of single pictures, beside all whose name ends in "_pipe".
  private static let pictures: Set<String> = [
    "image2", "image2pipe", "apng", "gif", "ico", "fits", "jpegxl_anim", "alias_pix",
  ]

  /// Demuxers of files that name other files, streams or devices.
  private static let references: Set<String> = [
    "hls", "dash", "concat", "sdp", "rtp", "rtsp", "sap", "imf", "webm_dash_manifest", "vobsub",
    "redir", "asx", "ffmetadata", "avisynth", "vapoursynth", "lavfi",
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

  /// Recognises the format of a byte stream from its content; the name of its file has a say only
  /// where the content has none.
  static func recognise(
    _ stream: borrowing ByteStream, name: String
  ) throws(DemuxError) -> UnsafePointer<AVInputFormat> {
    var found: UnsafePointer<AVInputFormat>?
    var score = av_probe_input_buffer2(stream.context, &found, "", nil, 0, 0)
    if let failure = stream.failure { throw .readFailed(code: failure, function: "read") }
    if score < leastScore, stream.head.starts(with: "ID3".utf8) {
      // Cover art can push the first audio frame beyond what is probed.
      found = av_find_input_format("mp3")
      score = leastScore
    }
    if score <= AVPROBE_SCORE_MAX / 4, !stream.head.isEmpty, let raw = byEnding(name) {
      return raw
    }
    guard let found, score >= leastScore else {
      throw stream.head.isEmpty ? .empty : unrecognised(stream.head)
    }
    guard allowed.contains(key(found)) else {
      // A weak match with an odd format is a file of no format.
      throw score > AVPROBE_SCORE_MAX / 4 ? refusal(found) : unrecognised(stream.head)
    }
    return found
  }

  /// Playlists by what they begin with that libavformat does not know: those of players, not of streams.
  private static let playlists = [
    "#EXTM3U": "m3u", "[playlist]": "pls", "<asx": "asx", "<ASX": "asx",
  ]

  private static func unrecognised(_ head: [UInt8]) -> DemuxError {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = head.starts(with: mark) ? head.dropFirst(mark.count) : head[...]
    let playlist = playlists.first { text.starts(with: $0.key.utf8) }
    return playlist.map { .refusedFormat($0.value) } ?? .notRecognised
  }

  private static func byEnding(_ name: String) -> UnsafePointer<AVInputFormat>? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return namedByEnding[name[name.index(after: dot)...].lowercased()]
      .flatMap { av_find_input_format($0) }.map { UnsafePointer($0) }
  }

  /// Why a format that was recognised is not read.
  private static func refusal(_ format: UnsafePointer<AVInputFormat>) -> DemuxError {
    let name = key(format)
    if pictures.contains(name) || name.hasSuffix("_pipe") { return .picture(name) }
    return references.contains(name) ? .refusedFormat(names(format)) : .unsupportedFormat(name)
  }
}
