import CFFmpeg

/// An open container: the streams of a file and its packets, one after another.
struct Container: ~Copyable {
  let context: UnsafeMutablePointer<AVFormatContext>
  /// The format's first name ("mov").
  let format: String
  /// The file's own structure says that it goes on beyond its end.
  let isCutOff: Bool
  /// Only the first pictures of its videos are known to it.
  let hasLeanIndex: Bool
  /// Its index is spread over fragments.
  let isFragmented: Bool
  /// The links of a chained Ogg file, each of which is read as a file of its own; nil for all others.
  let links: OggLinks?
  /// Which of them this is.
  let link: Int
  /// Empty chunks of an AVI file that stand for time; nil for all others.
  private let pauses: EmptyChunks?
  /// Destroyed after `context`, which reads from it.
  let stream: ByteStream

  /// What came of reading a packet.
  enum Reading { case packet, ended, damaged }

  /// Opens a file, recognises its format and its streams. Without `video`, the index of a long MP4
  /// is read for its sound alone. Of a chained Ogg file one `link` is opened; its `links` are searched for
  /// where they are not known.
  static func open(
    path: String, video: Bool, limits: MediaLimits, links known: OggLinks? = nil, link: Int = 0
  ) throws(DemuxError) -> Container {
    try FFmpegRuntime.load()
    var file = try InputFile(path: path)
    let links: OggLinks? = if let known { known } else { OggLinks(of: file) }
    if let part = links?[link] { file.narrow(to: part.bytes) }
    let declared = DeclaredSize(of: file)
    let isCutOff = (declared.bytes ?? 0) > (file.size ?? .max)
    if let samples = declared.samples, samples.available == 0 { throw .noAudio }
    let lean = video ? nil : LeanIndex(of: file, declared.index, limits)
    let pauses = EmptyChunks(of: file)
    let patches = (lean?.patches ?? []) + (declared.samples?.patches(file) ?? [])
    let stream = try ByteStream(file: file, patches: patches)
    let input = try ContainerFormat.recognise(stream, name: path)
    let context = try open(
      stream, input, hasIndex: declared.index != nil, isLean: lean != nil, limits)
    let container = Container(
      context: context, format: ContainerFormat.key(input), isCutOff: isCutOff,
      hasLeanIndex: lean != nil, isFragmented: declared.isFragmented, links: links, link: link,
      pauses: pauses,
      stream: stream)
    try container.findStreams(limits)
    return container
  }

  private init(
    context: UnsafeMutablePointer<AVFormatContext>, format: String, isCutOff: Bool,
    hasLeanIndex: Bool, isFragmented: Bool, links: OggLinks?, link: Int, pauses: EmptyChunks?,
    stream: consuming ByteStream
  ) {
    self.context = context
    self.format = format
    self.isCutOff = isCutOff
    self.hasLeanIndex = hasLeanIndex
    self.isFragmented = isFragmented
    self.links = links
    self.link = link
    self.pauses = pauses
    self.stream = stream
  }

  deinit {
    var closed: UnsafeMutablePointer<AVFormatContext>? = context
    avformat_close_input(&closed)
  }

  var streamCount: Int { Int(context.pointee.nb_streams) }
  /// The file can be read at any position.
  var isSeekable: Bool { stream.file.size != nil }
  /// A stream in fragments that begins with a later one: its header may speak of more of them than
  /// were kept.
  var isLaterPart: Bool { isFragmented && timeZero > ExactTime(1, per: 2) }
  /// Everything there is was read.
  var isAtEnd: Bool { avio_feof(stream.context) != 0 }

  /// The stream with an index that the container gave.
  func stream(_ index: Int) -> UnsafeMutablePointer<AVStream>? {
    index < streamCount ? context.pointee.streams[index] : nil
  }

  /// Reads the next packet of any stream that is not discarded.
  func read(_ packet: borrowing Packet) throws(DemuxError) -> Reading {
    packet.unreference()
    let code = av_read_frame(context, packet.pointer)
    if code >= 0 {
      if let pauses {
        packet.delay(by: pauses.late(packet.streamIndex, position: packet.pointer.pointee.pos))
      }
      return .packet
    }
    if let failure = stream.failure { throw .readFailed(code: failure, function: "read") }
    // Of WAVE libavformat looks for more samples behind the last, and fails where there is a byte left.
    let isEnd = code == VISEME_AVERROR_EOF || avio_feof(stream.context) != 0 || format == "wav"
    return isEnd ? .ended : .damaged
  }

  /// Goes to a place at or before a time on the container's own clock, for reading `streams`.
  func seek(to time: ExactTime, streams: [Int]) -> Bool {
    // The container looks for a key frame of its video, which others follow, unless it knows little
    // of the video.
    guard hasLeanIndex, let index = streams.first, let base = stream(index)?.pointee.time_base,
      base.num == 1
    else {
      let microseconds = time.nearest(at: Int(AV_TIME_BASE))
      return avformat_seek_file(context, -1, Int64.min, microseconds, microseconds, 0) >= 0
    }
    let ticks = time.nearest(at: Int(base.den))
    return avformat_seek_file(context, Int32(index), Int64.min, ticks, ticks, 0) >= 0
  }

  /// Ticks of a stream's time base before its first sound that libavformat does not count.
  func leadingPause(_ index: Int) -> Int64 { pauses?.leading(index) ?? 0 }

  /// Stops packets of a stream from being delivered.
  func discard(_ index: Int) { stream(index)?.pointee.discard = AVDISCARD_ALL }
}

extension Container {
  private static func open(
    _ stream: borrowing ByteStream, _ input: UnsafePointer<AVInputFormat>,
    hasIndex: Bool, isLean: Bool, _ limits: MediaLimits
  ) throws(DemuxError) -> UnsafeMutablePointer<AVFormatContext> {
    guard let made = avformat_alloc_context() else { throw .outOfMemory }
    made.pointee.pb = stream.context
    made.pointee.probesize = Int64(limits.probeBytes)
    made.pointee.max_streams = Int32(limits.streams) + 1
    made.pointee.io_open = { _, _, _, _, _ in VISEME_AVERROR_EPERM }
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "format_whitelist", ContainerFormat.names(input), 0)
    av_dict_set(&options, "protocol_whitelist", "none", 0)
    if isLean { av_dict_set(&options, "advanced_editlist", "0", 0) }
    // Frees the context when it fails.
    var opened: UnsafeMutablePointer<AVFormatContext>? = made
    let code = avformat_open_input(&opened, "", input, &options)
    if code >= 0, let opened { return opened }
    if let failure = stream.failure { throw .readFailed(code: failure, function: "read") }
    if code == VISEME_AVERROR_ENOMEM {
      throw FFmpegRuntime.hasRoom ? .limitExceeded(.header) : .outOfMemory
    }
    let format = ContainerFormat.key(input)
    if format == "mov", stream.file.size != nil, !hasIndex { throw .indexMissing }
    throw .damagedContainer(format: format, code: code)
  }

  private func findStreams(_ limits: MediaLimits) throws(DemuxError) {
    guard streamCount <= limits.streams else { throw .limitExceeded(.streams(streamCount)) }
    for index in 0..<streamCount { try check(index, limits) }
    let count = streamCount
    var options = [OpaquePointer?](repeating: nil, count: count)
    for index in 0..<count {
      av_dict_set(&options[index], "max_pixels", String(limits.pixels), 0)
      av_dict_set(&options[index], "threads", "1", 0)
    }
    let code = avformat_find_stream_info(context, &options)
    for index in 0..<count { av_dict_free(&options[index]) }
    if let failure = stream.failure { throw .readFailed(code: failure, function: "read") }
    guard code >= 0 else {
      // A right header, and nothing behind it.
      if code == VISEME_AVERROR_EOF, streamCount > 0 { throw .noAudio }
      throw .damagedContainer(format: format, code: code)
    }
    guard streamCount <= limits.streams else { throw .limitExceeded(.streams(streamCount)) }
    for index in 0..<streamCount { try check(index, limits) }
  }

  private func check(_ index: Int, _ limits: MediaLimits) throws(DemuxError) {
    guard let parameters = stream(index)?.pointee.codecpar?.pointee else { return }
    switch parameters.codec_type {
    case AVMEDIA_TYPE_AUDIO:
      let rate = Int(parameters.sample_rate)
      guard rate == 0 || limits.sampleRates.contains(rate) else {
        throw .limitExceeded(.sampleRate(rate))
      }
      let channels = Int(parameters.ch_layout.nb_channels)
      guard channels <= limits.channels else { throw .limitExceeded(.channels(channels)) }
    case AVMEDIA_TYPE_VIDEO:
      let (width, height) = (Int(parameters.width), Int(parameters.height))
      guard limits.allow(width: width, height: height) else {
        throw .limitExceeded(.dimensions(width: width, height: height))
      }
    default: break
    }
  }
}

extension MediaLimits {
  /// A picture of this size lies within the limits.
  func allow(width: Int, height: Int) -> Bool {
    width <= dimension && height <= dimension && width * height <= pixels
  }
}
