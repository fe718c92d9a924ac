import CFFmpeg
import Glibc

/// FFmpeg's libraries in this process. They are loaded when the first recording is opened, because
/// loading them takes longer than anything else at the start of the program.
enum FFmpegRuntime {
  /// Most bytes in one allocation. The tables of a ten-hour recording take a tenth of it.
  private static let allocationBytes = 1 << 29

  private static let loaded: Result<Void, DemuxError> = {
    let missing = viseme_ffmpeg_load()
    if let name = missing.library {
      if missing.lack != 0 { return .failure(.openFailed(missing.lack)) }
      let library = String(cString: name)
      if let function = missing.function {
        return .failure(.functionMissing(String(cString: function), library: library))
      }
      let reason = missing.reason.map { String(cString: $0) } ?? ""
      return .failure(.libraryMissing(library, reason: reason))
    }
    // Errors are values here, and only the command line prints.
    av_log_set_level(AV_LOG_QUIET)
    av_max_alloc(allocationBytes)
    return .success(())
  }()

  /// Loads FFmpeg, once; to be called before any of its functions. Silences its own messages and
  /// bounds its allocations.
  static func load() throws(DemuxError) { try loaded.get() }

  /// Whether one allocation as large as any may be had: where it is, no allocation failed for want of
  /// memory, but for its size.
  static var hasRoom: Bool {
    let block = mmap(nil, allocationBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard block != MAP_FAILED else { return false }
    munmap(block, allocationBytes)
    return true
  }

  /// Whether FFmpeg can be used; loads it, once.
  static var isAvailable: Bool { (try? load()) != nil }
}
