import AudioEncoder
import Demux
import Dispatch
import Foundation
import Fusion
import SpeechModels
import Support
import Synchronization
import Transcript

/// Transcribes recordings. Demuxing, cutting into segments and reading (by as many readers as
/// there are threads) are stages on queues of their own. They are joined by bounded queues, so memory
/// does not grow with the length of a recording.
package struct Transcriber: Sendable {
  let models: @Sendable () throws(TranscriptionError) -> TranscriptionModels

  /// A transcriber for any number of recordings, also at once.
  ///
  /// `models` is asked for each recording, from any thread; it should load only once. A recording
  /// that cannot be read is reported before a model that is missing.
  package init(models: @escaping @Sendable () throws(TranscriptionError) -> TranscriptionModels) {
    self.models = models
  }

  /// Transcribes one recording.
  ///
  /// - Parameters:
  ///   - request: what to transcribe.
  ///   - program: name and version to put into the transcript.
  ///   - cancellation: stops the run early.
  ///   - progress: called from any thread, one call at a time, as the run advances.
  ///   - begin: called once on this thread when the recording is open.
  ///   - segment: called on this thread for each segment, in the order of starts.
  /// - Returns: what is known at the end.
  /// - Throws: why the run failed; `.cancelled` when it was stopped.
  package func run(
    _ request: TranscriptionRequest, program: ModelInfo, cancellation: Cancellation,
    progress: @escaping @Sendable (TranscriptionProgress) -> Void,
    begin: (TranscriptHeader) throws(TranscriptionError) -> Void,
    segment: (Segment) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> TranscriptionSummary {
    let (recording, models) = try open(request)
    return try Self.run(
      recording, request, program: program, cancellation: cancellation, models: models,
      readers: .own(threads: request.threads), progress: progress, begin: begin, segment: segment)
  }

  /// Transcribes one recording with readers that others use at the same time; as `run` without them
  /// to the last bit. The threads are those of the readers, and the times of the stages lack those
  /// of the readers. `readers` is asked for them when the recording is open: one that cannot be read
  /// is reported before a model that is missing. What `checkpoints` have of an earlier run is not read
  /// again.
  package static func run(
    _ request: TranscriptionRequest,
    sharing readers: () throws(TranscriptionError) -> SharedReaders, program: ModelInfo,
    checkpoints: Checkpoints? = nil, cancellation: Cancellation,
    progress: @escaping @Sendable (TranscriptionProgress) -> Void,
    begin: (TranscriptHeader) throws(TranscriptionError) -> Void,
    segment: (Segment) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> TranscriptionSummary {
    let recording = try OpenRecording(request)
    let readers = try readers()
    return try run(
      recording, request, program: program, cancellation: cancellation,
      models: readers.models, readers: .shared(readers), checkpoints: checkpoints,
      progress: progress, begin: begin, segment: segment)
  }

  /// Transcribes an open recording. Segments whose text is `given` are read for the times alone.
  static func run(
    _ recording: OpenRecording, _ request: TranscriptionRequest, program: ModelInfo,
    cancellation: Cancellation, models: TranscriptionModels, readers: Recognition.Readers,
    checkpoints: Checkpoints? = nil, given: GivenText? = nil,
    progress: @escaping @Sendable (TranscriptionProgress) -> Void,
    begin: (TranscriptHeader) throws(TranscriptionError) -> Void,
    segment: (Segment) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> TranscriptionSummary {
    let options = request.options
    try check(options, models.speech)
    let listener = try SpeakerVoices.asked(for: options, of: models).map(VoiceListener.init)
    let ends = [options.end, recording.info.duration].compactMap(\.self)
    let tracker = ProgressTracker(start: options.start ?? 0, end: ends.min(), report: progress)
    let stages = Stages(cancellation: cancellation)
    let unlink = readers.link(to: stages)
    defer { unlink() }
    let recognition = Recognition(
      models: models, segmenter: options.segmenter ?? models.speech.segmenter,
      readers: readers)
    let run = RecordingRun(
      options: options, tracks: recording.tracks,
      picture: options.lips == .never ? nil : recording.picture,
      terms: models.terms.tree(of: options.context),
      secondTerms: models.second?.terms.tree(of: options.context), checkpoints: checkpoints,
      given: given, listener: listener,
      language: SpokenLanguage.known(options.language, models.speech),
      readings: recognition.readings)
    // Where the language must be found, the header waits for what is heard.
    var hasBegun = false
    func beginOnce() throws(TranscriptionError) {
      if hasBegun { return }
      hasBegun = true
      try begin(header(request, recording, models, program, run))
    }
    if !run.needsLanguage { try beginOnce() }
    recognition.start(stages, source: "demux", waits: recording.isPipe, tracker: tracker) {
      () throws(TranscriptionError) in try SourceBlock(of: run, recording.next)
    }
    var assembly = TranscriptAssembly(
      release: listener == nil ? .atOnce : .atEnd, speakers: options.speakers(of: recording.tracks),
      account: LipAccount(fault: blindness(options, recording, models)), start: options.start ?? 0)
    let times = try stages.finish("write", consuming: recognition.readings) {
      reading throws(TranscriptionError) in
      try beginOnce()
      if let settled = assembly.add(reading) { try segment(settled) }
      tracker.finished(start: reading.startSample)
    }
    try beginOnce()
    var summary = recording.summary(stages: times)
    if let listener {
      try finish(&assembly, listener, options, &summary, segment)
    }
    tracker.finished()
    if assembly.account != LipAccount() { summary.lips = assembly.account }
    summary.sound.take(assembly.voice)
    if assembly.voice.segments == 0 { summary.sound.otherTracks = otherTracks(recording, request) }
    summary.opinions = models.second?.account(of: assembly.opinions, in: run)
    if run.language.probability != nil { summary.language = run.language }
    return summary
  }

  /// Refuses a language or a task that the speech model does not know.
  private static func check(
    _ options: RecognitionOptions, _ speech: SpeechModel
  ) throws(TranscriptionError) {
    guard speech.tasks.contains(options.task) else { throw .cannotTranslate(model: speech.name) }
    guard case .code(let code) = options.language, !speech.languages.contains(code) else { return }
    throw .language(code, model: speech.name)
  }

  /// Ends a recording whose voices were heard: hands over its segments and tells who spoke.
  private static func finish(
    _ assembly: inout TranscriptAssembly, _ listener: VoiceListener, _ options: RecognitionOptions,
    _ summary: inout TranscriptionSummary,
    _ segment: (Segment) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) {
    let heard = assembly.finish(
      lanes: listener.finish(), names: options.voiceNames, book: options.book)
    for settled in heard.segments { try segment(settled) }
    summary.voices = heard.turns
    summary.knownVoices = heard.known
  }

  /// Tracks with sound beside those that were heard.
  private static func otherTracks(
    _ recording: OpenRecording, _ request: TranscriptionRequest
  ) -> [Int] {
    guard !recording.isPipe else { return [] }
    return OtherTracks.audible(
      in: recording.info, beside: recording.tracks.map { AudioLane(number: $0).track }, request)
  }

  /// Why the whole recording is transcribed from sound alone although its picture was asked for; nil where it is not.
  private static func blindness(
    _ options: RecognitionOptions, _ recording: OpenRecording, _ models: TranscriptionModels
  ) -> PictureFault? {
    if recording.hidesPicture, options.lips == .always { return .pipe }
    let isAskedFor = options.lips != .never && recording.picture != nil
    return isAskedFor && models.hasOtherLips ? .otherSpeechModel : nil
  }

  /// Opens the recording and gets the models, at the same time where there are threads for it:
  /// the first time either takes some 40 ms.
  func open(
    _ request: TranscriptionRequest
  ) throws(TranscriptionError) -> (OpenRecording, TranscriptionModels) {
    guard request.threads > 1 else { return (try OpenRecording(request), try models()) }
    let loaded = Guarded<Result<TranscriptionModels, TranscriptionError>?>(nil)
    let group = DispatchGroup()
    DispatchQueue(label: "viseme.models", qos: .userInitiated).async(group: group) { [models] in
      let result = Result { () throws(TranscriptionError) in try models() }
      loaded.withLock { $0 = result }
    }
    let opened = Result { () throws(TranscriptionError) in try OpenRecording(request) }
    group.wait()
    let recording = try opened.get()
    guard let models = loaded.withLock({ $0 }) else { return (recording, try models()) }
    return (recording, try models.get())
  }

  private static func header(
    _ request: TranscriptionRequest, _ recording: OpenRecording, _ models: TranscriptionModels,
    _ program: ModelInfo, _ run: RecordingRun
  ) -> TranscriptHeader {
    let name = request.input == "-" ? "-" : URL(filePath: request.input).lastPathComponent
    return TranscriptHeader(
      program: program,
      source: SourceInfo(
        file: name.readableFileName, duration: recording.info.duration,
        container: recording.info.container),
      model: models.recogniser, settings: settings(request.options, models, run.language),
      language: run.writtenLanguage)
  }

  /// The choices, with what the model made of those that nobody made.
  private static func settings(
    _ options: RecognitionOptions, _ models: TranscriptionModels, _ spoken: SpokenLanguage
  ) -> [Setting] {
    var options = options
    options.segmenter = options.segmenter ?? models.speech.segmenter
    var settings = options.settings
    if let second = models.second {
      settings.append(Setting(name: "secondVersion", value: .text(second.speech.version)))
    }
    guard let probability = spoken.probability else { return settings }
    return settings + [
      Setting(
        name: "languageProbability", value: .number((probability * 1000).rounded() / 1000))
    ]
  }
}
