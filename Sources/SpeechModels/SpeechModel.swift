import AudioEncoder
import Decoding
import NN

/// What to do with speech.
package enum RecognitionTask: String, Sendable, Hashable {
  /// Its words in its own language.
  case transcribe
  /// Its words in English.
  case translate
}

/// A speech model, loaded once and shared by all threads and recordings: everything in which families and
/// sizes differ. Nothing outside the folders of a family knows more of it than this.
package struct SpeechModel: Sendable {
  package let name: String
  package let version: String
  /// BCP 47 tags of the languages that it knows; where there is only one, nothing is to be chosen.
  package let languages: [String]
  /// What it may be asked for.
  package let tasks: [RecognitionTask]
  /// How it hears.
  package let hearing: ModelHearing
  /// How it writes what was heard.
  package let writing: ModelWriting
  /// What its tokens write.
  package let vocabulary: Vocabulary
  package let calibration: Calibration
  /// How speech is best cut for it.
  package let segmenter: SegmenterConfig
  /// What it writes where nobody speaks.
  package let silenceSentences: SilenceSentences

  package init(
    name: String, version: String, languages: [String], tasks: [RecognitionTask] = [.transcribe],
    hearing: ModelHearing, writing: ModelWriting, vocabulary: Vocabulary,
    calibration: Calibration,
    segmenter: SegmenterConfig = SegmenterConfig(),
    silenceSentences: SilenceSentences = SilenceSentences()
  ) {
    precondition(!languages.isEmpty && !tasks.isEmpty)
    self.name = name
    self.version = version
    self.languages = languages
    self.tasks = tasks
    self.hearing = hearing
    self.writing = writing
    self.vocabulary = vocabulary
    self.calibration = calibration
    self.segmenter = segmenter
    self.silenceSentences = silenceSentences
  }
}

/// The half of a model that turns samples into embeddings.
package struct ModelHearing: Sendable {
  /// Values in a frame.
  package let width: Int
  /// How frames lie in time.
  package let clock: FrameClock
  /// Samples at 16 kHz that it takes at once: of fewer nothing is heard, more are an error.
  package let samples: ClosedRange<Int>
  /// How many frames so many samples give.
  package let frames: @Sendable (_ samples: Int) -> Int
  /// Makes an encoder with scratch of its own over the shared weights.
  package let makeEncoder: @Sendable () -> any SpeechEncoder & ~Copyable

  package init(
    width: Int, clock: FrameClock, samples: ClosedRange<Int>,
    frames: @escaping @Sendable (_ samples: Int) -> Int,
    makeEncoder: @escaping @Sendable () -> any SpeechEncoder & ~Copyable
  ) {
    self.width = width
    self.clock = clock
    self.samples = samples
    self.frames = frames
    self.makeEncoder = makeEncoder
  }
}

/// The half of a model that turns embeddings into tokens with the frames they were spoken in: a decoder
/// that attends to the embeddings and writes a token at a time.
///
/// A family that writes otherwise, from the frames alone (CTC, transducers), makes this an enum of two
/// cases; what reads it is `Reader` alone.
package struct ModelWriting: Sendable {
  package let decoder: TextDecoderWeights
  /// Heads whose attention tells when tokens were spoken, in the order of layer and head.
  package let alignmentHeads: [AlignmentHead]
  /// Tokens of the model's languages, in their order; none where there is only one language.
  package let languageTokens: [Int32]
  /// What a sequence begins with, at least one token.
  package let prompt: @Sendable (_ language: String, RecognitionTask) -> [Int32]

  package init(
    decoder: TextDecoderWeights, alignmentHeads: [AlignmentHead], languageTokens: [Int32] = [],
    prompt: @escaping @Sendable (_ language: String, RecognitionTask) -> [Int32]
  ) {
    self.decoder = decoder
    self.alignmentHeads = alignmentHeads
    self.languageTokens = languageTokens
    self.prompt = prompt
  }

  /// Bytes of keys and values that a frame of audio takes while it is written from.
  package var bytesPerFrame: Int { decoder.config.bytesPerFrame }
}
