import Demux
import Foundation
import Support

/// What hypotheses are held against: utterances with their references, the sounds in which they lie, and
/// the conditions under which those were made.
package struct ScoredSet: Sendable {
  /// A condition, as a cell of a report has it.
  package struct Condition: Sendable, Hashable {
    package var noise: String?
    package var snr: Double?
  }

  package private(set) var utterances: [Utterance] = []
  package private(set) var sounds: [ScoredSound] = []
  package private(set) var conditions: [Condition] = [Condition()]
  package private(set) var faults: [InputFault] = []
  /// The report whose sounds these are; nil for recordings as they are.
  package private(set) var report: EvaluationReport?

  /// The references in `inputs`: what `EvaluationSet` takes, where recordings need not be there, and
  /// reference files by themselves. `only` as there.
  package init(references inputs: [String], only: String? = nil) {
    let set = EvaluationSet(inputs, only: only, hasRecordings: false)
    utterances = set.utterances
    faults = set.faults
    sounds = ScoredSound.recordings(utterances)
  }

  /// The mixtures of a report in `folder` that were kept, and its recordings as they are where clean ones
  /// were not.
  package init(report: EvaluationReport, in folder: String) {
    self.report = report
    utterances = report.utterances.map(Utterance.init)
    conditions = []
    let places = Dictionary(utterances.indices.map { (utterances[$0].id, $0) }) { first, _ in first
    }
    for cell in report.cells {
      let condition = Condition(noise: cell.noise, snr: cell.snr)
      guard !conditions.contains(condition) else { continue }
      let kept = cell.results.compactMap { result in
        result.audio.flatMap { audio in places[result.utterance].map { ($0, audio) } }
      }
      if kept.isEmpty, cell.noise == nil, report.reverb == nil, report.channelBitRate == nil {
        sounds += ScoredSound.recordings(utterances).map { sound in
          var sound = sound
          sound.condition = conditions.count
          return sound
        }
      } else if kept.isEmpty {
        faults.append(InputFault(cell.condition.description, .notKept))
        continue
      }
      for (utterance, audio) in kept {
        let path = FileName.resolved(audio, in: folder.hasSuffix("/") ? folder : folder + "/")
        var sound = ScoredSound(path: path, condition: conditions.count, utterances: [utterance])
        sound.offset = utterances[utterance].start ?? 0
        sound.audio = path
        sounds.append(sound)
      }
      conditions.append(condition)
    }
  }
}

extension Utterance {
  /// An utterance of a report.
  init(_ said: EvaluationReport.Said) {
    self.init(
      id: said.id, path: said.path,
      reference: said.turns.map(Reference.segments) ?? .text(said.reference))
    speaker = said.speaker
    start = said.start
    end = said.end
    seconds = said.seconds
    turns = said.speech
    wordTimes = said.wordTimes
  }
}
