import Demux
import Fusion
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
  /// When each voice talks, in the order of starts; nil where voices were not told apart.
  package var voices: [VoiceTurn]?
}

extension Transcriber {
  /// Transcribes clips one after another as if each were a recording of its own, in one run, so
  /// that segments of different clips are worked on together.
  ///
  /// The words and times of a clip do not depend on the clips around it nor on `threads`.
  ///
  /// - Parameters:
  ///   - threads: threads to keep busy, at least 1.
  ///   - options: how all clips are heard; tracks, start and end do not count.
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
    threads: Int, options: RecognitionOptions = RecognitionOptions(), cancellation: Cancellation,
    clips: @escaping @Sendable () throws(TranscriptionError) -> AudioClip?,
    transcript: (ClipTranscript) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> [StageTime] {
    let models = try models()
    if options.fusion.isBaseline, try models.lips?.seeing().baselines == nil {
      throw .noFusionBaselines
    }
    let stages = Stages(cancellation: cancellation)
    let recognition = Recognition(
      models: models, segmenter: options.segmenter ?? models.speech.segmenter, tracks: [0],
      readers: .own(threads: max(1, threads)))
    let source = ClipSource(
      options: options, voices: try SpeakerVoices.asked(for: options, of: models),
      terms: models.terms.tree(of: options.context),
      language: SpokenLanguage.known(options.language, models.speech),
      readings: recognition.readings, clips)
    recognition.start(stages, source: "clips", tracker: nil) {
      () throws(TranscriptionError) in try source.next()
    }
    var assembly = TranscriptAssembly(release: .atEnd)
    /// Ends the clips before the one of ordinal `recording`.
    func end(before recording: Int) throws(TranscriptionError) {
      while let (id, listener) = source.take(before: recording) {
        if let listener {
          // A later clip has been cut, so all of this one was heard.
          let heard = assembly.finish(lanes: listener.finish(), names: [:])
          try transcript(ClipTranscript(id: id, segments: heard.segments, voices: heard.turns))
        } else {
          try transcript(ClipTranscript(id: id, segments: assembly.finish()))
        }
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
