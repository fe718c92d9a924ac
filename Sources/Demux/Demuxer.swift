import CFFmpeg

/// Reads a recording once from its beginning, or from a chosen start, and delivers audio of the
/// selected tracks at 16 kHz mono and pictures of the selected video, each with its time.
///
/// Items of one track come in the order of their times; items of different tracks come roughly so,
/// as the container interleaves them. Memory does not depend on the recording's length, but for the
/// index that some containers (MP4) carry.
package struct Demuxer: ~Copyable {
  package let info: MediaInfo
  /// The selected audio tracks, and the channels of those that are delivered apart.
  package let lanes: [AudioLane]
  /// What was found wrong so far.
  package private(set) var damage = DemuxDamage()
  /// Seconds from time zero up to which items were delivered.
  package private(set) var position: Double

  private var container: Container
  private let packet: Packet
  private let tracks: [any DecodedTrack]
  private let isWhole: Bool
  private let path: String
  private let limits: MediaLimits
  /// Audio tracks among `tracks`, which come first.
  private let selected: Int
  private var phase = Phase.reading
  /// The track whose decoder may hold frames.
  private var draining: Int?
  private var failedReads = 0
  private var hasReachedEnd = false

  private enum Phase {
    case reading
    /// The end was reached; this track's decoder gives up its last frames, one by one.
    case flushing(Int)
    /// It has given them up.
    case finishing(Int)
    case ended
  }

  /// Reads in a row that may fail before the rest of the file counts as lost.
  private static let mostFailedReads = 256

  /// Opens a recording ("-" is the standard input) and selects its tracks.
  package init(path: String, options: DemuxOptions) throws(DemuxError) {
    let limits = options.limits
    let first = try Container.open(path: path, video: options.video != nil, limits: limits)
    let zero = first.zero
    let info = try first.describe(path: path, zero: zero, limits: limits)
    let ordinals =
      if let selection = options.audio { try first.audioTracks(selection, in: info) } else {
        [Int]()
      }
    let video: Int? =
      if let request = options.video { try first.videoStream(request, in: info) } else { nil }
    let streams = ordinals.map { info.audioStreams[$0].index } + (video.map { [$0] } ?? [])
    let start = max(options.start.flatMap { ExactTime(seconds: $0) } ?? .zero, .zero)
    let end = max(options.end.flatMap { ExactTime(seconds: $0) } ?? .farthest, start)
    let container = try Demuxer.place(
      first, path: path, video: video != nil, start: start, streams: streams, limits: limits)
    let placedZero = container.zero
    let jumps = JumpHistory()
    var tracks: [any DecodedTrack] = []
    for (ordinal, stream) in zip(ordinals, streams) {
      tracks.append(
        try AudioTrack(
          container, stream: stream, ordinal: ordinal, zero: placedZero,
          lanes: options.channels.lanes(info.audioStreams[ordinal]), range: start..<end,
          jumps: jumps, limits: limits))
    }
    if let video, let request = options.video {
      tracks.append(
        try VideoTrack(
          container, stream: video, request: request, zero: placedZero, range: start..<end,
          jumps: jumps, limits: limits))
    }
    for index in 0..<container.streamCount where !streams.contains(index) {
      container.discard(index)
    }
    packet = try Packet()
    self.info = info
    selected = ordinals.count
    lanes = ordinals.flatMap { ordinal in
      guard let apart = options.channels.lanes(info.audioStreams[ordinal]) else {
        return [AudioLane(track: ordinal)]
      }
      return (0..<apart.count).map { AudioLane(track: ordinal, channel: $0) }
    }
    damage.isTruncated = container.isCutOff
    position = start.seconds
    isWhole = options.start == nil && options.end == nil
    self.path = path
    self.limits = limits
    self.tracks = tracks
    self.container = container
  }

  /// Places a container so that everything from `start` on can be decoded.
  private static func place(
    _ container: consuming Container, path: String, video: Bool, start: ExactTime, streams: [Int],
    limits: MediaLimits
  ) throws(DemuxError) -> Container {
    guard start > nearStart else { return container }
    if let link = container.links?.last(before: start - nearStart), link != container.link {
      return try place(
        Container.open(
          path: path, video: video, limits: limits, links: container.links, link: link),
        path: path, video: video, start: start, streams: streams, limits: limits)
    }
    let (links, link) = (container.links, container.link)
    if try container.seek(before: start, zero: container.zero, streams: streams) == .lost {
      return try Container.open(path: path, video: video, limits: limits, links: links, link: link)
    }
    return container
  }

  /// Starts before this are read up to; it costs less than going there.
  private static let nearStart = ExactTime(2, per: 1)

  /// What a recording holds, without reading further than it takes to know.
  package static func probe(
    path: String, limits: MediaLimits = MediaLimits()
  ) throws(DemuxError) -> MediaInfo {
    let container = try Container.open(path: path, video: true, limits: limits)
    return try container.describe(path: path, zero: container.zero, limits: limits)
  }

  /// The next block or picture; nil after the last.
  package mutating func next() throws(DemuxError) -> DemuxItem? {
    while true {
      for track in tracks {
        if let item = track.pop() {
          advance(past: item)
          return item
        }
      }
      if let active = draining {
        if !tracks[active].pull(&damage) { draining = nil }
        continue
      }
      switch phase {
      case .reading: try readPacket()
      case .flushing(let index): try flush(index)
      case .finishing(let index):
        tracks[index].finish(&damage)
        phase = .flushing(index + 1)
      case .ended: return nil
      }
    }
  }

  private mutating func readPacket() throws(DemuxError) {
    if !tracks.isEmpty, tracks.allSatisfy({ $0.isDone }) {
      phase = .flushing(0)
      return
    }
    switch try container.read(packet) {
    case .ended: if try !openNextLink() { try reachEnd() }
    case .damaged:
      failedReads += 1
      damage.corruptPackets += 1
      if failedReads >= Demuxer.mostFailedReads {
        damage.isTruncated = true
        try reachEnd()
      }
    case .packet:
      failedReads = 0
      guard let index = tracks.firstIndex(where: { $0.streamIndex == packet.streamIndex }) else {
        return
      }
      if tracks[index].isDone {
        container.discard(packet.streamIndex)
      } else {
        tracks[index].send(packet, isLast: container.isAtEnd, &damage)
        draining = index
      }
    }
  }

  /// Goes on with the next link of a chained Ogg file; one that cannot be read is told and passed over.
  private mutating func openNextLink() throws(DemuxError) -> Bool {
    guard let links = container.links else { return false }
    for track in tracks {
      track.sendEnd()
      while track.pull(&damage) {}
    }
    for link in (container.link + 1)..<links.count {
      do throws(DemuxError) {
        container = try Container.open(
          path: path, video: false, limits: limits, links: links, link: link)
        for case let track as AudioTrack in tracks { try track.goOn(in: container, &damage) }
        return true
      } catch {
        switch error {
        case .damagedContainer, .noAudio, .unknownCodec, .decoderFailed, .limitExceeded:
          damage.corruptPackets += 1
        default: throw error
        }
      }
    }
    return false
  }

  private mutating func reachEnd() throws(DemuxError) {
    phase = .flushing(0)
    hasReachedEnd = true
    if container.format == "mov", !container.isSeekable, tracks.allSatisfy({ $0.end == 0 }) {
      throw .needsSeeking(format: container.format)
    }
  }

  /// A track that ends well before its header says was cut off.
  private mutating func noteTruncation() {
    guard hasReachedEnd else { return }
    // After a jump that was joined on the header's length says nothing of what was read. Most headers have one
    // length for all streams.
    let areApart = Demuxer.tellsLengths.contains(container.format)
    guard areApart || !tracks.contains(where: { $0.hasJumped }) else { return }
    for track in tracks where !track.hasJumped {
      guard let stream = info.streams.first(where: { $0.index == track.streamIndex }) else {
        continue
      }
      guard declaresDurations, let duration = stream.duration, !container.isOpenEnded else {
        continue
      }
      let end = (declaresEnds ? 0 : stream.startOffset ?? 0) + duration
      // Some give all streams the length of the file, and not always that.
      let slack = container.format == "asf" ? 2 + duration * 0.1 + (stream.startOffset ?? 0) : 0
      if track.end < end - duration * 0.01 - 0.5 - slack { damage.isTruncated = true }
    }
  }

  /// Formats that say how long each stream is.
  private static let tellsLengths: Set<String> = ["mov", "matroska"]

  /// The durations of streams come from headers and were not estimated from the bytes there are.
  private var declaresDurations: Bool {
    container.context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM
      && container.format != "ogg" && !container.isLaterPart
  }

  /// The container gives each stream's end from time zero, not how long the stream lasts.
  private var declaresEnds: Bool { container.format != "mov" }

  private mutating func flush(_ index: Int) throws(DemuxError) {
    guard index < tracks.count else {
      phase = .ended
      noteTruncation()
      let wanted = selected == 0 ? tracks[...] : tracks.prefix(selected)
      if isWhole, !wanted.isEmpty, !wanted.contains(where: { $0.hasDecoded }) {
        throw .nothingDecodable(corruptPackets: damage.corruptPackets)
      }
      return
    }
    tracks[index].sendEnd()
    draining = index
    phase = .finishing(index)
  }

  private mutating func advance(past item: DemuxItem) {
    let end =
      switch item {
      case .audio(let block):
        Double(block.startSample + Int64(block.samples.count)) / Double(deliveredSampleRate)
      case .video(let frame): frame.time.seconds
      }
    position = max(position, end)
  }
}

// Proof: a demuxer has one owner, being noncopyable, and all that changes it is mutating; the
// objects it refers to (tracks, FFmpeg contexts) are reached through it alone, and FFmpeg contexts
// may be used from any thread, one at a time.
extension Demuxer: @unchecked Sendable {}
