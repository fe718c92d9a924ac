import Evaluation
import Foundation
import ModelStore
import Pipeline
import Support
import Synchronization
import Transcript

/// Transcribes through the stages; the models are loaded for the first recording and kept.
func recordingTranscriber() -> TranscribeRecording {
  let loaded = LoadedModels()
  return { request, cancellation, progress, begin, segment throws(TranscriptionError) in
    let transcriber = Transcriber { () throws(TranscriptionError) in
      try loaded.models(request.options)
    }
    return try transcriber.run(
      request, program: ModelInfo(name: "viseme", version: Program.version),
      cancellation: cancellation, progress: progress, begin: begin, segment: segment)
  }
}

/// Recognises clips in the given way of listening.
func clipRecogniser(
  _ options: RecognitionOptions, threads: Int, cancellation: Cancellation
) -> RecogniseClips {
  let loaded = LoadedModels()
  return { mode, clips, transcript throws(TranscriptionError) in
    let transcriber = Transcriber { () throws(TranscriptionError) in try loaded.models(options) }
    return try transcriber.run(
      threads: threads, options: options.listening(mode), cancellation: cancellation, clips: clips,
      transcript: transcript)
  }
}

/// Looks at the first speech of recordings with the networks that were asked for.
func lipSurvey(
  _ arguments: ProbeArguments
) -> (_ path: String) throws(TranscriptionError) -> LipSurvey? {
  let loaded = LoadedModels()
  return { path throws(TranscriptionError) in
    let models = try loaded.models(arguments.recognition)
    return try LipSurveyor(models)?.survey(path: path)
  }
}

/// The models of one run of the program.
final class LoadedModels: Sendable {
  private let kept = Mutex<TranscriptionModels?>(nil)

  func models(
    _ options: RecognitionOptions
  ) throws(TranscriptionError) -> TranscriptionModels {
    try kept.withLock { kept throws(TranscriptionError) in
      if let kept { return kept }
      let root = options.models.map { URL(filePath: $0) } ?? ModelStore.defaultRoot()
      let store = ModelStore(root: root)
      let models = try TranscriptionModels(
        store: store, model: options.model ?? KnownModel.recogniser.name, second: options.second,
        lips: options.lipModel)
      kept = models
      return models
    }
  }
}
