import CFFmpeg

/// Decoded frames of one track that wait until it is known where the first of them belongs.
struct HeldFrames {
  /// A frame with what was known when it was decoded.
  final class Held {
    let frame: Frame
    let stamp: FrameStamp
    /// Seconds that its packet lasts.
    let packetSeconds: Double

    init(
      taking frame: borrowing Frame, stamp: FrameStamp, packetSeconds: Double
    ) throws(DemuxError) {
      self.frame = try Frame()
      self.stamp = stamp
      self.packetSeconds = packetSeconds
      av_frame_move_ref(self.frame.pointer, frame.pointer)
    }
  }

  private var frames: [Held] = []
  /// Samples at 16 kHz in all.
  private var length = 0.0
  private var bytes = 0

  /// Frames that are held at most, in bytes and in number, however long they are to be watched.
  private static let mostBytes = 33_554_432
  private static let most = 1_024

  var isEmpty: Bool { frames.isEmpty }
  var first: Held? { frames.first }
  var stamps: [FrameStamp] { frames.map(\.stamp) }

  /// As much is held as a judgement takes.
  var isFull: Bool {
    length >= ClockRule.reach || bytes >= HeldFrames.mostBytes || frames.count >= HeldFrames.most
  }

  mutating func append(_ held: Held) {
    frames.append(held)
    length += held.stamp.length
    bytes += size(held)
  }

  mutating func removeFirst() {
    let held = frames.removeFirst()
    length -= held.stamp.length
    bytes -= size(held)
  }

  private func size(_ held: Held) -> Int {
    held.frame.sampleCount * held.frame.channels * 8
  }
}
