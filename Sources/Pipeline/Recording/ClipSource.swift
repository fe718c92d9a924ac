import Support
import Demux

/// Cuts clips into blocks of half a second and keeps their ids until their transcripts are
/// complete.
final class ClipSource: Sendable {
  private static let blockLength = deliveredSampleRate / 2

  /// The clip that is being cut; its lock is held while the next clip is made.
  private struct Cursor {
    var samples: [Float] = []
    var position = 0
    var recording = -1
    var picture: PictureSource?
  }

  /// Ids of the clips from the number `taken` on.
  private struct Names {
    var waiting: [Int] = []
    var taken = 0
  }

  private let clips: @Sendable () throws(TranscriptionError) -> AudioClip?
  private let cursor = Guarded(Cursor())
  private let names = Guarded(Names())

  /// A source of the clips that come from `clips`, nil after the last one.
  init(_ clips: @escaping @Sendable () throws(TranscriptionError) -> AudioClip?) {
    self.clips = clips
  }

  /// The next block; nil at the end.
  func next() throws(TranscriptionError) -> SourceBlock? {
    try cursor.withLock { cursor throws(TranscriptionError) in
      while cursor.position == cursor.samples.count {
        guard let clip = try clips() else { return nil }
        names.withLock { $0.waiting.append(clip.id) }
        cursor = Cursor(
          samples: clip.samples, recording: cursor.recording + 1, picture: clip.picture)
      }
      let start = cursor.position
      cursor.position = min(start + Self.blockLength, cursor.samples.count)
      return SourceBlock(
        recording: cursor.recording, startSample: start,
        samples: Array(cursor.samples[start..<cursor.position]), picture: cursor.picture)
    }
  }

  /// The id of the oldest clip that was not taken yet, if its number is below `recording`.
  func takeID(before recording: Int) -> Int? {
    names.withLock { names in
      guard names.taken < recording, !names.waiting.isEmpty else { return nil }
      names.taken += 1
      return names.waiting.removeFirst()
    }
  }
}
