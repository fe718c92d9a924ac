import Demux
import Fusion
import SpeechModels
import Support
import Transcript

/// A recording that lies in memory.
package struct AudioClip: Sendable {
  /// Handed back with the transcript.
  package let id: Int
  /// The clip, or each of its channels where they are transcribed each by itself: mono, 16 kHz, full
  /// scale ±1. Samples that are not finite count as 0.
  package let lanes: [[Float]]
  /// What can be seen meanwhile; nil where the clip is only to be heard.
  package let picture: PictureSource?

  package init(id: Int, lanes: [[Float]], picture: PictureSource? = nil) {
    self.id = id
    self.lanes = lanes
    self.picture = picture
  }

  /// A clip that is heard as a whole.
  package init(id: Int, samples: [Float], picture: PictureSource? = nil) {
    self.init(id: id, lanes: [samples], picture: picture)
  }

  /// What stands for each of the lanes in `AudioBlock.track`.
  var tracks: [Int] {
    lanes.count == 1 ? [0] : lanes.indices.map { AudioLane(track: 0, channel: $0).number }
  }
}

/// What was said in a clip.
package struct ClipTranscript: Sendable, Hashable {
  /// The clip's own.
  package let id: Int
  /// In the order of starts; times are in seconds from the clip's first sample, the track is 1, the channel
  /// that of the lane, from 1, where there are several.
  package let segments: [Segment]
  /// When each voice talks, in the order of starts; nil without speaker diarization.
  package var voices: [VoiceTurn]?
  /// What the noise adapter did; nil without one.
  package var adapter: AdapterUse?
  /// What asking a second model came to; nil without one.
  package var opinions: OpinionUse?
}

/// How much of its change the noise adapter made in segments of speech.
package struct AdapterUse: Sendable, Hashable, Codable {
  package var segments = 0
  /// Segments in which it changed anything.
  package var opened = 0
  /// Sum over the segments of the share of its change, 0 to 1 each.
  package var opening = 0.0

  /// In no segment.
  package init() {}

  package static func + (left: AdapterUse, right: AdapterUse) -> AdapterUse {
    var sum = left
    sum.segments = left.segments.saturatingSum(right.segments)
    sum.opened = left.opened.saturatingSum(right.opened)
    sum.opening += right.opening
    return sum
  }

  /// Takes in a segment.
  mutating func add(_ opening: Float) {
    segments += 1
    opened += opening > 0 ? 1 : 0
    self.opening += Double(opening)
  }
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
  ///     only when there is room, so that clips may be made when their turn comes. Its time
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
      models: models, segmenter: options.segmenter ?? models.speech.segmenter,
      readers: .own(threads: max(1, threads)))
    let source = ClipSource(
      options: options, voices: try SpeakerVoices.asked(for: options, of: models),
      terms: models.terms.tree(of: options.context),
      secondTerms: models.second?.terms.tree(of: options.context),
      language: SpokenLanguage.known(options.language, models.speech),
      readings: recognition.readings, clips)
    recognition.start(stages, source: "clips", tracker: nil) {
      () throws(TranscriptionError) in try source.next()
    }
    var assembly = TranscriptAssembly(release: .atEnd)
    var adapter: AdapterUse?
    /// Ends the clips before the one of ordinal `recording`.
    func end(before recording: Int) throws(TranscriptionError) {
      while let (id, listener) = source.take(before: recording) {
        // A later clip has been cut, so all of this one was heard.
        let heard = listener.map { assembly.finish(lanes: $0.finish(), names: [:]) }
        try transcript(
          ClipTranscript(
            id: id, segments: heard?.segments ?? assembly.finish(), voices: heard?.turns,
            adapter: adapter, opinions: models.second.map { _ in assembly.opinions }))
        adapter = nil
        assembly = TranscriptAssembly(release: .atEnd)
      }
    }
    let times = try stages.finish("write", consuming: recognition.readings) {
      reading throws(TranscriptionError) in
      // The first segment of a later clip ends those before it.
      try end(before: reading.recording)
      if let opening = reading.opening { adapter = adapter ?? AdapterUse(); adapter?.add(opening) }
      _ = assembly.add(reading)
    }
    try end(before: .max)
    return times
  }
}
