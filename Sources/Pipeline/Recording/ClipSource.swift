import Demux
import Decoding
import Support

/// Cuts clips into blocks of half a second and keeps their ids until their transcripts are
/// complete.
final class ClipSource: Sendable {
  static let blockLength = deliveredSampleRate / 2

  /// The clip that is being cut; its lock is held while the next clip is made.
  private struct Cursor {
    private let lanes: [[Float]]
    /// Nil before the first.
    let recording: RecordingRun?
    /// The lane of the next block, and where in all lanes it begins.
    private var (lane, position) = (0, 0)

    init(lanes: [[Float]] = [], recording: RecordingRun? = nil) {
      self.lanes = lanes
      self.recording = recording
    }

    /// The next block of the clip, of one lane after the other; nil at its end.
    mutating func next() -> AudioBlock? {
      guard let recording, let count = lanes.map(\.count).max() else { return nil }
      while position < count {
        let (lane, start) = (lane, position)
        self.lane += 1
        if self.lane == lanes.count { (self.lane, position) = (0, start + ClipSource.blockLength) }
        let samples = lanes[lane].dropFirst(start).prefix(ClipSource.blockLength)
        guard !samples.isEmpty else { continue }
        return AudioBlock(
          track: recording.tracks[lane], startSample: Int64(start), samples: Array(samples))
      }
      return nil
    }
  }

  /// Ids of the clips from the number `taken` on, and who hears their voices.
  private struct Names {
    var waiting: [(id: Int, listener: VoiceListener?)] = []
    var taken = 0
  }

  private let clips: @Sendable () throws(TranscriptionError) -> AudioClip?
  private let options: RecognitionOptions
  private let terms: TermTree?
  private let secondTerms: TermTree?
  private let voices: SpeakerVoices?
  /// Nil where each clip's is to be found.
  private let language: SpokenLanguage?
  private let readings: ReorderBuffer<Reading>
  private let cursor = Guarded(Cursor())
  private let names = Guarded(Names())

  /// A source of the clips that come from `clips`, nil after the last one. All are heard as
  /// `options` say, with diarization by `voices`, and expected to speak of `terms`; what is read of
  /// them waits in `readings`.
  init(
    options: RecognitionOptions, voices: SpeakerVoices?, terms: TermTree?,
    secondTerms: TermTree? = nil,
    language: SpokenLanguage?,
    readings: ReorderBuffer<Reading>,
    _ clips: @escaping @Sendable () throws(TranscriptionError) -> AudioClip?
  ) {
    self.clips = clips
    self.options = options
    self.terms = terms
    self.secondTerms = secondTerms
    self.voices = voices
    self.language = language
    self.readings = readings
  }

  /// The next audio, of one clip; nil at the end.
  func next() throws(TranscriptionError) -> SourceBlock? {
    try cursor.withLock { cursor throws(TranscriptionError) -> SourceBlock? in
      while true {
        if let recording = cursor.recording,
          let block = try SourceBlock(
            of: recording, { () throws(TranscriptionError) in cursor.next() })
        {
          return block
        }
        guard let clip = try clips() else { return nil }
        let listener = voices.map(VoiceListener.init)
        names.withLock { $0.waiting.append((clip.id, listener)) }
        let ordinal = cursor.recording.map { $0.ordinal + 1 } ?? 0
        cursor = Cursor(
          lanes: clip.lanes,
          recording: RecordingRun(
            ordinal: ordinal, options: options, tracks: clip.tracks, picture: clip.picture,
            terms: terms, secondTerms: secondTerms,
            listener: listener, language: language, readings: readings))
      }
    }
  }

  /// The oldest clip that was not taken yet, if its ordinal is below `recording`.
  func take(before recording: Int) -> (id: Int, listener: VoiceListener?)? {
    names.withLock { names in
      guard names.taken < recording, !names.waiting.isEmpty else { return nil }
      names.taken += 1
      return names.waiting.removeFirst()
    }
  }
}
