/// What shapes the words of a transcript; without any change it is what `viseme transcribe` does.
public struct TranscriptionOptions: Sendable, Hashable {
  /// Which audio tracks are transcribed.
  public enum AudioTrack: Sendable, Hashable {
    /// The one that a player would choose.
    case automatic
    /// Counted from 1.
    case number(Int)
    /// The first in this language ("en", "eng").
    case language(String)
    /// All, merged by time.
    case all
  }

  /// Whether the channels of a track are transcribed each by itself.
  public enum Channels: String, Sendable, Hashable, CaseIterable {
    /// Where two carry different voices most of the time.
    case automatic = "auto"
    case mixed = "mix"
    case separate
  }

  /// Whose voices are distinguished (speaker diarization).
  public enum Speakers: Sendable, Hashable {
    case none
    /// As many voices as there sound to be.
    case automatic
    /// So many voices, 1 to 100.
    case between(Int, Int)
    /// A name for each audio track that is transcribed, or each channel, in their order.
    case tracks([String])
  }

  /// When lips are read.
  public enum Lips: String, Sendable, Hashable, CaseIterable {
    /// Where the sound is noisy.
    case automatic = "auto"
    case always
    case never
  }

  /// What is written of the speech.
  public enum Task: String, Sendable, Hashable, CaseIterable {
    case transcribe
    /// Its words in English; only models of many languages can.
    case translate
  }

  /// Which audio tracks are transcribed.
  public var audioTrack = AudioTrack.automatic
  /// Whether their channels are transcribed each by itself.
  public var channels = Channels.automatic
  /// Seconds from time zero of the recording; nil for its beginning.
  public var start: Double?
  /// Seconds from time zero of the recording; nil for its end.
  public var end: Double?
  /// A BCP 47 tag that the model knows ("de"); nil to find it in the first clear speech.
  public var language: String?
  /// What is written.
  public var task = Task.transcribe
  /// Whether and how speakers are distinguished.
  public var speakers = Speakers.none
  /// Names of voices, by number from 1; the others are "Speaker 1" and so on.
  public var speakerNames: [Int: String] = [:]
  /// When lips are read.
  public var lips = Lips.automatic
  /// Names and rare words that are expected, spelt as they are written.
  public var context: [String] = []
  /// Threads to keep busy; nil for as many as the machine grants.
  public var threads: Int?

  /// The defaults.
  public init() {}
}

/// Which networks read lips and take noise off.
public enum LipModel: Sendable, Hashable {
  /// Those that come with Viseme.
  case bundled
  /// Those of a file made by `Training/adapt`.
  case file(String)
  /// None: from sound alone.
  case none
}
