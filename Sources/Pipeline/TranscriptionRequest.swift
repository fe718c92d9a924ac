import AudioEncoder
import Demux
import SpeechModels
import Transcript

/// What to transcribe, and with what.
package struct TranscriptionRequest: Sendable, Hashable {
  /// The recording's path; "-" is standard input.
  package var input: String
  /// Which audio tracks.
  package var track: AudioTrackSelection
  /// Whether their channels are transcribed each by itself.
  package var channels = ChannelChoice.auto
  /// Seconds from time zero; speech before it is left out.
  package var start: Double?
  /// Seconds from time zero; speech after it is left out.
  package var end: Double?
  /// The folder of the models; nil for the one that the environment names.
  package var models: String?
  /// The speech model's name; nil for the usual one.
  package var model: String?
  /// Threads to keep busy, at least 1.
  package var threads: Int
  /// When the picture is looked at.
  package var lips = LipUse.auto
  /// Which networks clean the sound and read lips.
  package var lipModel = LipModelChoice.bundled
  /// What is expected to be spoken of.
  package var context = ContextTerms()
  /// Which language is spoken.
  package var language = LanguageChoice.automatic
  /// What is written of it.
  package var task = SpeechTask.transcribe
  /// How speech is cut into segments; nil for what suits the model.
  package var segmenter: SegmenterConfig?
  /// Who speaks in each of the tracks that are transcribed, in their order; empty where nobody says.
  package var speakers: [String] = []
  /// What the transcript shall say of the recording beside its own settings.
  package var details: [Setting] = []

  /// A request for the whole of `input` unless narrowed.
  package init(
    input: String, track: AudioTrackSelection = .automatic, start: Double? = nil,
    end: Double? = nil, models: String? = nil, threads: Int = ThreadCount.choose()
  ) {
    self.input = input
    self.track = track
    self.start = start
    self.end = end
    self.models = models
    self.threads = max(1, threads)
  }
}

extension TranscriptionRequest {
  /// The choices that shape the words, for the transcript: `segmenter` is used where no other was asked
  /// for; `languages` are those of the model, of which `spoken` is heard.
  func settings(
    segmenter: SegmenterConfig, languages: [String], _ spoken: SpokenLanguage
  ) -> [Setting] {
    let segmenter = self.segmenter ?? segmenter
    var settings = [Setting(name: "audioTrack", value: .text(track.description))]
    if let start { settings.append(Setting(name: "start", value: .number(start))) }
    if let end { settings.append(Setting(name: "end", value: .number(end))) }
    if channels != .auto {
      settings.append(Setting(name: "channels", value: .text(channels.rawValue)))
    }
    settings.append(Setting(name: "lips", value: .text(lips.rawValue)))
    settings.append(
      Setting(name: "preferredSegment", value: .number(segmenter.preferredSeconds)))
    settings.append(Setting(name: "maximumSegment", value: .number(segmenter.maximumSeconds)))
    if languages.count > 1 {
      settings.append(Setting(name: "language", value: .text(language.description)))
      if let probability = spoken.probability {
        settings.append(
          Setting(
            name: "languageProbability", value: .number((probability * 1000).rounded() / 1000)))
      }
      settings.append(Setting(name: "task", value: .text(task.rawValue)))
    }
    if let text = context.text { settings.append(Setting(name: "context", value: .text(text))) }
    return settings + details
  }
}

extension AudioTrackSelection {
  /// Reads a track as it is written on a command line: a number from 1, a language or "all".
  package init?(_ text: String) {
    if text.lowercased() == "all" {
      self = .all
    } else if let number = Int(text) {
      guard number > 0 else { return nil }
      self = .number(number)
    } else {
      let isLanguage =
        text.count >= 2 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") }
      guard isLanguage, text.first != "-" else { return nil }
      self = .language(text)
    }
  }

  /// As it is written on the command line.
  package var description: String {
    switch self {
    case .automatic: "automatic"
    case .number(let number): String(number)
    case .language(let language): language
    case .all: "all"
    }
  }
}
