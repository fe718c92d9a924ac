import Foundation
import Support

/// Scores hypotheses of any system as `viseme eval` scores its own.
package struct HypothesisScoring: Sendable {
  /// How sounds without a hypothesis count.
  package enum Missing: Sendable {
    /// Their utterances are left out, of this condition only.
    case leftOut
    /// As if nothing had been heard in them.
    case empty
  }

  /// What was found, for whoever reads the scores.
  package struct Account: Sendable {
    /// Sounds without a hypothesis, by name.
    package var missing: [String] = []
    /// Sounds whose hypothesis has no word.
    package var empty: [String] = []
    /// Utterances of a recording in parts whose hypothesis has no times, and why they are left out.
    package var faults: [InputFault] = []
    /// Utterances with a hypothesis, over all conditions.
    package var scored = 0
  }

  private let set: ScoredSet
  private let match: HypothesisMatch
  private let missing: Missing
  /// Results by condition, in the order of the utterances.
  private(set) var cells: [[ScoredHearing]]
  package private(set) var account = Account()

  /// Joins each sound with its hypothesis.
  package init(_ set: ScoredSet, _ match: HypothesisMatch, missing: Missing) {
    self.set = set
    self.match = match
    self.missing = missing
    cells = set.conditions.map { _ in [] }
    for (number, sound) in set.sounds.enumerated() { add(sound, number) }
    for cell in cells.indices { cells[cell].sort { $0.index < $1.index } }
  }

  /// The report; nil where nothing is scored.
  package func report(
    system: String, normalisers: [TextNormaliser], program: EvaluationPlan.Named, command: String,
    machine: EvaluationReport.Machine, leftOut: [EvaluationReport.LeftOut], created: Date
  ) -> EvaluationReport? {
    guard account.scored > 0 else { return nil }
    let first = set.report
    let scorer = CellScorer(normalisers: normalisers, seed: first?.seed ?? 1, set.utterances)
    let filled = zip(set.conditions, cells).filter { !$1.isEmpty }
    let reports = filled.map { condition, hearings in
      scorer.report(
        mode: .audio, noise: condition.noise, snr: condition.snr, picture: nil, hearings)
    }
    let seconds = Dictionary(cells.joined().map { ($0.index, $0.hearing.seconds) }) { first, _ in
      first
    }
    var report = EvaluationReport(
      purpose: purpose(system), program: program, model: .init(name: system, version: ""),
      created: created.ISO8601Format(), command: command, machine: machine,
      seed: first?.seed ?? 1, reverb: first?.reverb, channelBitRate: first?.channelBitRate,
      noises: first?.noises ?? [], normalisers: normalisers,
      utterances: seconds.sorted { $0.key < $1.key }.map {
        EvaluationReport.Said(set.utterances[$0.key], seconds: $0.value)
      },
      cells: reports, leftOut: leftOut)
    report.isScored = true
    report.room = first?.room
    return report
  }

  private func purpose(_ system: String) -> String {
    var print = Fingerprint(program: "score", model: system)
    for utterance in set.utterances { print.add("\(utterance.id)\n\(utterance.path)") }
    return print.finish()
  }

  private mutating func add(_ sound: ScoredSound, _ number: Int) {
    let words = match.words[number]
    let voices = match.voices[number] ?? words?.voices
    let name = sound.place.suffix(set.conditions.count > 1 ? 2 : 1).joined(separator: "/")
    if words == nil, voices == nil {
      account.missing.append(name)
      if missing == .leftOut { return }
    }
    if words?.isEmpty ?? false { account.empty.append(name) }
    let isInParts = sound.utterances.count > 1
    for index in sound.utterances {
      let utterance = set.utterances[index]
      if isInParts, let words, words.times == .none {
        account.faults.append(InputFault(words.file, .noTimes(utterance: utterance.id)))
        continue
      }
      account.scored += 1
      cells[sound.condition].append(
        ScoredHearing(
          index: index, hearing: hearing(utterance, sound, words, voices),
          audio: sound.audio.map(Self.absolute), times: words?.times ?? .words,
          hasWords: words != nil || voices == nil))
    }
  }

  /// What was heard of an utterance: of a sound with several, what lies in its span.
  private func hearing(
    _ utterance: Utterance, _ sound: ScoredSound, _ words: Hypothesis?, _ voices: [SpeakerSpan]?
  ) -> Hearing {
    let isWhole = sound.audio != nil || words?.times == Hypothesis.Times.none
    let span = (utterance.start ?? 0)..<(utterance.end ?? .infinity)
    let segments = (words?.segments ?? []).map { segment in
      var segment = segment
      segment.words = segment.words.map { $0.later(by: sound.offset) }
        .filter { isWhole || span.contains(($0.start + $0.end) / 2) }
      return segment
    }.filter { !$0.words.isEmpty }
    var hearing = Hearing(
      utterance: utterance.id, segments: segments.map(\.words),
      seconds: utterance.seconds ?? Self.seconds(utterance, segments), elapsed: 0)
    var numbers: [String: Int] = [:]
    func number(_ name: String) -> Int {
      if let known = numbers[name] { return known }
      numbers[name] = numbers.count + 1
      return numbers.count
    }
    if segments.contains(where: { $0.speaker != nil }) {
      hearing.speakers = segments.map { $0.speaker.map(number) }
    }
    hearing.voices = voices?.compactMap { voice in
      let (start, end) = (voice.start + sound.offset, voice.end + sound.offset)
      guard isWhole || (start < span.upperBound && end > span.lowerBound) else { return nil }
      return HeardVoice(speaker: number(voice.speaker), start: start, end: end)
    }
    return hearing
  }

  /// Where neither recording nor manifest tell how long it is: to the last thing that is known in it.
  private static func seconds(_ utterance: Utterance, _ segments: [Hypothesis.Segment]) -> Double {
    var ends = [utterance.end].compactMap(\.self)
    if case .segments(let turns) = utterance.reference { ends += turns.map(\.end) }
    ends += (utterance.turns ?? []).map(\.end) + (utterance.wordTimes ?? []).map(\.end)
    if utterance.end == nil { ends += segments.flatMap { $0.words.map(\.end) } }
    return max(0, (ends.max() ?? 0) - (utterance.start ?? 0))
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
