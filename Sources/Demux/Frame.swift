import CFFmpeg

/// One decoded frame, audio or video, reused from frame to frame.
struct Frame: ~Copyable {
  let pointer: UnsafeMutablePointer<AVFrame>

  init() throws(DemuxError) {
    guard let made = av_frame_alloc() else { throw .outOfMemory }
    pointer = made
  }

  deinit {
    var freed: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&freed)
  }

  /// Presentation time in the decoder's time base, guessed where the packet had none.
  var timestamp: Int64 {
    let frame = pointer.pointee
    return frame.best_effort_timestamp == VISEME_NOPTS ? frame.pts : frame.best_effort_timestamp
  }

  /// Leaves the frame without a time.
  func dropTimestamp() {
    pointer.pointee.pts = VISEME_NOPTS
    pointer.pointee.best_effort_timestamp = VISEME_NOPTS
  }

  var sampleCount: Int { Int(pointer.pointee.nb_samples) }
  var sampleRate: Int { Int(pointer.pointee.sample_rate) }
  var channels: Int { Int(pointer.pointee.ch_layout.nb_channels) }
  var width: Int { Int(pointer.pointee.width) }
  var height: Int { Int(pointer.pointee.height) }

  /// The decoder knows that parts of this frame are wrong.
  var isDamaged: Bool {
    pointer.pointee.decode_error_flags != 0
      || pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
  }

  /// Drops the samples or the picture.
  func unreference() { av_frame_unref(pointer) }

  /// Allocates a picture of packed rows, each aligned for SIMD; false without memory.
  func allocatePicture(width: Int, height: Int, format: AVPixelFormat) -> Bool {
    unreference()
    pointer.pointee.width = Int32(width)
    pointer.pointee.height = Int32(height)
    pointer.pointee.format = format.rawValue
    return av_frame_get_buffer(pointer, 64) >= 0
  }
}
