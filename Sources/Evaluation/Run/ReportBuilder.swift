import Foundation
import Pipeline

/// Makes a report of what was heard.
package struct ReportBuilder: Sendable {
  private let plan: EvaluationPlan
  private let normalisers: [TextNormaliser]
  private let bootstrap: Bootstrap

  /// A builder for a plan; the bootstrap is seeded as the noise is.
  package init(plan: EvaluationPlan, normalisers: [TextNormaliser]) {
    self.plan = plan
    self.normalisers = normalisers
    bootstrap = Bootstrap(seed: plan.seed)
  }

  /// The report. `leftOut` are those that were left out before the run; those that failed in it are
  /// in none of the cells.
  package func report(
    _ outcome: EvaluationOutcome, leftOut: [EvaluationReport.LeftOut], command: String,
    machine: EvaluationReport.Machine, created: Date
  ) -> EvaluationReport {
    let heard = plan.utterances.indices.filter { index in
      let id = plan.utterances[index].id
      return outcome.faults[index] == nil && outcome.hearings.allSatisfy { $0[id] != nil }
    }
    let cells = zip(plan.cells, outcome.hearings).map { cell, hearings in
      report(cell, heard, hearings)
    }
    let noises = plan.cells.compactMap(\.noise).firstOccurrences().map {
      EvaluationReport.Noise(name: $0.name, source: $0.kind.source(talkers: plan.talkers(in: $0)))
    }
    var machine = machine
    machine.seconds = cells.reduce(0) { $0 + $1.elapsed }
    return EvaluationReport(
      purpose: plan.purpose, program: plan.program, model: plan.model,
      created: created.ISO8601Format(),
      command: command, machine: machine, seed: plan.seed, reverb: plan.room?.path,
      channelBitRate: plan.bitRate,
      channels: plan.options.channels == .auto ? nil : plan.options.channels,
      noises: noises, normalisers: normalisers,
      utterances: heard.map { said(plan.utterances[$0], outcome) }, cells: cells,
      leftOut: leftOut)
  }

  private func said(
    _ utterance: Utterance, _ outcome: EvaluationOutcome
  ) -> EvaluationReport.Said {
    EvaluationReport.Said(
      id: utterance.id, path: utterance.path, speaker: utterance.speaker, start: utterance.start,
      end: utterance.end, seconds: outcome.hearings.first?[utterance.id]?.seconds ?? 0,
      channels: outcome.hearings.first?[utterance.id]?.channels,
      reference: utterance.reference.text)
  }

  private func report(
    _ cell: Cell, _ heard: [Int], _ hearings: [String: Hearing]
  ) -> CellReport {
    let scorers = heard.compactMap { index -> (Int, UtteranceScorer)? in
      let utterance = plan.utterances[index]
      return hearings[utterance.id].map {
        (index, UtteranceScorer(utterance: utterance, hearing: $0))
      }
    }
    let sound = plan.soundFingerprint(cell)
    let folder = SoundFolder(in: plan.folder)
    let results = scorers.map { index, scorer in
      let path = folder.path(cell, sound: sound, number: index, scorer.utterance)
      return result(scorer, audio: plan.savesAudio && folder.has(path) ? path : nil)
    }
    let times = scorers.compactMap { $0.1.wordTimes }.reduce(WordTimeErrors()) { $0 + $1 }
    let invented = scorers.compactMap { $0.1.invented }
    let diarization = results.compactMap(\.diarization)
    let all = scorers.map { $0.1.hearing }
    return CellReport(
      mode: cell.mode, noise: cell.noise?.name, snr: cell.level.decibels, picture: cell.picture,
      audioSeconds: all.reduce(0) { $0 + $1.seconds },
      elapsed: all.reduce(0) { $0 + $1.elapsed },
      scores: Dictionary(
        uniqueKeysWithValues: normalisers.map {
          ($0.rawValue, score(results, scorers.map(\.1.utterance), $0))
        }),
      wordStarts: WordTimeErrors.summary(times.starts),
      wordEnds: WordTimeErrors.summary(times.ends),
      invented: invented.isEmpty ? nil : invented.reduce(HallucinationRate()) { $0 + $1 },
      diarization: diarization.isEmpty
        ? nil : diarization.reduce(DiarizationScore()) { $0 + $1 },
      results: results)
  }

  private func result(_ scorer: UtteranceScorer, audio: String?) -> UtteranceResult {
    UtteranceResult(
      utterance: scorer.utterance.id, hypothesis: scorer.hearing.text,
      segments: scorer.hearing.segments, speakers: scorer.hearing.speakers,
      voices: scorer.hearing.voices, diarization: scorer.diarization,
      elapsed: scorer.hearing.elapsed,
      gains: scorer.hearing.gains, audio: audio,
      scores: Dictionary(
        uniqueKeysWithValues: normalisers.map { ($0.rawValue, scorer.score($0)) }))
  }

  private func score(
    _ results: [UtteranceResult], _ utterances: [Utterance], _ normaliser: TextNormaliser
  ) -> CellScore {
    let scores = results.compactMap { $0.scores[normaliser.rawValue] }
    let pooled = PooledScore(scores.map(\.text))
    let speakers = utterances.map(\.speaker)
    return CellScore(
      pooled: pooled, wordErrorRate: rate(scores.map(\.text.words), speakers),
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
}
