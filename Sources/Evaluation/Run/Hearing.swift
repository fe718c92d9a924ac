import Pipeline
import Transcript

/// What was heard of one utterance in one cell.
package struct Hearing: Sendable, Hashable, Codable {
  /// The utterance's name.
  package var utterance: String
  /// The segments' words; times in seconds of the recording.
  package var segments: [[HeardWord]]
  /// Seconds of audio.
  package var seconds: Double
  /// Seconds of the run that went by until it was done, after the one before.
  package var elapsed: Double
  /// Channels that were transcribed each by itself; nil where they were mixed.
  package var channels: Int?
  /// Who says each segment, by number from 1: the voice, or the channel where voices were not told apart
  /// and channels were; else nil.
  package var speakers: [Int?]?
  /// When each voice talks, in seconds of the recording.
  package var voices: [HeardVoice]?
  /// How speech and noise were mixed; nil for an untouched recording.
  package var gains: Mixture.Gains?
  /// Which recordings the noise is of, and from where on.
  package var noise: [NoiseSource]?
  /// What the noise adapter did.
  package var adapter: AdapterUse?
  /// What asking a second model came to.
  package var opinions: OpinionUse?

  /// All words.
  package var text: String {
    segments.lazy.map { $0.lazy.map(\.text).joined(separator: " ") }.joined(separator: " ")
  }
}

extension Hearing {
  /// Takes the channels of `transcript`, so many, for speakers.
  mutating func takeChannels(_ transcript: ClipTranscript, count: Int) {
    channels = count
    speakers = transcript.segments.map(\.channel)
  }

  /// Takes the voices of `transcript`, `offset` seconds later, where they were told apart.
  mutating func takeVoices(_ transcript: ClipTranscript, offset: Double) {
    guard let turns = transcript.voices else { return }
    let names = turns.map(\.speaker).firstOccurrences()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + 1) })
    speakers = transcript.segments.map { $0.speaker.flatMap { numbers[$0] } }
    voices = turns.map {
      HeardVoice(
        speaker: numbers[$0.speaker] ?? 0, start: HeardWord.rounded($0.start + offset),
        end: HeardWord.rounded($0.end + offset))
    }
  }
}

/// A stretch in which a voice was heard.
package struct HeardVoice: Sendable, Hashable, Codable {
  /// From 1.
  package var speaker: Int
  /// Seconds of the recording.
  package var start: Double
  package var end: Double
}

/// A word as the recogniser wrote it.
package struct HeardWord: Sendable, Hashable, Codable {
  package var text: String
  /// Seconds of the recording.
  package var start: Double
  package var end: Double
  package var confidence: Double

  /// A recognised word, `offset` seconds later.
  init(_ word: Word, offset: Double) {
    text = word.text
    start = Self.rounded(word.start + offset)
    end = Self.rounded(word.end + offset)
    confidence = Self.rounded(word.confidence)
  }

  /// A word of which it is not known how sure it is.
  init(text: String, start: Double, end: Double) {
    self.text = text
    self.start = start
    self.end = end
    confidence = 1
  }

  /// The word `seconds` later.
  func later(by seconds: Double) -> HeardWord {
    guard seconds != 0 else { return self }
    var word = self
    word.start = Self.rounded(start + seconds)
    word.end = Self.rounded(end + seconds)
    return word
  }

  /// To a tenth of a millisecond.
  fileprivate static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
