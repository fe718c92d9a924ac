import Evaluation
import Foundation
import ModelStore
import SpeechModels
import Support

/// Finds out what an `eval` command line amounts to: what is heard, and what is left out.
struct EvalPlanner {
  private(set) var faults: [InputFault] = []
  private let arguments: EvalArguments

  /// A planner for these arguments.
  init(_ arguments: EvalArguments) {
    self.arguments = arguments
  }

  /// The plan; nil where nothing is left to hear, and `faults` tell why.
  mutating func plan() -> EvaluationPlan? {
    let set = EvaluationSet(
      arguments.inputs, only: arguments.only, limit: arguments.limit,
      results: arguments.outputDirectory)
    faults = set.faults
    guard !set.utterances.isEmpty else { return nil }
    let model = ModelChoice.identity(arguments.recognition)
    var plan = EvaluationPlan(
      program: .init(name: "viseme", version: Program.version),
      model: .init(name: model.name, version: model.version),
      utterances: set.utterances, talkers: set.all, cells: [], seed: arguments.seed,
      folder: arguments.outputDirectory)
    plan.second = ModelChoice.second(arguments.recognition).map {
      .init(name: $0.name, version: $0.version)
    }
    plan.bitRate = arguments.channel
    plan.options = arguments.recognition
    plan.savesAudio = arguments.savesAudio
    plan.isFresh = arguments.isFresh
    guard readRoom(into: &plan) else { return nil }
    plan.cells = Cell.list(
      modes: arguments.modes, noises: usableNoises(plan), levels: arguments.levelsOrDefault,
      pictures: arguments.pictures ?? [.clean])
    return plan.cells.isEmpty ? nil : plan
  }

  private mutating func readRoom(into plan: inout EvaluationPlan) -> Bool {
    guard let path = arguments.reverb else { return true }
    do throws(NoiseError) {
      plan.room = (path, try Reverberation.response(path: path))
      return true
    } catch {
      faults.append(InputFault("--reverb", .noise(name: path, error)))
      return false
    }
  }

  private mutating func usableNoises(_ plan: EvaluationPlan) -> [NamedNoise] {
    let conditions = plan.conditions
    return NamedNoise.list(arguments.noisesOrDefault).filter { noise in
      do throws(NoiseError) {
        try conditions.check(noise, for: plan.utterances)
        return true
      } catch {
        faults.append(InputFault("--noise", .noise(name: noise.name, error)))
        return false
      }
    }
  }
}

extension EvalArguments {
  /// What `--snr` was, or stands for where it was not given.
  var levelsOrDefault: [SNRLevel] {
    levels ?? [.clean] + (noises.isEmpty ? [] : [20, 10, 5, 0, -5].map(SNRLevel.decibels))
  }

  /// What `--noise` was; babble where ratios ask for noise and none is named.
  var noisesOrDefault: [NoiseKind] {
    let wantsNoise = noises.isEmpty && levelsOrDefault.contains { $0 != .clean }
    return wantsNoise ? [.babble(talkers: NoiseKind.talkers, folder: nil)] : noises
  }

  /// Refuses what this build cannot do.
  func check() throws(UsageError) {
    if pictures != nil, !modes.contains(where: \.sees) { throw .pictureNotSeen }
    try ModelChoice.check(recognition)
  }
}
