import Foundation
import Pipeline
import Support
import Testing

@testable import Evaluation

/// A call with a person on each channel, evaluated.
@Suite("Channels of recordings")
struct ChannelTests {
  /// Recordings of two channels in which people speak by turns, and of one.
  private struct Calls {
    let folder: ScratchFolder
    let call: Utterance
    let single: Utterance

    init() throws {
      folder = try ScratchFolder()
      let one = Sounds.speech(seconds: 4, seed: 1)
      let two = Sounds.speech(seconds: 4, seed: 2, amplitude: 0.05)
      let path = try folder.wave(
        "call.wav",
        channels: [one + Sounds.silence(seconds: 4), Sounds.silence(seconds: 4) + two])
      let turns = ["heard early", "heard late"].enumerated().map { number, text in
        SpokenTurn(
          session: "call", speaker: "p\(number)", start: Double(4 * number),
          end: Double(4 * number + 4), text: text)
      }
      call = Utterance(id: "call.wav", path: path, reference: .segments(turns))
      single = Utterance(
        id: "single.wav", path: try folder.wave("single.wav", one), reference: .text("heard early"))
    }

    func conditions(
      _ channels: ChannelChoice, treatment: AudioConditions.Treatment = .init()
    ) -> AudioConditions {
      AudioConditions(seed: 1, talkers: [], treatment: treatment, channels: channels)
    }

    /// A plan that hears both recordings.
    func plan(_ channels: ChannelChoice, in name: String) throws -> EvaluationPlan {
      var plan = EvaluationPlan(
        program: .init(name: "viseme", version: "0"), model: .init(name: "model", version: "1"),
        utterances: [call, single], talkers: [],
        cells: Cell.list(
          modes: [.audio], noises: NamedNoise.list([.white]), levels: [.clean, .decibels(10)],
          pictures: []),
        seed: 1, folder: "\(folder.path)/\(name)")
      plan.options.channels = channels
      plan.savesAudio = true
      try FolderMaker.make(plan.folder)
      return plan
    }

    func report(_ plan: EvaluationPlan) throws -> EvaluationReport {
      let recogniser = FakeRecogniser()
      recogniser.words = { samples in
        ["heard", samples.prefix(60_000).contains { $0 != 0 } ? "early" : "late"]
      }
      let outcome = try EvaluationRun(plan: plan, recognise: recogniser.recognise).run { _ in }
      return ReportBuilder(plan: plan, normalisers: [.plain]).report(
        outcome, leftOut: [], command: "",
        machine: .init(
          processor: "", threads: 1, peakMemory: 0, seconds: 0), created: Date())
    }
  }

  private let calls: Calls
  init() throws { calls = try Calls() }

  @Test(arguments: [(.auto, 2), (.separate, 2), (.mix, 1)] as [(ChannelChoice, Int)])
  func channelsAreHeardAsTranscribeHearsThem(channels: ChannelChoice, count: Int) throws {
    let sound = try calls.conditions(channels).sound(of: calls.call, in: nil)
    #expect(sound.lanes.map(\.count) == [Int](repeating: 128_000, count: count))
    #expect(sound.gains == nil)
    if count == 2 {
      let levels = sound.lanes.map { lane in
        [lane[..<60_000], lane[68_000...]].map { meanSquare(Array($0)) }
      }
      #expect(levels[0][0] > 1e-5 && levels[0][1] == 0)
      #expect(levels[1][1] > 1e-6 && levels[1][0] == 0)
    }
    let single = try calls.conditions(channels).sound(of: calls.single, in: nil)
    #expect(single.lanes.map(\.count) == [64_000])
  }

  @Test
  func allChannelsGetTheSameNoiseBelowTheOneInWhichSpeechIsLoudest() throws {
    let noise = try #require(NamedNoise.list([.white]).first)
    let conditions = calls.conditions(.separate)
    let clean = try conditions.sound(of: calls.call, in: nil)
    let sound = try conditions.sound(of: calls.call, in: (noise, 10))
    let gains = try #require(sound.gains)
    try #require(sound.lanes.count == 2 && gains.overall == 1)
    let loudest = try #require(ActiveLevel(clean.lanes[0])?.active)
    #expect(gains.speechLevel == loudest)
    let rests = zip(sound.lanes, clean.lanes).map { zip($0, $1).map { $0 - $1 } }
    // Mixtures are rounded to 16 bits.
    #expect(zip(rests[0], rests[1]).allSatisfy { abs($0 - $1) <= 1.01 / 32_768 })
    #expect(abs(decibels(power: meanSquare(rests[0])) - (loudest - 10)) < 0.1)
  }

  @Test
  func reportsTellWhoseChannelsWereTakenApartAndChannelsAreSpeakers() throws {
    let apart = try calls.report(calls.plan(.auto, in: "auto"))
    #expect(apart.settings?["channels"] == nil)
    #expect(apart.utterances.map(\.channels) == [2, nil])
    let result = try #require(apart.cells.first?.results.first)
    #expect(result.speakers == [1, 2])
    #expect(result.segments.map { $0.map(\.text) } == [["heard", "early"], ["heard", "late"]])
    #expect(result.scores["plain"]?.cpWER?.errors == 0)
    let mixed = try calls.report(calls.plan(.mix, in: "mix"))
    #expect(mixed.settings?["channels"] == "mix")
    #expect(mixed.utterances.map(\.channels) == [nil, nil])
    #expect(mixed.cells.first?.results.first?.speakers == nil)
    let table = try ReportComparison(seed: 1).table(("a", apart), ("b", mixed))
    let name = "recordings transcribed channel by channel"
    #expect(
      table.differences == [
        ReportDifference(name: name, first: "1", second: nil),
        ReportDifference(name: "channels", first: nil, second: "mix"),
      ])
    #expect(table.terminal(width: nil).contains("Differs: \(name): 1 (A), "))
    #expect(try ReportComparison(seed: 1).table(("a", apart), ("b", apart)).differences.isEmpty)
    let saved = calls.folder.files("auto/audio").filter { $0.contains("call") }
    #expect(saved.count == 2)
    for path in saved {
      let lanes = try RecordingCache.read(
        .init(path: "\(calls.folder.path)/\(path)", channels: .separate))
      #expect(lanes.map(\.count) == [128_000, 128_000])
    }
  }

  @Test
  func whatOneChoiceHeardIsNotTakenForAnothers() throws {
    let plans = try ChannelChoice.allCases.map { try calls.plan($0, in: "out") }
    for cell in plans[0].cells {
      #expect(Set(plans.map { $0.soundFingerprint(cell) }).count == 3)
      #expect(Set(plans.map { $0.fingerprint(cell, sound: "") }).count == 3)
    }
    #expect(Set(plans.map(\.purpose)).count == 3)
  }

  @Test
  func whatAnotherModelWasAskedAboutIsNotTakenForAnothers() throws {
    let plans = try ["", "1", "2"].map { version in
      var plan = try calls.plan(.auto, in: "out")
      if !version.isEmpty { plan.second = .init(name: "second", version: version) }
      return plan
    }
    for cell in plans[0].cells {
      #expect(Set(plans.map { $0.fingerprint(cell, sound: "") }).count == 3)
    }
    // A report of another version may be replaced.
    #expect(Set(plans.map(\.purpose)).count == 2)
  }
}
