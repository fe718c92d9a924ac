import Demux
import Foundation
import Pipeline
import Support

/// Hands the recogniser what it has to hear, cell by cell, each sound made when its turn comes.
final class ClipFeed: Sendable {
  /// One utterance in one cell, by their places in the plan.
  struct Task: Sendable {
    let cell: Int
    let utterance: Int
  }

  /// What is known of a clip that is being recognised.
  struct Heard: Sendable {
    let task: Task
    let seconds: Double
    /// Channels that are heard each by itself; 1 where they are heard as one.
    let channels: Int
    let gains: Mixture.Gains?
    let noise: [NoiseSource]?
  }

  private struct State {
    var next = 0
    var heard: [Int: Heard] = [:]
    var faults: [Int: InputFault.Cause] = [:]
  }

  private let state = Guarded(State())
  private let tasks: [Task]
  private let plan: EvaluationPlan
  private let sounds: [String]
  private let conditions: AudioConditions

  /// A feed of `tasks`; utterances with `faults` are passed over. `sounds` are the fingerprints of
  /// the cells' sounds.
  init(
    _ tasks: [Task], plan: EvaluationPlan, sounds: [String], conditions: AudioConditions,
    faults: [Int: InputFault.Cause]
  ) {
    self.tasks = tasks
    self.plan = plan
    self.sounds = sounds
    self.conditions = conditions
    state.withLock { $0.faults = faults }
  }

  /// The next clip; nil after the last. Its id is the task's number.
  func next() throws(TranscriptionError) -> AudioClip? {
    while let (number, task) = take() {
      let utterance = plan.utterances[task.utterance]
      let sound: AudioConditions.Sound
      do throws(InputFault.Cause) {
        sound = try conditions.sound(of: utterance, in: plan.cells[task.cell].mixing)
      } catch {
        state.withLock { $0.faults[task.utterance] = error }
        continue
      }
      if plan.savesAudio { try save(sound, task) }
      state.withLock {
        $0.heard[number] = Heard(
          task: task, seconds: sound.seconds, channels: sound.lanes.count, gains: sound.gains,
          noise: sound.noise)
      }
      return AudioClip(
        id: number, lanes: sound.lanes, picture: plan.picture(of: task.utterance, in: task.cell))
    }
    return nil
  }

  /// What was known of a clip, which is forgotten.
  func take(_ id: Int) -> Heard? { state.withLock { $0.heard.removeValue(forKey: id) } }

  /// Why utterances could not be heard, by their places in the plan.
  var faults: [Int: InputFault.Cause] { state.withLock { $0.faults } }

  private func take() -> (Int, Task)? {
    state.withLock { state in
      while state.next < tasks.count {
        defer { state.next += 1 }
        if state.faults[tasks[state.next].utterance] == nil {
          return (state.next, tasks[state.next])
        }
      }
      return nil
    }
  }

  private func save(_ sound: AudioConditions.Sound, _ task: Task) throws(TranscriptionError) {
    let folder = SoundFolder(in: plan.folder)
    let path = folder.path(
      plan.cells[task.cell], sound: sounds[task.cell], number: task.utterance,
      plan.utterances[task.utterance])
    guard !folder.has(path) else { return }
    do throws(AtomicFileError) { try folder.save(sound, as: path) } catch {
      throw .output(error)
    }
  }
}
