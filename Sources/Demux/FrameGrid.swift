import CFFmpeg

/// Where the frames of an audio stream begin, for containers whose time base is too coarse to say
/// so: Matroska rounds to milliseconds, while a frame of AAC at 44.1 kHz lasts 23.2 ms.
struct FrameGrid {
  private let start: ExactTime?
  /// Seconds of one tick of the time base.
  private let tick: Double
  private let codec: AVCodecID
  /// Samples in a frame, where the container's parameters tell.
  private let frameSize: Int
  /// Priming samples before `start`.
  private let padding: Double

  init(_ stream: UnsafeMutablePointer<AVStream>?, start: ExactTime?) {
    let parameters = stream?.pointee.codecpar?.pointee
    self.start = start
    tick = stream.map { av_q2d($0.pointee.time_base) } ?? 0
    codec = parameters?.codec_id ?? AV_CODEC_ID_NONE
    frameSize = Int(parameters?.frame_size ?? 0)
    padding = Double(parameters?.initial_padding ?? 0)
  }

  /// The time of a frame's first sample, moved by little more than a tick of the time base to where a
  /// frame begins if every frame since the stream's start was whole. `duration` is that of the frame's
  /// packet, in seconds.
  func snapped(_ time: ExactTime, _ frame: borrowing Frame, duration: Double) -> ExactTime {
    let rate = Double(frame.sampleRate)
    let length = length(of: frame, duration)
    guard let start, length > 0, tick * rate > 1.5 else { return time }
    let count = (time - start).seconds * rate
    // A decoder that begins in the middle of Opus drops its priming samples there too, so frames
    // begin both on the grid with the padding and on the one without.
    let whole = (count / length).rounded() * length
    let padded = ((count + padding) / length).rounded() * length - padding
    let near = [0, padded, whole].min { abs($0 - count) < abs($1 - count) } ?? count
    // Half a tick each for the rounding of the packet's time, the priming and time zero.
    guard abs(near - count) <= 1.6 * tick * rate else { return time }
    return start + ExactTime(Int64(near), per: Int64(frame.sampleRate))
  }

  /// Samples in a whole frame like this one; 0 where frames differ.
  private func length(of frame: borrowing Frame, _ duration: Double) -> Double {
    switch codec {
    case AV_CODEC_ID_VORBIS: 0
    // The first frame decoded is short by the priming samples.
    case AV_CODEC_ID_OPUS: (duration * Double(frame.sampleRate)).rounded()
    default: Double(frameSize > 0 ? frameSize : frame.sampleCount)
    }
  }

  /// Samples at `rate` to put before a time so that they begin on the grid of samples at 16 kHz, or
  /// as near to it as the two rates allow.
  static func lead(before time: ExactTime, rate: Int) -> Int {
    let phase = time.phase(at: deliveredSampleRate)
    let step = Double(deliveredSampleRate) / Double(rate)
    var best = (count: 0, distance: 2.0)
    for count in 0..<min(rate / greatestCommonDivisor(rate, deliveredSampleRate), longestLead) {
      let position = phase - Double(count) * step
      let distance = abs(position - position.rounded())
      // A later point must be better by more than rounding.
      if distance < best.distance - 1e-6 { best = (count, distance) }
    }
    return best.count
  }

  private static let longestLead = 1_024
}
