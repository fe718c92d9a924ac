import Demux
import Foundation
import Pipeline
import Support
import Testing

@testable import Evaluation

@Suite("The run")
struct EvaluationRunTests {
  @Test
  func cellsComeModeByModeWithoutNoiseOncePicturesOnlyWhereTheyAreSeen() {
    let noises = NamedNoise.list([.white, .pink])
    let cells = Cell.list(
      modes: [.audio, .fused], noises: noises, levels: [.decibels(5), .clean],
      pictures: [.clean, .blur])
    #expect(
      cells.map(\.name) == [
        "audio_clean", "audio_white_5dB", "audio_pink_5dB", "fused_clean_clean",
        "fused_white_5dB_clean", "fused_pink_5dB_clean", "fused_clean_blur",
        "fused_white_5dB_blur", "fused_pink_5dB_blur",
      ])
    #expect(
      Cell.list(modes: [.audio], noises: [], levels: [.clean, .decibels(5)], pictures: []).count
        == 1)
  }

  @Test
  func everyUtteranceIsHeardInEveryCellAndProgressTellsSo() throws {
    let set = try SmallSet()
    let recogniser = FakeRecogniser()
    var progress: [EvaluationProgress] = []
    let outcome = try set.run(recogniser) { progress.append($0) }
    #expect(outcome.hearings.map(\.count) == [4, 4, 4])
    #expect(outcome.faults.isEmpty)
    #expect(
      recogniser.heard.map(\.samples.count) == [
        16_000, 17_600, 19_200, 20_800, 16_000,
        17_600, 19_200, 20_800, 16_000, 17_600, 19_200, 20_800,
      ])
    #expect(progress.map(\.done) == Array(1...12))
    #expect(progress.last?.total == 12)
    let (seconds, total) = (progress.last?.seconds ?? 0, progress.last?.totalSeconds ?? 1)
    #expect(abs(seconds - total) < 1e-9)
    let hearing = try #require(outcome.hearings[1]["u2"])
    #expect(hearing.text == "heard 19200")
    #expect(hearing.seconds == 1.2)
    #expect(hearing.gains != nil)
    #expect(outcome.hearings[0]["u2"]?.gains == nil)
  }

  @Test
  func allModesHearTheSameSound() throws {
    let set = try SmallSet(modes: [.audio, .lips])
    let recogniser = FakeRecogniser()
    _ = try set.run(recogniser)
    let audio = recogniser.heard.filter { $0.mode == .audio }.map(\.samples)
    let lips = recogniser.heard.filter { $0.mode == .lips }.map(\.samples)
    #expect(audio.count == 12)
    // Two pictures.
    #expect(lips == audio + audio)
  }

  @Test(arguments: [0, 1, 5, 11])
  func aStoppedRunGoesOnWhereItWasAndComesToTheSameEnd(limit: Int) throws {
    let whole = try SmallSet()
    let expected = SmallSet.texts(try whole.run(FakeRecogniser()))
    let set = try SmallSet()
    let first = FakeRecogniser()
    first.limit = limit
    #expect(throws: EvaluationError.transcription(.cancelled)) { try set.run(first) }
    let second = FakeRecogniser()
    let outcome = try set.run(second)
    #expect(first.heard.count == limit)
    #expect(second.heard.count == 12 - limit)
    #expect(outcome.keptCount == limit)
    #expect(SmallSet.texts(outcome) == expected)
    let third = FakeRecogniser()
    #expect(SmallSet.texts(try set.run(third)) == expected)
    #expect(third.heard.isEmpty)
  }

  @Test
  func aLineThatWasCutOffIsHeardAgainWholeOnesAreKept() throws {
    let set = try SmallSet()
    _ = try set.run(FakeRecogniser())
    let name = try #require(set.folder.files("out/cells").first { $0.contains("audio_clean") })
    let data = try #require(set.folder.bytes(name))
    try set.folder.write(name, data.dropLast(9))
    let recogniser = FakeRecogniser()
    let outcome = try set.run(recogniser)
    #expect(recogniser.heard.count == 1)
    #expect(outcome.hearings[0].count == 4)
    // The time that hearing took is all that may differ.
    let again = try #require(set.folder.bytes(name))
    let lines = { (data: Data) in data.split(separator: UInt8(ascii: "\n")).count }
    #expect(lines(again) == lines(data))
  }

  @Test
  func whatTheWordsDependOnMakesANewCellAndWhatTheyDoNotDependOnDoesNot() throws {
    let set = try SmallSet()
    _ = try set.run(FakeRecogniser())
    let count = { (change: (inout EvaluationPlan) -> Void) in
      var changed = set
      change(&changed.plan)
      let recogniser = FakeRecogniser()
      _ = try changed.run(recogniser)
      return recogniser.heard.count
    }
    #expect(try count { $0.utterances[0].reference = .text("other words") } == 0)
    #expect(try count { $0.cells.removeFirst() } == 0)
    #expect(try count { $0.seed = 2 } == 8)
    #expect(try count { $0.model.version = "2" } == 12)
    // An upgrade: only one that changes results.
    #expect(try count { $0.program.version = "9" } == 0)
    #expect(try count { $0.revision += 1 } == 12)
    #expect(try count { $0.bitRate = 16_000 } == (OpusLink.isSupported ? 12 : 0))
    #expect(try count { $0.isFresh = true } == 12)
    try set.folder.wave("0.wav", Sounds.speech(seconds: 2, seed: 99))
    #expect(try count { _ in } == 12)
  }

  @Test
  func whatFailsInOneCellIsInNoneAndTheRestGoesOn() throws {
    var set = try SmallSet(noises: [.babble(talkers: 8, folder: nil)])
    for index in 0..<4 { set.plan.utterances[index].speaker = index == 0 ? "p0" : "p1" }
    set.plan.talkers = Array(set.plan.utterances.dropFirst())
    set.plan.utterances[1].path = "\(set.folder.path)/gone.wav"
    let outcome = try set.run(FakeRecogniser())
    #expect(Set(outcome.faults.keys) == [1, 2, 3])
    #expect(
      outcome.faults[1] == .recording(path: "\(set.folder.path)/gone.wav", .notFound))
    #expect(outcome.faults[2] == .noise(name: "babble", .noTalkers))
    #expect(outcome.hearings[2].keys.sorted() == ["u0"])
    let report = ReportBuilder(plan: set.plan, normalisers: [.plain]).report(
      outcome, leftOut: [], command: "",
      machine: .init(processor: "", threads: 1, peakMemory: 0, seconds: 0), created: Date())
    #expect(report.utterances.map(\.id) == ["u0"])
    #expect(report.cells.allSatisfy { $0.results.map(\.utterance) == ["u0"] })
  }

  @Test
  func soundsAreKeptOnRequestAlsoThoseOfResultsThatWereThereAlready() throws {
    var set = try SmallSet()
    _ = try set.run(FakeRecogniser())
    #expect(set.folder.files("out/audio").isEmpty)
    set.plan.savesAudio = true
    _ = try set.run(FakeRecogniser())
    let files = set.folder.files("out/audio")
    #expect(files.count == 12)
    let bytes = try files.map { try #require(set.folder.bytes($0)) }
    #expect(Set(bytes).count == 12)
    // The same seed gives the same bytes, another one others.
    for seed in [UInt64(1), 2] {
      var other = try SmallSet()
      other.plan.seed = seed
      other.plan.savesAudio = true
      let recogniser = FakeRecogniser()
      _ = try other.run(recogniser)
      let names = other.folder.files("out/audio")
      let others = try names.map { try #require(other.folder.bytes($0)) }
      #expect(Set(others).intersection(bytes).count == (seed == 1 ? 12 : 4))
      let saved = try names.map {
        try #require(try RecordingCache.read(.init(path: "\(other.folder.path)/\($0)")).first)
      }
      #expect(Set(saved) == Set(recogniser.heard.map(\.samples)))
    }
  }

  @Test
  func twoRunsDoNotShareAFolder() throws {
    let set = try SmallSet()
    guard let lock = FileLock(folder: set.plan.folder) else {
      Issue.record("a folder of nobody's cannot be taken")
      return
    }
    #expect(throws: EvaluationError.folderInUse(set.plan.folder)) { try set.run(FakeRecogniser()) }
    _ = consume lock
    #expect(throws: Never.self) { try set.run(FakeRecogniser()) }
  }

  @Test
  func aFolderThatCannotBeWrittenIsAnError() throws {
    var set = try SmallSet()
    try set.folder.text("out/cells", "in the way")
    #expect(
      throws: EvaluationError.transcription(
        .output(.cannotCreate(path: "\(set.plan.folder)/cells", code: ENOTDIR)))
    ) { try set.run(FakeRecogniser()) }
    set.plan.folder = "\(set.folder.path)/nowhere"
    #expect(throws: EvaluationError.folderInUse(set.plan.folder)) { try set.run(FakeRecogniser()) }
  }
}
