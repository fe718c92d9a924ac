import CFFmpeg

/// Where the frames of an audio stream begin, for containers whose time base is too coarse to say
/// so: Matroska rounds to milliseconds, while a frame of AAC at 44.1 kHz lasts 23.2 ms.
struct FrameGrid {
  private let start: ExactTime?
  private let tick: Double
  /// Samples in a frame; 0 where frames differ in length.
  private let length: Int
  /// Priming samples before `start`.
  private let padding: Int
  private let isOpus: Bool

  init(_ stream: UnsafeMutablePointer<AVStream>?, start: ExactTime?) {
    let parameters = stream?.pointee.codecpar?.pointee
    self.start = start
    tick = stream.map { av_q2d($0.pointee.time_base) } ?? 0
    length = Int(parameters?.frame_size ?? 0)
    padding = Int(parameters?.initial_padding ?? 0)
    isOpus = parameters?.codec_id == AV_CODEC_ID_OPUS
  }

  /// The time of a frame's first sample, moved by at most one tick of the time base to where a frame
  /// begins if every frame since the stream's start was whole.
  func snapped(_ time: ExactTime, _ frame: borrowing Frame) -> ExactTime {
    let rate = frame.sampleRate
    let length = self.length == 0 && isOpus ? frame.sampleCount : self.length
    guard let start, length > 0, tick * Double(rate) > 1.5 else { return time }
    let count = (time - start).seconds * Double(rate)
    let frames = (count / Double(length)).rounded() * Double(length)
    let padded = ((count + Double(padding)) / Double(length)).rounded() * Double(length)
    let candidates = [0, padded - Double(padding), frames]
    let near = candidates.first { abs($0 - count) <= tick * Double(rate) }
    return near.map { start + ExactTime(Int64($0), per: Int64(rate)) } ?? time
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
