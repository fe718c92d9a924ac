/// A measured rate with its confidence interval, both as fractions: 0.142 is 14.2 %.
package struct ScoreEstimate: Sendable, Hashable, Codable {
  package var value: Double
  /// The 95 % interval; nil where none was estimated.
  package var interval: ClosedRange<Double>?

  package init(_ value: Double, interval: ClosedRange<Double>? = nil) {
    self.value = value
    self.interval = interval
  }
}

/// How much noise there is: none, or a signal-to-noise ratio. Ordered from the easiest on.
package enum SNRLevel: Sendable, Hashable, Codable, Comparable {
  case clean
  case decibels(Double)

  package static func < (left: SNRLevel, right: SNRLevel) -> Bool {
    switch (left, right) {
    case (.clean, .decibels): true
    case (.decibels(let left), .decibels(let right)): left > right
    case (_, .clean): false
    }
  }

  /// "clean" or the ratio with as many decimals as it has, at most two: "-2.5 dB".
  package var description: String {
    decibels.map { "\(ReportNumber.short($0)) dB" } ?? "clean"
  }

  /// The ratio in dB; nil for clean speech.
  package var decibels: Double? {
    if case .decibels(let value) = self { value } else { nil }
  }
}

/// What was listened to, and how: one cell of the experiment's grid.
package struct ScoreCondition: Sendable, Hashable, Codable {
  /// The way of listening, such as "audio".
  package var mode: String
  /// The kind of noise; nil for speech without added noise, which belongs to every kind.
  package var noise: String?
  package var level: SNRLevel
  /// The treatment of the picture; nil where the picture was not looked at.
  package var picture: String?

  package init(
    mode: String, noise: String? = nil, level: SNRLevel = .clean, picture: String? = nil
  ) {
    self.mode = mode
    self.noise = noise
    self.level = level
    self.picture = picture
  }
}

/// The scores of one cell of the experiment, pooled over its utterances. Rates are fractions.
package struct ScoredCell: Sendable, Hashable {
  package var condition: ScoreCondition
  package var utterances: Int
  /// Words of the reference.
  package var words: Int
  package var substitutions: Int
  package var deletions: Int
  package var insertions: Int
  /// Nil where the reference has no word.
  package var wordErrorRate: ScoreEstimate?
  package var characterErrorRate: Double?
  /// Share of utterances with any error.
  package var sentenceErrorRate: Double?
  /// Seconds of computing a second of audio.
  package var realTimeFactor: Double?
  package var cpWER: ScoreEstimate?
  package var tcpWER: ScoreEstimate?
  /// Median distance of word starts from the reference's, in seconds.
  package var wordTimeError: Double?
  /// Words a minute written on audio whose reference is empty.
  package var inventedWordsPerMinute: Double?
  package var diarization: DiarizationScore?

  package init(
    condition: ScoreCondition, utterances: Int, words: Int, substitutions: Int, deletions: Int,
    insertions: Int, wordErrorRate: ScoreEstimate?, characterErrorRate: Double? = nil,
    sentenceErrorRate: Double? = nil, realTimeFactor: Double? = nil, cpWER: ScoreEstimate? = nil,
    tcpWER: ScoreEstimate? = nil, wordTimeError: Double? = nil,
    inventedWordsPerMinute: Double? = nil, diarization: DiarizationScore? = nil
  ) {
    self.condition = condition
    self.utterances = utterances
    self.words = words
    self.substitutions = substitutions
    self.deletions = deletions
    self.insertions = insertions
    self.wordErrorRate = wordErrorRate
    self.characterErrorRate = characterErrorRate
    self.sentenceErrorRate = sentenceErrorRate
    self.realTimeFactor = realTimeFactor
    self.cpWER = cpWER
    self.tcpWER = tcpWER
    self.wordTimeError = wordTimeError
    self.inventedWordsPerMinute = inventedWordsPerMinute
    self.diarization = diarization
  }
}

/// The number of each value in the order of first occurrence, from 0.
func ranks<Value: Hashable>(_ values: [Value]) -> [Value: Int] {
  values.firstOccurrences().enumerated().reduce(into: [:]) { $0[$1.element] = $1.offset }
}

extension Sequence where Element: Hashable {
  /// The elements without repetition, in the order of their first occurrences.
  func firstOccurrences() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
