internal import Pipeline

/// Why something could not be done.
public enum VisemeError: Error, Sendable, Hashable {
  /// The recording cannot be read.
  case recording(path: String, RecordingFault)
  /// A model is missing, damaged or unusable.
  case model(ModelFault)
  /// The speech model does not know the language.
  case language(String, model: String)
  /// An option has a value that it cannot have.
  case option(Option, value: String)
  /// An output cannot be written.
  case output(path: String, OutputFault)
  /// A file that should be a transcript is not one.
  case transcript(TranscriptFault)
  /// The run was cancelled.
  case cancelled
  /// A fault of Viseme itself; the text is for a report.
  case internalFault(String)

  /// What can be chosen.
  public enum Option: String, Sendable, Hashable {
    case audioTrack, start, end, language, task, speakers, speakerNames, context, threads, layout
  }
}

/// Why an output cannot be written.
public enum OutputFault: Error, Sendable, Hashable {
  /// There is such a file, and replacing it was not asked for.
  case exists
  case isDirectory
  /// The name tells no format, and none was given.
  case formatNotKnown
  case diskFull
  /// The value is `errno`.
  case system(Int32)
}

/// Why data is no transcript.
public enum TranscriptFault: Error, Sendable, Hashable {
  /// No JSON, or JSON of something else.
  case notTranscript
  /// The file cannot be read; the value is `errno`.
  case unreadable(Int32)
  /// A version of the schema that a later Viseme writes.
  case newer(version: Int)
  /// A member is missing or has a value that it cannot have; the text is its path.
  case member(String)
}

extension VisemeError {
  init(_ error: TranscriptionError, path: String) {
    switch error {
    case .demux(let error): self = .recording(path: path, RecordingFault(error))
    case .model(let error): self = .model(ModelFault(error))
    case .lipModel(let file): self = .model(.unusableLipModel(path: file))
    case .otherLipModel(let file, let own, let model):
      self = .model(.otherLipModel(path: file, trainedWith: own, model: model))
    case .language(let code, let model): self = .language(code, model: model)
    case .cannotTranslate: self = .option(.task, value: "translate")
    case .noFusionBaselines: self = .internalFault("no fusion baselines")
    case .output(let error): self.init(error)
    case .cancelled: self = .cancelled
    case .fault(let text): self = .internalFault(text)
    }
  }
}
