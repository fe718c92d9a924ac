import Pipeline

/// What was heard of one utterance under one condition, by whatever system.
struct ScoredHearing: Sendable {
  /// The utterance's place in the set.
  let index: Int
  let hearing: Hearing
  /// Path of what was heard, from the report on; nil where it was not kept.
  let audio: String?
  /// How much is known of when the words were said.
  var times = Hypothesis.Times.words
  /// False where only who speaks is known.
  var hasWords = true
}

/// Scores all that was heard under one condition.
struct CellScorer: Sendable {
  private let normalisers: [TextNormaliser]
  private let bootstrap: Bootstrap
  private let utterances: [Utterance]
  /// Of the references, under the first normaliser.
  private let vocabulary: ReferenceVocabulary

  /// A scorer whose bootstrap is seeded so.
  init(normalisers: [TextNormaliser], seed: UInt64, _ utterances: [Utterance]) {
    self.normalisers = normalisers
    bootstrap = Bootstrap(seed: seed)
    self.utterances = utterances
    vocabulary = ReferenceVocabulary(
      utterances.map(\.reference), normaliser: normalisers.first ?? .whisper)
  }

  /// The cell of `hearings`, in their order.
  func report(
    mode: ListeningMode, noise: String?, snr: Double?, picture: PictureCondition?,
    _ hearings: [ScoredHearing]
  ) -> CellReport {
    let scorers = hearings.map { UtteranceScorer(utterance: utterances[$0.index], heard: $0) }
    let results = scorers.map(result)
    let times = scorers.compactMap(\.wordTimes).reduce(WordTimeErrors()) { $0 + $1 }
    let invented = scorers.compactMap(\.invented)
    let diarization = results.compactMap(\.diarization)
    let adapter = hearings.compactMap(\.hearing.adapter)
    let opinions = hearings.compactMap(\.hearing.opinions)
    return CellReport(
      mode: mode, noise: noise, snr: snr, picture: picture,
      audioSeconds: hearings.reduce(0) { $0 + $1.hearing.seconds },
      elapsed: hearings.reduce(0) { $0 + $1.hearing.elapsed },
      scores: Dictionary(
        uniqueKeysWithValues: normalisers.map {
          ($0.rawValue, score(results, scorers.map(\.utterance), $0))
        }),
      wordStarts: WordTimeErrors.summary(times.starts),
      wordEnds: WordTimeErrors.summary(times.ends),
      invented: invented.isEmpty ? nil : invented.reduce(HallucinationRate()) { $0 + $1 },
      diarization: diarization.isEmpty
        ? nil : diarization.reduce(DiarizationScore()) { $0 + $1 },
      breakdown: breakdown(results, scorers),
      adapter: adapter.isEmpty
        ? nil : adapter.reduce(AdapterUse()) { $0 + $1 },
      opinions: opinions.isEmpty ? nil : opinions.reduce(OpinionUse()) { $0 + $1 },
      results: results)
  }

  private func result(_ scorer: UtteranceScorer) -> UtteranceResult {
    let hearing = scorer.hearing
    var result = UtteranceResult(
      utterance: scorer.utterance.id, hypothesis: hearing.text,
      segments: scorer.heard.times == .none ? [] : hearing.segments, speakers: hearing.speakers,
      voices: hearing.voices, diarization: scorer.diarization, elapsed: hearing.elapsed,
      gains: hearing.gains, audio: scorer.heard.audio,
      scores: scorer.heard.hasWords
        ? Dictionary(
          uniqueKeysWithValues: normalisers.map { ($0.rawValue, scorer.score($0)) }) : [:])
    result.noise = hearing.noise
    result.adapter = hearing.adapter
    result.opinions = hearing.opinions
    return result
  }

  private func score(
    _ results: [UtteranceResult], _ utterances: [Utterance], _ normaliser: TextNormaliser
  ) -> CellScore {
    let scored = zip(results, utterances).compactMap { result, utterance in
      result.scores[normaliser.rawValue].map { ($0, utterance.speaker) }
    }
    let scores = scored.map(\.0)
    let speakers = scored.map(\.1)
    return CellScore(
      pooled: PooledScore(scores.map(\.text)),
      wordErrorRate: rate(scores.map(\.text.words), speakers),
      cpWER: rate(scores.map(\.cpWER), speakers), tcpWER: rate(scores.map(\.tcpWER), speakers))
  }

  /// The pooled rate of those utterances that have counts.
  private func rate(_ counts: [EditCounts?], _ speakers: [String?]) -> CellScore.Rate? {
    let items = zip(counts, speakers).compactMap { counts, speaker in
      counts.map { ErrorRatio($0, cluster: speaker) }
    }
    let length = items.reduce(0) { $0 + $1.length }
    guard length > 0 else { return nil }
    let errors = items.reduce(0) { $0 + $1.errors }
    return CellScore.Rate(
      value: Double(errors) / Double(length), interval: bootstrap.interval(items))
  }

  private func breakdown(
    _ results: [UtteranceResult], _ scorers: [UtteranceScorer]
  ) -> ErrorBreakdown? {
    guard let normaliser = normalisers.first else { return nil }
    var tally = ErrorTally(vocabulary)
    for (result, scorer) in zip(results, scorers) {
      guard let score = result.scores[normaliser.rawValue] else { continue }
      tally.add(
        scorer.utterance, hypothesis: normaliser.words(result.hypothesis), score, normaliser)
    }
    return tally.breakdown(bootstrap)
  }
}
