import Evaluation
import Foundation
import ModelStore
import Pipeline
import Synchronization
import Transcript

/// Transcribes through the stages; the models are loaded for the first recording and kept.
func recordingTranscriber() -> TranscribeRecording {
  let loaded = LoadedModels()
  return { request, cancellation, progress, begin, segment throws(TranscriptionError) in
    let transcriber = Transcriber { () throws(TranscriptionError) in
      try loaded.models(folder: request.models)
    }
    return try transcriber.run(
      request, program: ModelInfo(name: "viseme", version: Program.version),
      cancellation: cancellation, progress: progress, begin: begin, segment: segment)
  }
}

/// Recognises clips by ear, the one way of listening that there is.
func clipRecogniser(
  models folder: String?, threads: Int, cancellation: Cancellation
) -> RecogniseClips {
  let loaded = LoadedModels()
  return { _, clips, transcript throws(TranscriptionError) in
    let transcriber = Transcriber { () throws(TranscriptionError) in
      try loaded.models(folder: folder)
    }
    return try transcriber.run(
      threads: threads, cancellation: cancellation, clips: clips, transcript: transcript)
  }
}

/// The models of one run of the program.
private final class LoadedModels: Sendable {
  private let kept = Mutex<TranscriptionModels?>(nil)

  func models(folder: String?) throws(TranscriptionError) -> TranscriptionModels {
    try kept.withLock { kept throws(TranscriptionError) in
      if let kept { return kept }
      let root = folder.map { URL(filePath: $0) } ?? ModelStore.defaultRoot()
      let models = try TranscriptionModels(store: ModelStore(root: root))
      kept = models
      return models
    }
  }
}
