import AudioEncoder
import Demux
import Fusion
import SpeechModels
import Transcript

/// What the user asked for, as far as it shapes the words: carried whole from the command line to where it
/// acts. Whatever is added here stands in `settings` or `identity`.
package struct RecognitionOptions: Sendable, Hashable {
  /// The folder of the models; nil for the one that the environment names.
  package var models: String?
  /// The speech model's name; nil for the usual one.
  package var model: String?
  /// Another one that reads what the first is unsure of; nil for none.
  package var second: String?
  /// Which audio tracks.
  package var track = AudioTrackSelection.automatic
  /// Whether their channels are transcribed each by itself.
  package var channels = ChannelChoice.auto
  /// Seconds from time zero; speech before it is left out.
  package var start: Double?
  /// Seconds from time zero; speech after it is left out.
  package var end: Double?
  /// Whether and how speakers are distinguished, as ``SpeakerOption`` reads it.
  package var speakers: String?
  /// Names for voices, as ``VoiceNames`` reads them.
  package var names: String?
  /// People whose voices are known; nil for none. Without speaker diarization it means nothing.
  package var book: VoiceBook?
  /// When the picture is looked at.
  package var lips = LipUse.auto
  /// How what is seen there is fused with what is heard.
  package var fusion = FusionMethod.attention
  /// Which networks clean the sound and read lips.
  package var lipModel = LipModelChoice.bundled
  /// What is expected to be spoken of.
  package var context = ContextTerms()
  /// Which language is spoken.
  package var language = LanguageChoice.automatic
  /// What is written of it.
  package var task = RecognitionTask.transcribe
  /// How speech is cut into segments; nil for what suits the model.
  package var segmenter: SegmenterConfig?

  /// The defaults.
  package init() {}
}

extension RecognitionOptions {
  /// Seconds before `start` from which on is listened. A word that is cut by the start of the sound is
  /// mostly misheard, and so are its neighbours. Of 33 such starts 22 made up a first word, with a lead of
  /// 2 s 5 (of 5 s 6).
  private static let lead = 2.0

  /// Seconds from time zero from which on is listened; what is said before `start` is left out again.
  var listeningStart: Double? { start.map { max(0, $0 - Self.lead) } }

  /// The choices as transcripts tell them.
  package var settings: [Setting] {
    var settings = [Setting(name: "audioTrack", value: .text(track.description))]
    if let start { settings.append(Setting(name: "start", value: .number(start))) }
    if let end { settings.append(Setting(name: "end", value: .number(end))) }
    if channels != .auto {
      settings.append(Setting(name: "channels", value: .text(channels.rawValue)))
    }
    settings.append(Setting(name: "lips", value: .text(lips.rawValue)))
    let segmenter = segmenter ?? SegmenterConfig()
    settings.append(
      Setting(name: "preferredSegment", value: .number(segmenter.preferredSeconds)))
    settings.append(Setting(name: "maximumSegment", value: .number(segmenter.maximumSeconds)))
    if language != .automatic {
      settings.append(Setting(name: "language", value: .text(language.description)))
    }
    if task != .transcribe { settings.append(Setting(name: "task", value: .text(task.rawValue))) }
    if let second { settings.append(Setting(name: "second", value: .text(second))) }
    if let text = context.text { settings.append(Setting(name: "context", value: .text(text))) }
    if let speakers { settings.append(Setting(name: "speakers", value: .text(speakers))) }
    if let names { settings.append(Setting(name: "names", value: .text(names))) }
    return settings
  }

  /// The same fields for the same choices only: the settings, and what their text does not distinguish. All
  /// fingerprints take it whole. Of the speech model it has nothing, since they take that with its version,
  /// and of the segmenter only what can be chosen.
  package var identity: [String] {
    settings.map { "\($0.name) \($0.value)" } + [
      context.identity, lipModel.identity, fusion.rawValue,
      // Nothing of the book stands in a transcript, but it decides what voices are called.
      voices == nil ? "" : book?.identity ?? "",
    ]
  }
}
