import Pipeline

/// Everything that came of an evaluation: `report.json`.
package struct EvaluationReport: Sendable, Codable {
  /// Number of the format, raised when a reader of the old one would misread the new one.
  package static let currentFormat = 1

  package var format = currentFormat
  /// Same for runs that hear the same recordings in the same way, whatever the noises and levels.
  package var purpose: String
  package var program: EvaluationPlan.Named
  package var model: EvaluationPlan.Named
  /// Date and time, ISO 8601, UTC.
  package var created: String
  /// The command line.
  package var command: String
  package var machine: Machine
  package var seed: UInt64
  /// Path of the room's impulse response.
  package var reverb: String?
  /// Bits a second of the Opus link.
  package var channelBitRate: Int?
  package var noises: [Noise]
  /// The first one is that of the plots and pages.
  package var normalisers: [TextNormaliser]
  package var utterances: [Said]
  package var cells: [CellReport]
  package var leftOut: [LeftOut]
  /// The results revision of the program that heard; nil where another system did.
  package var revision: Int?
  /// What else shaped the words, by name.
  package var settings: [String: String]?
  /// The files of the models that were used.
  package var models: [FileChecksum]?
  /// The room's impulse response.
  package var room: FileChecksum?
  /// The hypotheses are those of another system, whose name stands for the model's.
  package var isScored: Bool?

  /// Where and how it ran.
  package struct Machine: Sendable, Codable {
    package var processor: String
    package var threads: Int
    /// Most memory held at one time, in bytes.
    package var peakMemory: Int
    /// Seconds that hearing took, those of results taken over included.
    package var seconds: Double

    package init(processor: String, threads: Int, peakMemory: Int, seconds: Double) {
      self.processor = processor
      self.threads = threads
      self.peakMemory = peakMemory
      self.seconds = seconds
    }
  }

  /// A noise by its name, and what it was made of.
  package struct Noise: Sendable, Codable {
    package var name: String
    package var source: String
    /// SHA-256 of the file, or of the sums of a folder's files in the order of their names; nil for what
    /// is computed or made of the utterances.
    package var sha256: String?
  }

  /// An utterance and its reference.
  package struct Said: Sendable, Codable {
    package var id: String
    package var path: String
    package var speaker: String?
    package var start: Double?
    package var end: Double?
    /// Of audio.
    package var seconds: Double
    /// Channels that were transcribed each by itself; nil where they were mixed.
    package var channels: Int?
    /// As written, not normalised.
    package var reference: String
    /// The same by speaker and time, where the reference tells.
    package var turns: [SpokenTurn]?
    /// Who speaks when, by an RTTM.
    package var speech: [SpeakerSpan]?
    package var wordTimes: [TimedWord]?

    /// An utterance with so many seconds of audio, in so many channels that are heard each by itself.
    init(_ utterance: Utterance, seconds: Double, channels: Int? = nil) {
      id = utterance.id
      path = utterance.path
      speaker = utterance.speaker
      start = utterance.start
      end = utterance.end
      self.seconds = seconds
      self.channels = channels
      reference = utterance.reference.text
      if case .segments(let turns) = utterance.reference { self.turns = turns }
      speech = utterance.turns
      wordTimes = utterance.wordTimes
    }
  }

  /// Something that was not evaluated.
  package struct LeftOut: Sendable, Codable {
    package var name: String
    package var reason: String

    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }
}

/// One cell of a report.
package struct CellReport: Sendable, Codable {
  package var mode: ListeningMode
  package var noise: String?
  /// Decibels; nil for no noise.
  package var snr: Double?
  package var picture: PictureCondition?
  /// Seconds of audio.
  package var audioSeconds: Double
  /// Seconds that hearing took.
  package var elapsed: Double
  /// By normaliser.
  package var scores: [String: CellScore]
  /// Distance of the words' times from the reference's where that has some, in seconds.
  package var wordStarts: WordTimeErrors.Summary?
  package var wordEnds: WordTimeErrors.Summary?
  /// Words written where nobody speaks.
  package var invented: HallucinationRate?
  /// How well voices were told apart, where they were and references tell who speaks.
  package var diarization: DiarizationScore?
  /// Errors by speaker and kind of word, and the most frequent ones, under the first normaliser.
  package var breakdown: ErrorBreakdown?
  /// What the noise adapter did; nil without one.
  package var adapter: AdapterUse?
  /// What asking a second model came to; nil without one.
  package var opinions: OpinionUse?
  package var results: [UtteranceResult]

  /// Seconds of computing a second of audio; nil where another system computed.
  package var realTimeFactor: Double? {
    elapsed > 0 && audioSeconds > 0 ? elapsed / audioSeconds : nil
  }

  /// What the report's tables and plots call it.
  package var condition: ScoreCondition {
    ScoreCondition(
      mode: mode.rawValue, noise: noise, level: snr.map { .decibels($0) } ?? .clean,
      picture: picture?.rawValue)
  }

  /// For tables and plots, with the scores of one normaliser.
  package func scored(_ normaliser: TextNormaliser) -> ScoredCell? {
    guard let score = scores[normaliser.rawValue] else { return nil }
    let words = score.pooled.words
    return ScoredCell(
      condition: condition, utterances: score.pooled.utterances, words: words.referenceLength,
      substitutions: words.substitutions, deletions: words.deletions,
      insertions: words.insertions, wordErrorRate: score.wordErrorRate?.estimate,
      characterErrorRate: score.pooled.characterErrorRate,
      sentenceErrorRate: score.pooled.sentenceErrorRate,
      realTimeFactor: realTimeFactor, cpWER: score.cpWER?.estimate, tcpWER: score.tcpWER?.estimate,
      wordTimeError: wordStarts?.median, inventedWordsPerMinute: invented?.perMinute,
      diarization: diarization)
  }
}

/// The scores of a cell under one normalisation.
package struct CellScore: Sendable, Codable {
  package var pooled: PooledScore
  package var wordErrorRate: Rate?
  /// Over the utterances whose reference has speakers.
  package var cpWER: Rate?
  package var tcpWER: Rate?

  /// A rate as a fraction, with its 95 % interval.
  package struct Rate: Sendable, Codable {
    package var value: Double
    package var interval: Interval?

    var estimate: ScoreEstimate {
      ScoreEstimate(value, interval: interval.map { $0.lower...$0.upper })
    }
  }
}

/// One utterance in one cell.
package struct UtteranceResult: Sendable, Codable {
  package var utterance: String
  /// As recognised.
  package var hypothesis: String
  package var segments: [[HeardWord]]
  /// Who says each segment, by number from 1; see `Hearing.speakers`.
  package var speakers: [Int?]?
  /// When each voice talks.
  package var voices: [HeardVoice]?
  package var diarization: DiarizationScore?
  /// Of the run, in seconds; see `Hearing.elapsed`.
  package var elapsed: Double
  package var gains: Mixture.Gains?
  /// Which recordings the noise is of, and from where on.
  package var noise: [NoiseSource]?
  /// What the noise adapter did.
  package var adapter: AdapterUse?
  /// What asking a second model came to.
  package var opinions: OpinionUse?
  /// Path of what was heard, from the report on; nil where it was not kept.
  package var audio: String?
  /// By normaliser.
  package var scores: [String: Score]

  /// Counts under one normalisation.
  package struct Score: Sendable, Codable {
    package var text: UtteranceScore
    /// Where the reference has speakers.
    package var cpWER: EditCounts?
    /// Needs times, too.
    package var tcpWER: EditCounts?
    /// The errors of cpWER by the reference's speakers.
    package var speakers: [String: EditCounts]?
  }
}
