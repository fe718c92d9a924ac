internal import Foundation
internal import ModelStore
internal import Pipeline
internal import SpeechModels
internal import Support

/// Transcribes recordings, any number of them and also at once; the models are loaded for the first and
/// kept.
public final class Transcriber: Sendable {
  private let folder: ModelFolder
  private let speechModel: String
  private let lipModel: LipModel
  private let loaded = Guarded<TranscriptionModels?>(nil)

  /// A transcriber with the models of a folder; nothing is loaded yet.
  ///
  /// - Parameters:
  ///   - models: where they are installed.
  ///   - speechModel: its name; nil for the usual one, which knows English.
  ///   - lipModel: which networks read lips.
  public init(
    models: ModelFolder = .standard, speechModel: String? = nil, lipModel: LipModel = .bundled
  ) {
    folder = models
    self.speechModel = speechModel ?? KnownModel.recogniser.name
    self.lipModel = lipModel
  }

  /// BCP 47 tags of the languages that the speech model knows. Loads the models.
  ///
  /// - Throws: ``VisemeError/model(_:)``.
  public func languages() throws(VisemeError) -> [String] {
    do throws(TranscriptionError) { return try models().speech.languages } catch {
      throw VisemeError(error, path: folder.path)
    }
  }

  /// Transcribes a recording as a whole.
  ///
  /// Cancelling the task stops the run.
  ///
  /// - Parameters:
  ///   - recording: what to transcribe.
  ///   - options: how.
  ///   - progress: called from any thread, one call at a time, as the run advances.
  /// - Returns: the transcript.
  /// - Throws: why there is no transcript; ``VisemeError/cancelled`` where the task was cancelled.
  public func transcribe(
    _ recording: Recording, options: TranscriptionOptions = TranscriptionOptions(),
    progress: @escaping @Sendable (TranscriptionProgress) -> Void = { _ in }
  ) async throws(VisemeError) -> TranscriptionResult {
    let run = try segments(of: recording, options: options, progress: progress)
    var segments: [TranscriptSegment] = []
    for try await segment in run { segments.append(segment) }
    guard var result = run.result else { throw .internalFault("no result") }
    result.segments = segments
    return result
  }

  /// Transcribes a recording segment by segment.
  ///
  /// The run starts with the first segment that is asked for and waits while a few lie unread, so memory
  /// does not grow with the recording. It stops when the loop is left or its task is cancelled. With
  /// speaker diarization, all segments come at the end.
  ///
  /// - Throws: ``VisemeError/option(_:value:)``; what goes wrong in the run is thrown by the loop.
  public func segments(
    of recording: Recording, options: TranscriptionOptions = TranscriptionOptions(),
    progress: @escaping @Sendable (TranscriptionProgress) -> Void = { _ in }
  ) throws(VisemeError) -> Transcription {
    let request = try options.request(recording, lipModel: lipModel)
    let transcriber = Pipeline.Transcriber { [self] () throws(TranscriptionError) in try models() }
    return Transcription(TranscriptionRun(transcriber, request, progress: progress))
  }

  /// How the picture of a recording lies to its sound, and whether its lips can be read, by the first
  /// two minutes; nil without networks for lips.
  ///
  /// - Throws: why models or recording cannot be used. Takes about as long as half a minute of reading lips
  ///   and does not end early.
  public func lipSync(of recording: Recording) throws(VisemeError) -> LipSync? {
    do throws(TranscriptionError) {
      guard let surveyor = LipSurveyor(try models()) else { return nil }
      return LipSync(try surveyor.survey(path: recording.path))
    } catch {
      throw VisemeError(error, path: recording.path)
    }
  }

  private func models() throws(TranscriptionError) -> TranscriptionModels {
    try loaded.made { () throws(TranscriptionError) in
      try TranscriptionModels(store: folder.store, model: speechModel, lips: lipModel.choice)
    }
  }
}

/// What the beginning of a recording tells of its faces, and of how its picture lies to its sound.
public struct LipSync: Sendable, Hashable {
  /// Seconds by which the picture is later than the sound; nil where the lips that were seen do not say so
  /// clearly.
  public let offset: Double?
  /// Seconds of speech that were looked at.
  public let speech: Double
  /// Seconds of those with a face whose lips the networks know how to read.
  public let knownSpeech: Double
  /// Faces seen at once, at most.
  public let faces: Int

  init(_ survey: LipSurvey) {
    (offset, speech) = (survey.offset, survey.seconds)
    (knownSpeech, faces) = (survey.knownSeconds, survey.faces)
  }
}

/// How far a run has come.
public struct TranscriptionProgress: Sendable, Hashable {
  /// Seconds of the recording that are transcribed.
  public let done: Double
  /// Seconds to do; nil where the recording does not tell its length.
  public let total: Double?

  /// Between 0 and 1; nil where the length is not known.
  public var fraction: Double? {
    guard let total, total > 0 else { return nil }
    return min(1, max(0, done / total))
  }
}
