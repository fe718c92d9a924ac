import Demux
import ModelStore
import Support

/// Why a run failed.
package enum TranscriptionError: Error, Sendable, Hashable {
  /// The recording cannot be read.
  case demux(DemuxError)
  /// A model is missing or damaged.
  case model(ModelStoreError)
  /// The file is not one with networks for lips.
  case lipModel(path: String)
  /// The file's networks were trained beside another speech model than the one chosen.
  case otherLipModel(path: String, trainedWith: String, model: String)
  /// The model does not know the language that was named.
  case language(String, model: String)
  /// The model writes only what is said, and a translation was asked for.
  case cannotTranslate(model: String)
  /// The lip model has no early and late fusion.
  case noFusionBaselines
  /// An output could not be written.
  case output(AtomicFileError)
  /// The run was asked to stop.
  case cancelled
  /// A network and its weights do not agree, or another fault of the program; the text is for
  /// a report, not for a sentence.
  case fault(String)
}

extension TranscriptionError {
  /// The `errno` of a model's file that cannot be read; nil for every other failure.
  package var modelCode: Int32? {
    if case .model(.cannotRead(_, let system)) = self { system.code } else { nil }
  }
}
