import Demux
import Pipeline
import SpeechModels
import Transcript

/// A recording of a batch and what is particular about it.
package struct BatchItem: Sendable, Hashable {
  /// Where it lies, as it is opened and reported.
  package var path: String
  /// Its place below the folder of outputs, where there is one: "2024/meeting.mp4".
  package var place: String
  /// It was named, not found in a folder: it counts whatever it holds.
  package var isNamed: Bool
  /// Its own choices.
  package var options = ItemOptions()

  package init(path: String, place: String, isNamed: Bool, options: ItemOptions = ItemOptions()) {
    self.path = path
    self.place = place
    self.isNamed = isNamed
    self.options = options
  }
}

/// What a manifest says of one recording; nil where the whole batch's choice holds.
package struct ItemOptions: Sendable, Hashable {
  package var track: AudioTrackSelection?
  package var channels: ChannelChoice?
  /// Seconds from time zero.
  package var start: Double?
  package var end: Double?
  /// Which language is spoken, and what is written of it.
  package var language: LanguageChoice?
  package var task: RecognitionTask?
  /// Names of the speakers of the tracks, which ``SpeakerNames`` reads.
  package var speakers: String?
  /// What is expected to be spoken of.
  package var context = ContextTerms()
  /// Path of the outputs without an ending, below the folder of outputs.
  package var output: String?

  package init() {}
}

/// An entry of the input that is no file to work on, reported all the same.
package struct EntryFault: Sendable, Hashable {
  /// The path, or the manifest and its line.
  package var name: String
  package var cause: Cause

  package enum Cause: Sendable, Hashable {
    /// The value is `errno`.
    case unreadable(Int32)
    /// A pattern that fits no file.
    case noMatch
    case manifest(ManifestFault)
  }
}

/// What is wrong with a manifest or one of its lines.
package enum ManifestFault: Error, Sendable, Hashable {
  case notText
  /// The line is longer than any, or has letters with more marks than any; see `TextFile`.
  case badLine
  /// It names no column `path`.
  case noPathColumn
  case noPath
  case notJSON
  /// A value that its field cannot have.
  case badValue(field: String, value: String)
  /// Unusable terms in `context`.
  case context(ContextTerms.Fault)
  /// `start` is not before `end`.
  case emptySpan
}
