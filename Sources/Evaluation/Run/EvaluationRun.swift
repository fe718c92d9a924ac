import Dispatch
import Foundation
import Pipeline
import Support
import Transcript

/// Recognises clips in one mode; see `Transcriber.run(threads:segmenter:cancellation:clips:transcript:)`.
package typealias RecogniseClips = (
  _ mode: ListeningMode,
  _ clips: @escaping @Sendable () throws(TranscriptionError) -> AudioClip?,
  _ transcript: (ClipTranscript) throws(TranscriptionError) -> Void
) throws(TranscriptionError) -> [StageTime]

/// How far an evaluation has come.
package struct EvaluationProgress: Sendable, Hashable {
  /// The cell that is in work.
  package var cell: Cell
  /// Utterances heard, over all cells.
  package var done: Int
  package var total: Int
  /// Seconds of audio heard in this run, and to be heard in it, as far as recordings tell.
  package var seconds: Double
  package var totalSeconds: Double
}

/// What an evaluation heard.
package struct EvaluationOutcome: Sendable {
  /// For each cell of the plan, what was heard by the utterances' names.
  package var hearings: [[String: Hearing]]
  /// Why utterances could not be heard, by their places in the plan. They are left out of all cells.
  package var faults: [Int: InputFault.Cause]
  /// Hearings taken over from earlier runs.
  package var keptCount: Int
  /// The stages' times of this run, mode by mode.
  package var stages: [(mode: ListeningMode, times: [StageTime])]
}

/// Why an evaluation stopped.
package enum EvaluationError: Error, Sendable, Hashable {
  case transcription(TranscriptionError)
  /// Another process is at work in the folder.
  case folderInUse(String)
}

/// Hears every utterance in every cell. What was heard is kept in `cells/` below the plan's folder, so
/// a run that is stopped goes on where it was.
package struct EvaluationRun {
  private let plan: EvaluationPlan
  private let recognise: RecogniseClips

  /// A run of `plan` with the given recogniser.
  package init(plan: EvaluationPlan, recognise: @escaping RecogniseClips) {
    self.plan = plan
    self.recognise = recognise
  }

  /// Runs to the end.
  ///
  /// - Parameter progress: called on this thread after each utterance.
  /// - Returns: all that was heard, in earlier runs too.
  /// - Throws: why the run stopped; what was heard until then is kept.
  package func run(
    progress: (EvaluationProgress) -> Void
  ) throws(EvaluationError) -> EvaluationOutcome {
    guard let lock = FileLock(folder: plan.folder) else { throw .folderInUse(plan.folder) }
    do throws(TranscriptionError) { return try hear(progress, holding: lock) } catch {
      throw .transcription(error)
    }
  }

  private func hear(
    _ progress: (EvaluationProgress) -> Void, holding lock: borrowing FileLock
  ) throws(TranscriptionError) -> EvaluationOutcome {
    let sounds = plan.cells.map(plan.soundFingerprint)
    let journals = try openJournals(sounds)
    var outcome = EvaluationOutcome(
      hearings: journals.map(\.found), faults: [:], keptCount: 0, stages: [])
    let conditions = plan.conditions
    var counter = Counter(plan, outcome.hearings)
    outcome.keptCount = counter.done
    for mode in ListeningMode.allCases {
      let tasks = tasks(mode, outcome)
      guard !tasks.isEmpty else { continue }
      let feed = ClipFeed(
        tasks, plan: plan, sounds: sounds, conditions: conditions, faults: outcome.faults)
      var last = DispatchTime.now().uptimeNanoseconds
      let times = try recognise(mode, { () throws(TranscriptionError) in try feed.next() }) {
        transcript throws(TranscriptionError) in
        guard let heard = feed.take(transcript.id) else { return }
        let now = DispatchTime.now().uptimeNanoseconds
        let hearing = hearing(heard, transcript, elapsed: Double(now - last) * 1e-9)
        last = now
        try Self.writing { () throws(AtomicFileError) in
          try journals[heard.task.cell].add(hearing)
        }
        outcome.hearings[heard.task.cell][hearing.utterance] = hearing
        progress(counter.count(heard))
      }
      outcome.stages.append((mode, times))
      outcome.faults = feed.faults
    }
    if plan.savesAudio { try saveRest(outcome, sounds, conditions) }
    return outcome
  }

  /// What is left to hear in one mode, cell by cell.
  private func tasks(_ mode: ListeningMode, _ outcome: EvaluationOutcome) -> [ClipFeed.Task] {
    plan.cells.indices.filter { plan.cells[$0].mode == mode }.flatMap { cell in
      plan.utterances.indices
        .filter { outcome.hearings[cell][plan.utterances[$0].id] == nil }
        .map { ClipFeed.Task(cell: cell, utterance: $0) }
    }
  }

  private func openJournals(_ sounds: [String]) throws(TranscriptionError) -> [CellJournal] {
    try Self.writing { () throws(AtomicFileError) in
      let folder = "\(plan.folder)/cells"
      try FolderMaker.make(folder)
      var journals: [CellJournal] = []
      for (cell, sound) in zip(plan.cells, sounds) {
        let fingerprint = plan.fingerprint(cell, sound: sound)
        journals.append(
          try CellJournal(
            path: "\(folder)/\(cell.name)-\(fingerprint.prefix(8)).jsonl", cell: cell.name,
            fingerprint: fingerprint, isFresh: plan.isFresh))
      }
      return journals
    }
  }

  private func hearing(
    _ heard: ClipFeed.Heard, _ transcript: ClipTranscript, elapsed: Double
  ) -> Hearing {
    let utterance = plan.utterances[heard.task.utterance]
    let offset = utterance.start ?? 0
    var hearing = Hearing(
      utterance: utterance.id,
      segments: transcript.segments.map { $0.words.map { HeardWord($0, offset: offset) } },
      seconds: heard.seconds, elapsed: elapsed, gains: heard.gains, noise: heard.noise,
      adapter: transcript.adapter, opinions: transcript.opinions)
    if heard.channels > 1 { hearing.takeChannels(transcript, count: heard.channels) }
    hearing.takeVoices(transcript, offset: offset)
    return hearing
  }

  /// Keeps the sounds of what earlier runs heard.
  private func saveRest(
    _ outcome: EvaluationOutcome, _ sounds: [String], _ conditions: AudioConditions
  ) throws(TranscriptionError) {
    let folder = SoundFolder(in: plan.folder)
    for (cell, sound) in zip(plan.cells, sounds) {
      for (number, utterance) in plan.utterances.enumerated() where outcome.faults[number] == nil {
        let path = folder.path(cell, sound: sound, number: number, utterance)
        guard !folder.has(path),
          let made = try? conditions.sound(of: utterance, in: cell.mixing)
        else { continue }
        try Self.writing { () throws(AtomicFileError) in try folder.save(made, as: path) }
      }
    }
  }

  private static func writing<Result>(
    _ body: () throws(AtomicFileError) -> Result
  ) throws(TranscriptionError) -> Result {
    do throws(AtomicFileError) { return try body() } catch { throw .output(error) }
  }

  /// Counts what is done.
  private struct Counter {
    let plan: EvaluationPlan
    private(set) var done: Int
    private var seconds = 0.0
    private let total: Int
    private let totalSeconds: Double

    init(_ plan: EvaluationPlan, _ hearings: [[String: Hearing]]) {
      self.plan = plan
      let lengths = plan.utterances.map { $0.seconds ?? Self.usualSeconds }
      var (kept, rest) = (0, 0.0)
      for hearings in hearings {
        for (utterance, length) in zip(plan.utterances, lengths) {
          if hearings[utterance.id] == nil { rest += length } else { kept += 1 }
        }
      }
      done = kept
      total = plan.cells.count * plan.utterances.count
      totalSeconds = rest
    }

    /// What stands for the length of a recording that does not tell it.
    private static let usualSeconds = 10.0

    mutating func count(_ heard: ClipFeed.Heard) -> EvaluationProgress {
      done += 1
      seconds += plan.utterances[heard.task.utterance].seconds ?? Self.usualSeconds
      return EvaluationProgress(
        cell: plan.cells[heard.task.cell], done: done, total: total, seconds: seconds,
        totalSeconds: totalSeconds)
    }
  }
}
