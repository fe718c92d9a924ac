import AudioEncoder
import Demux
import SpeechModels
import Support
import Transcript

/// A recording that lies in memory.
package struct AudioClip: Sendable {
  /// Handed back with the transcript.
  package let id: Int
  /// Mono, 16 kHz, full scale ±1. Samples that are not finite count as 0.
  package let samples: [Float]
  /// What there is to see meanwhile; nil where the clip is only to be heard.
  package let picture: PictureSource?

  package init(id: Int, samples: [Float], picture: PictureSource? = nil) {
    self.id = id
    self.samples = samples
    self.picture = picture
  }
}

/// What was said in a clip.
package struct ClipTranscript: Sendable, Hashable {
  /// The clip's own.
  package let id: Int
  /// In the order of starts; times are in seconds from the clip's first sample, the track is 1.
  package let segments: [Segment]
}

extension Transcriber {
  /// Transcribes clips one after another as if each were a recording of its own, in one run, so
  /// that segments of different clips are worked on together.
  ///
  /// The words and times of a clip do not depend on the clips around it nor on `threads`.
  ///
  /// - Parameters:
  ///   - threads: threads to keep busy, at least 1.
  ///   - lips: whether pictures are looked at.
  ///   - context: what all clips are expected to speak of.
  ///   - segmenter: how speech is cut into segments; nil for what suits the model.
  ///   - language: which language is spoken; automatic for each clip by itself.
  ///   - cancellation: stops the run early.
  ///   - clips: the next clip, nil after the last one. It is called on one thread at a time and
  ///     only when there is room, so that clips may be made when their turn comes; its time
  ///     counts as the stage `clips`. It must not wait for a transcript.
  ///   - transcript: called on this thread for each clip, in the order of `clips`, those without
  ///     speech included.
  /// - Returns: the time that each stage took.
  /// - Throws: why the run failed, the errors of `clips` and `transcript` included; `.cancelled`
  ///   when it was stopped.
  package func run(
    threads: Int, lips: LipUse = .auto, context: ContextTerms = ContextTerms(),
    segmenter: SegmenterConfig? = nil, language: LanguageChoice = .automatic,
    cancellation: Cancellation,
    clips: @escaping @Sendable () throws(TranscriptionError) -> AudioClip?,
    transcript: (ClipTranscript) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> [StageTime] {
    let models = try models()
    let stages = Stages(cancellation: cancellation)
    let recognition = Recognition(
      models: models, segmenter: segmenter ?? models.speech.segmenter, tracks: [0],
      readers: .own(threads: max(1, threads), lips: lips))
    let source = ClipSource(
      terms: models.terms.tree(of: context),
      language: SpokenLanguage.known(language, models.speech), readings: recognition.readings, clips
    )
    recognition.start(stages, source: "clips", tracker: nil) {
      () throws(TranscriptionError) in try source.next()
    }
    var assembly = TranscriptAssembly(release: .atEnd)
    /// Ends the clips before the one of ordinal `recording`.
    func end(before recording: Int) throws(TranscriptionError) {
      while let id = source.takeID(before: recording) {
        try transcript(ClipTranscript(id: id, segments: assembly.finish()))
        assembly = TranscriptAssembly(release: .atEnd)
      }
    }
    let times = try stages.finish("write", consuming: recognition.readings) {
      reading throws(TranscriptionError) in
      // The first segment of a later clip ends those before it.
      try end(before: reading.recording)
      _ = assembly.add(reading)
    }
    try end(before: .max)
    return times
  }
}
