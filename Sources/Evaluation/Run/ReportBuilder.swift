import Foundation
import Pipeline

/// Makes a report of what was heard.
package struct ReportBuilder: Sendable {
  private let plan: EvaluationPlan
  private let normalisers: [TextNormaliser]
  private let scorer: CellScorer

  /// A builder for a plan; the bootstrap is seeded as the noise is.
  package init(plan: EvaluationPlan, normalisers: [TextNormaliser]) {
    self.plan = plan
    self.normalisers = normalisers
    scorer = CellScorer(normalisers: normalisers, seed: plan.seed, plan.utterances)
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
      EvaluationReport.Noise(
        name: $0.name, source: $0.kind.source(talkers: plan.talkers(in: $0)),
        sha256: $0.kind.checksum)
    }
    let said = heard.map { index in
      let hearing = outcome.hearings.first?[plan.utterances[index].id]
      return EvaluationReport.Said(
        plan.utterances[index], seconds: hearing?.seconds ?? 0, channels: hearing?.channels)
    }
    var machine = machine
    machine.seconds = cells.reduce(0) { $0 + $1.elapsed }
    var made = EvaluationReport(
      purpose: plan.purpose, program: plan.program, model: plan.model,
      created: created.ISO8601Format(),
      command: command, machine: machine, seed: plan.seed, reverb: plan.room?.path,
      channelBitRate: plan.bitRate, noises: noises, normalisers: normalisers,
      utterances: said, cells: cells, leftOut: leftOut)
    made.revision = plan.revision
    made.settings = plan.options.told
    made.room = plan.room.flatMap { FileChecksum.of($0.path) }
    return made
  }

  private func report(
    _ cell: Cell, _ heard: [Int], _ hearings: [String: Hearing]
  ) -> CellReport {
    let sound = plan.soundFingerprint(cell)
    let folder = SoundFolder(in: plan.folder)
    let scored = heard.compactMap { index -> ScoredHearing? in
      let utterance = plan.utterances[index]
      let path = folder.path(cell, sound: sound, number: index, utterance)
      return hearings[utterance.id].map {
        ScoredHearing(
          index: index, hearing: $0, audio: plan.savesAudio && folder.has(path) ? path : nil)
      }
    }
    return scorer.report(
      mode: cell.mode, noise: cell.noise?.name, snr: cell.level.decibels, picture: cell.picture,
      scored)
  }
}
