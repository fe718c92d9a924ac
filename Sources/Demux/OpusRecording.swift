/// A recording's sound as an Ogg Opus file, made piece by piece: mono, for speech, on the recording's clock.
///
/// It begins at time zero, whatever part of the recording was asked for: before that part, and where
/// nothing was recorded, there is silence. Several tracks are added up. Memory does not depend on the
/// recording's length.
package struct OpusRecording: ~Copyable {
  /// Bits a second: speech in all its frequencies up to 8 kHz, without harm that is easily heard.
  package static let bitRate = 24_000
  /// As HTTP and HTML name it (RFC 7845 section 9).
  package static let mediaType = "audio/ogg; codecs=opus"

  /// Samples that come after what another track has given already, at most: half a minute.
  private static let slack: Int64 = 480_000
  /// Bytes that are handed out at a time, about.
  private static let pieceBytes = 24_576

  private var demuxer: Demuxer
  private var sum = TrackSum()
  private let slack: Int64
  /// A block before which not all is encoded yet.
  private var held: AudioBlock?
  /// What lies before this changes no more.
  private var settled: Int64 = 0
  private let encoder: OpusEncoder
  private let file: OggWriter
  private let packet: Packet
  private var isFinished = false

  /// Opens a recording, not a pipe.
  package init(
    path: String, track: AudioTrackSelection, start: Double?, end: Double?
  ) throws(SoundError) {
    let demuxer = try Self.open(path, DemuxOptions(audio: track, start: start, end: end))
    let packet = try Self.packet()
    let encoder = try Self.encoder()
    let file = try Self.file(encoder)
    slack = demuxer.lanes.count > 1 ? Self.slack : 0
    self.demuxer = demuxer
    self.packet = packet
    self.encoder = encoder
    self.file = file
  }

  /// Why no recording's sound can be made at all; nil where it can.
  package static var obstacle: SoundError? {
    do throws(DemuxError) { try FFmpegRuntime.load() } catch { return .recording(error) }
    do throws(SoundError) {
      _ = try file(try encoder())
      return nil
    } catch { return error }
  }

  /// What the container says of the recording.
  package var info: MediaInfo { demuxer.info }
  /// Seconds up to which it was read.
  package var reached: Double { demuxer.position }
  /// Seconds of further tracks that a file holds so far behind the others that they are left out.
  package var leftOut: Double { Double(sum.late) / Double(deliveredSampleRate) }

  private static func open(
    _ path: String, _ options: DemuxOptions
  ) throws(SoundError) -> Demuxer {
    do throws(DemuxError) { return try Demuxer(path: path, options: options) } catch {
      throw .recording(error)
    }
  }

  private static func packet() throws(SoundError) -> Packet {
    do throws(DemuxError) { return try Packet() } catch { throw .recording(error) }
  }

  private static func encoder() throws(SoundError) -> OpusEncoder {
    do throws(LinkError) { return try OpusEncoder(bitRate: bitRate) } catch {
      throw .coding(error)
    }
  }

  private static func file(_ encoder: borrowing OpusEncoder) throws(SoundError) -> OggWriter {
    do throws(LinkError) { return try OggWriter(encoder) } catch { throw .coding(error) }
  }

  /// The next bytes of the file; nil after the last.
  package mutating func next() throws(SoundError) -> [UInt8]? {
    while !isFinished, file.count < Self.pieceBytes {
      if sum.position + Int64(encoder.frameSize) <= settled {
        try encode(encoder.frameSize)
      } else if let block = held.take() {
        sum.add(block)
        settled = max(settled, sum.end - slack)
      } else if let block = try read() {
        settled = max(settled, block.startSample - slack)
        held = block
      } else if settled < sum.end {
        settled = sum.end
      } else {
        try finish()
      }
    }
    return file.count > 0 ? file.take() : nil
  }

  private mutating func read() throws(SoundError) -> AudioBlock? {
    do throws(DemuxError) {
      while let item = try demuxer.next() {
        if case .audio(let block) = item { return block }
      }
      return nil
    } catch { throw .recording(error) }
  }

  private mutating func encode(_ count: Int) throws(SoundError) {
    let position = sum.position
    do throws(LinkError) {
      try encoder.send(sum.take(count), at: position)
      try pass()
    } catch { throw .coding(error) }
  }

  /// Encodes what does not fill a frame, and ends the file.
  private mutating func finish() throws(SoundError) {
    let rest = Int(sum.end - sum.position)
    if rest > 0 { try encode(rest) }
    do throws(LinkError) {
      try encoder.sendEnd()
      try pass()
      try file.finish()
    } catch { throw .coding(error) }
    isFinished = true
  }

  /// Hands packets on.
  private func pass() throws(LinkError) {
    while try encoder.receive(packet) {
      try file.write(packet)
      packet.unreference()
    }
  }
}

/// Why a recording's sound could not be made into a file.
package enum SoundError: Error, Sendable, Hashable {
  case recording(DemuxError)
  case coding(LinkError)
}

// Proof: it has one owner, being noncopyable, all that changes it is mutating, and the FFmpeg contexts in it,
// which are reached through it alone, may be used from any thread, one at a time.
extension OpusRecording: @unchecked Sendable {}
