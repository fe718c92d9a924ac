import CFFmpeg

/// Settings of the FFmpeg libraries that hold for the whole process.
enum FFmpegRuntime {
  /// Most bytes in one allocation. The tables of a ten-hour recording take a tenth of it.
  private static let allocationBytes = 1 << 29

  /// Reading this once silences FFmpeg's own messages (errors are values here, and only the command
  /// line prints) and bounds its allocations.
  static let configured: Bool = {
    av_log_set_level(AV_LOG_QUIET)
    av_max_alloc(allocationBytes)
    return avformat_version() >> 16 == UInt32(LIBAVFORMAT_VERSION_MAJOR)
  }()
}
