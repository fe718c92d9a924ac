import Alignment
import Decoding
import Demux
import SpeechModels
import Support
import Transcript

/// Gives a script the times at which a recording speaks it.
///
/// The recording is transcribed as always, and the script's words are paired with those that were heard
/// (`ScriptMatch`). Where they differ the recording is read once more, only the segments concerned, with the
/// script's words given to the decoder, whose attention tells when they were spoken (`GivenText`). Memory holds
/// the words of both texts and no sound.
package struct ScriptAligner: Sendable {
  /// What came of it.
  package enum Outcome: Sendable {
    /// The script, in the order of starts, with what became of its words.
    case aligned([Segment], AlignmentAccount, TranscriptionSummary)
    /// The script is of something else: so few of its words were heard, of so many, and the recording speaks
    /// little that it has.
    case unrelated(share: Double)
  }

  /// Share of the script that was heard, or of what was heard that the script has, below which it is taken for
  /// that of another recording. Of unrelated English texts 0 or 1 % is heard (`Benchmarks/align.py`).
  private static let leastShare = 0.2

  private let transcriber: Transcriber

  /// An aligner that listens as `transcriber` does.
  package init(_ transcriber: Transcriber) {
    self.transcriber = transcriber
  }

  /// What the first reading of a segment came to, with the segment's place.
  private typealias FirstReadings = [SegmentTask.Place: Reading]

  /// Aligns one recording, a regular file: it may be read twice.
  ///
  /// - Parameters:
  ///   - script: the text.
  ///   - request: the recording; lips and voices do not count.
  ///   - program: name and version to put into the transcript.
  ///   - cancellation: stops the run early.
  ///   - progress: called from any thread, one call at a time, first for the first reading, then again for
  ///     the second.
  ///   - begin: called once on this thread when the language is known.
  /// - Returns: what came of it.
  /// - Throws: why the run failed; `.cancelled` when it was stopped.
  package func run(
    _ script: Script, _ request: TranscriptionRequest, program: ModelInfo,
    cancellation: Cancellation, progress: @escaping @Sendable (TranscriptionProgress) -> Void,
    begin: (TranscriptHeader) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> Outcome {
    var request = request
    request.options.lips = .never
    request.options.speakers = nil
    let (recording, models) = try transcriber.open(request)
    let readings = Guarded<FirstReadings>([:])
    let keeping = Checkpoints(
      restore: { _ in nil },
      keep: { place, reading in
        if reading.isFinal { readings.withLock { $0[place] = reading } }
      })
    let summary = try Transcriber.run(
      recording, request, program: program, cancellation: cancellation, models: models,
      readers: .own(threads: request.threads), checkpoints: keeping, progress: progress,
      begin: begin, segment: { _ in })
    let first = readings.withLock { $0 }
    // Listening begins before the start that was asked for.
    let start = request.options.start ?? 0
    let range = start...max(start, request.options.end ?? .infinity)
    let places = first.keys.filter { Self.end(of: $0) > range.lowerBound }
      .sorted { $0.number < $1.number }
    let heard = places.map { Self.heard(in: $0, first[$0]?.words, range) }
    let match = ScriptMatch(script.words, heard)
    let share = max(match.scriptShare, match.heardShare)
    guard share >= Self.leastShare else { return .unrelated(share: match.scriptShare) }
    // The language that was found must not be found anew by segments that are not heard again.
    if let found = summary.language { request.options.language = .code(found.code) }
    // Nor need its channels be measured again.
    if request.options.channels == .auto {
      request.options.channels = recording.separation == nil ? .mix : .separate
    }
    let given = Self.given(script.words, match, places, models.speech)
    if !given.isEmpty {
      try read(given, first, request, models, cancellation, progress)
    }
    var read: [Int: [ReadWord?]] = [:]
    for (index, place) in places.enumerated() {
      read[index] = given.times(in: place)?.map { word in
        word.flatMap { range.contains(($0.start + $0.end) / 2) ? $0 : nil }
      }
    }
    let (segments, account) = ScriptTiming(script, match, heard, read: read).result()
    return .aligned(segments, account, summary)
  }

  private static func end(of place: SegmentTask.Place) -> Double {
    Double(place.startSample) / Double(deliveredSampleRate) + place.seconds
  }

  /// Words whose middle lies in `range`, seconds.
  private static func heard(
    in place: SegmentTask.Place, _ words: Segment?, _ range: ClosedRange<Double>
  ) -> HeardPassage {
    let start = Double(place.startSample) / Double(deliveredSampleRate)
    let lane = AudioLane(number: place.track - 1)
    return HeardPassage(
      start: max(start, range.lowerBound), end: min(start + place.seconds, range.upperBound),
      track: lane.track + 1,
      channel: lane.channel.map { $0 + 1 },
      words: (words?.words ?? []).filter { range.contains(($0.start + $0.end) / 2) }.map {
        HeardWord(text: $0.text, start: $0.start, end: $0.end, confidence: $0.confidence)
      })
  }

  /// The words of those segments in which the script differs from what was heard.
  private static func given(
    _ words: [ScriptWord], _ match: ScriptMatch, _ places: [SegmentTask.Place], _ model: SpeechModel
  ) -> GivenText {
    var tokenizer: Tokenizer?
    var given: [SegmentTask.Place: [[Int32]]] = [:]
    for (place, span) in zip(places, match.spans) where match.differs(in: span) {
      let pieces = tokenizer ?? Tokenizer(model.vocabulary)
      tokenizer = pieces
      given[place] = words[span].map { word in
        word.isSpoken ? pieces.tokens(of: word.text, hasSpace: word.followsSpace) : []
      }
    }
    return GivenText(given)
  }

  /// Reads segments whose words are given; the others are as they were read first.
  private func read(
    _ given: GivenText, _ first: FirstReadings, _ request: TranscriptionRequest,
    _ models: TranscriptionModels, _ cancellation: Cancellation,
    _ progress: @escaping @Sendable (TranscriptionProgress) -> Void
  ) throws(TranscriptionError) {
    let restoring = Checkpoints(
      restore: { given.has($0) ? nil : first[$0] }, keep: { _, _ in })
    _ = try Transcriber.run(
      try OpenRecording(request), request, program: ModelInfo(name: "", version: ""),
      cancellation: cancellation, models: models, readers: .own(threads: request.threads),
      checkpoints: restoring, given: given, progress: progress, begin: { _ in }, segment: { _ in })
  }
}
