import CFFmpeg

/// Why audio could not be passed through a codec.
package enum LinkError: Error, Sendable, Hashable {
  /// This FFmpeg was built without the encoder.
  case noEncoder(String)
  /// This FFmpeg was built without the container's writer.
  case noMuxer(String)
  case outOfMemory
  /// An FFmpeg function failed with this code.
  case failed(function: String, code: Int32)
}

/// A conference call: audio coded with Opus for speech at a given bit rate and decoded again.
package enum OpusLink {
  /// Bits a second that Opus can be asked for.
  package static let bitRates = 6_000...128_000

  /// Whether this FFmpeg can encode Opus.
  package static var isSupported: Bool {
    FFmpegRuntime.isAvailable && avcodec_find_encoder_by_name(OpusEncoder.name) != nil
  }

  /// Passes audio through.
  ///
  /// - Parameters:
  ///   - samples: mono, 16 kHz, full scale 1.
  ///   - bitRate: bits a second, one of `bitRates`.
  /// - Returns: what is heard at the other end: as many samples, at the same times.
  /// - Throws: why it could not be coded.
  package static func pass(_ samples: [Float], bitRate: Int) throws(LinkError) -> [Float] {
    guard !samples.isEmpty else { return [] }
    let encoder = try OpusEncoder(bitRate: bitRate)
    var receiver = OpusReceiver(decoder: try decoder(for: encoder), frame: try newFrame())
    // Silence after the end pushes the last samples out of both codecs.
    let frames = 2 + (samples.count + encoder.padding + encoder.frameSize - 1) / encoder.frameSize
    let silence = [Float](repeating: 0, count: frames * encoder.frameSize - samples.count)
    let sent = samples + silence
    let packet = try newPacket()
    for start in stride(from: 0, to: sent.count, by: encoder.frameSize) {
      try encoder.send(sent[start..<start + encoder.frameSize], at: Int64(start))
      while try encoder.receive(packet) {
        try receiver.take(packet)
        packet.unreference()
      }
    }
    receiver.finish()
    return receiver.heard(from: encoder.padding, count: samples.count)
  }

  private static func decoder(
    for encoder: borrowing OpusEncoder
  ) throws(LinkError) -> Decoder {
    do throws(DemuxError) { return try Decoder(fedBy: encoder.context) } catch {
      if case .decoderFailed(_, let code) = error {
        throw .failed(function: "avcodec_open2", code: code)
      }
      throw .outOfMemory
    }
  }

  private static func newFrame() throws(LinkError) -> Frame {
    do throws(DemuxError) { return try Frame() } catch { throw .outOfMemory }
  }

  private static func newPacket() throws(LinkError) -> Packet {
    do throws(DemuxError) { return try Packet() } catch { throw .outOfMemory }
  }
}

/// The other end: packets in, 16 kHz out.
private struct OpusReceiver: ~Copyable {
  let decoder: Decoder
  let frame: Frame
  private var resampler: Resampler?
  private var samples: [Float] = []

  init(decoder: consuming Decoder, frame: consuming Frame) {
    self.decoder = decoder
    self.frame = frame
  }

  mutating func take(_ packet: borrowing Packet) throws(LinkError) {
    guard decoder.send(packet) else {
      throw .failed(function: "avcodec_send_packet", code: VISEME_AVERROR_INVALIDDATA)
    }
    while decoder.receive(frame) == .frame {
      if resampler == nil { resampler = Resampler(for: frame) }
      resampler?.convert(frame, from: 0) { mix, _ in samples.append(contentsOf: mix) }
      frame.unreference()
    }
  }

  mutating func finish() {
    resampler?.finish { mix, _ in samples.append(contentsOf: mix) }
  }

  /// `count` samples from `start` on; silence where nothing came.
  func heard(from start: Int, count: Int) -> [Float] {
    let heard = samples.dropFirst(start).prefix(count)
    return heard + [Float](repeating: 0, count: count - heard.count)
  }
}
