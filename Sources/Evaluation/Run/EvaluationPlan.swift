import Foundation
import Pipeline
import Support

/// All that shapes an evaluation.
package struct EvaluationPlan: Sendable {
  /// Name and version, for reports and fingerprints.
  package struct Named: Sendable, Hashable, Codable {
    package var name: String
    package var version: String

    package init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// Named in reports; its version does not decide what is heard again.
  package var program: Named
  /// That decides.
  package var revision = ResultsRevision.current
  package var model: Named
  /// The model that gives second opinions; nil for none.
  package var second: Named?
  package var utterances: [Utterance]
  /// Recordings of which babble is made; those of the same speaker are passed over.
  package var talkers: [Utterance]
  package var cells: [Cell]
  package var seed: UInt64
  /// The room's impulse response: its path, and its samples at 16 kHz.
  package var room: (path: String, response: [Float])?
  /// Bits a second of the Opus link.
  package var bitRate: Int?
  /// How all recordings are heard, before what a mode asks for.
  package var options = RecognitionOptions()
  /// Where results go; it exists.
  package var folder: String
  /// Keep what was heard.
  package var savesAudio = false
  /// Use no results of earlier runs.
  package var isFresh = false

  /// A plan without room, link and special wishes.
  package init(
    program: Named, model: Named, utterances: [Utterance], talkers: [Utterance], cells: [Cell],
    seed: UInt64, folder: String
  ) {
    self.program = program
    self.model = model
    self.utterances = utterances
    self.talkers = talkers
    self.cells = cells
    self.seed = seed
    self.folder = folder
  }

  /// The sounds of the plan.
  package var conditions: AudioConditions {
    AudioConditions(
      seed: seed, talkers: talkers.map(NoiseBank.Talker.init),
      treatment: .init(response: room?.response, bitRate: bitRate), channels: options.channels)
  }

  /// How many people the babble of a noise really has, over the utterances; nil for other noises.
  package func talkers(in noise: NamedNoise) -> ClosedRange<Int>? {
    conditions.talkers(in: noise, for: utterances)
  }

  /// What is seen of an utterance in a cell; nil where nothing is to be seen.
  func picture(of number: Int, in cell: Int) -> PictureSource? {
    guard let condition = cells[cell].picture, condition != .off else { return nil }
    // The next utterance's mouth, which says something else.
    let shown = condition == .mismatch ? (number + 1) % utterances.count : number
    guard condition != .mismatch || shown != number else { return nil }
    let utterance = utterances[shown]
    let change = PictureChange(
      condition: condition, start: utterance.start ?? 0, seed: seed &+ UInt64(number))
    return PictureSource(
      path: utterance.path, offset: utterance.start ?? 0, filter: change.filter,
      mouthFilter: change.mouthFilter)
  }

  /// Same for plans that hear the same recordings in the same way: a report of one may take the
  /// place of another's.
  package var purpose: String {
    var print = Fingerprint(program: program.name, model: model.name)
    if let second { print.add("second \(second.name)") }
    for utterance in utterances { print.add("\(utterance.id)\n\(utterance.path)") }
    print.add("\(seed) \(room?.path ?? "") \(bitRate ?? 0)")
    if options.channels != .auto { print.add("channels \(options.channels.rawValue)") }
    return print.finish()
  }

  /// What the sound of a cell depends on.
  func soundFingerprint(_ cell: Cell) -> String {
    var print = Fingerprint(program: "results \(revision)", model: "")
    for utterance in utterances { print.add(utterance) }
    if let room { print.add(file: room.path) }
    print.add("\(bitRate ?? 0) channels \(options.channels.rawValue)")
    if let (noise, ratio) = cell.mixing {
      print.add("\(seed) \(ratio)")
      print.add(noise, talkers: talkers)
      for utterance in utterances { print.add(utterance.speaker ?? "") }
    }
    return print.finish()
  }

  /// What the words of a cell depend on.
  func fingerprint(_ cell: Cell, sound: String) -> String {
    var print = Fingerprint(
      program: "\(program.name) results \(revision)",
      model: "\(model.name) \(model.version)")
    if let second { print.add("\(second.name) \(second.version)") }
    for field in options.listening(cell.mode).identity { print.add(field) }
    print.add(cell.picture?.rawValue ?? "")
    print.add(sound)
    return print.finish()
  }
}
