import Foundation
import Testing

@testable import Evaluation

@Suite("Reports of a run")
struct ReportTests {
  private func report(
    _ set: SmallSet, normalisers: [TextNormaliser] = [.plain],
    words: @escaping ([Float]) -> [String] = { ["heard", "\($0.count)"] }
  ) throws -> EvaluationReport {
    let recogniser = FakeRecogniser()
    recogniser.words = words
    let outcome = try set.run(recogniser)
    return ReportBuilder(plan: set.plan, normalisers: normalisers).report(
      outcome, leftOut: [.init(name: "x", reason: "because")], command: "viseme eval",
      machine: .init(processor: "cpu", threads: 2, peakMemory: 1, seconds: 0),
      created: Date(timeIntervalSince1970: 0))
  }

  @Test
  func countsArePooledOverWordsAndEveryCellHasItsOwn() throws {
    let set = try SmallSet()
    // The noisy ones lose a word, and one of the clean ones gains one.
    let report = try report(set) { samples in
      let isStored = samples.allSatisfy { $0 * 32_768 == ($0 * 32_768).rounded() }
      #expect(isStored)
      return samples.count == 17_600 ? ["heard", "17600", "extra"] : ["heard"]
    }
    let cell = try #require(report.cells[0].scored(.plain))
    #expect(cell.words == 8)
    #expect((cell.substitutions, cell.deletions, cell.insertions) == (0, 3, 1))
    #expect(cell.wordErrorRate?.value == 0.5)
    #expect(cell.sentenceErrorRate == 1)
    #expect(cell.utterances == 4)
    // Two speakers: u0 and u2 have 2 errors in 4 words, u1 and u3 have 2 in 4.
    #expect(cell.wordErrorRate?.interval == 0.5...0.5)
    #expect(report.cells.map(\.snr) == [nil, 10, 0])
    #expect(report.cells.map(\.noise) == [nil, "white", "white"])
  }

  @Test
  func aReportIsReadBackAsItWasWritten() throws {
    let set = try SmallSet()
    let report = try report(set, normalisers: [.whisper, .plain])
    let files = ReportFiles(in: set.plan.folder)
    try files.write(report)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for path in [set.plan.folder, files.path(ReportFiles.json)] {
      let read = try ReportFiles.read(path)
      #expect(try encoder.encode(read) == encoder.encode(report))
    }
    #expect(report.created == "1970-01-01T00:00:00Z")
    #expect(report.normalisers == [.whisper, .plain])
    #expect(Set(report.cells[0].scores.keys) == ["whisper", "plain"])
    #expect(report.leftOut.map(\.name) == ["x"])
    try set.folder.text("out/other.json", "{}")
    #expect(throws: ReportFiles.Fault.notAReport) {
      try ReportFiles.read("\(set.plan.folder)/other.json")
    }
    #expect(throws: ReportFiles.Fault.unreadable(ENOENT)) {
      try ReportFiles.read("\(set.plan.folder)/none.json")
    }
  }

  @Test
  func referencesWithSpeakersGiveCpWERAndTcpWERWordTimesTheirDistance() throws {
    var set = try SmallSet()
    set.plan.cells = [set.plan.cells[0]]
    set.plan.utterances[0].reference = .segments([
      SpokenTurn(session: "s", speaker: "A", start: 0, end: 0.5, text: "heard"),
      SpokenTurn(session: "s", speaker: "B", start: 0.6, end: 1, text: "else"),
    ])
    set.plan.utterances[0].wordTimes = [TimedWord(text: "heard", start: 0.1, end: 0.45)]
    let report = try report(set)
    let score = try #require(report.cells[0].results[0].scores["plain"])
    #expect(score.text.words.substitutions == 1)
    // One stream against two speakers: "heard" fits A, the number is too much, B is missed.
    #expect(score.cpWER?.errors == 2)
    #expect(score.tcpWER?.errors == 2)
    #expect(report.cells[0].results[1].scores["plain"]?.cpWER == nil)
    let cell = try #require(report.cells[0].scored(.plain))
    #expect(cell.cpWER?.value == 1)
    #expect(abs((cell.wordTimeError ?? 0) - 0.1) < 1e-9)
    #expect(report.cells[0].wordEnds.map { abs($0.bias - 0.05) < 1e-9 } == true)
  }

  @Test
  func wordsWhereNobodySpeaksAreCountedByTheMinute() throws {
    var set = try SmallSet()
    set.plan.cells = [set.plan.cells[0]]
    // All of 1.0 s, and what lies outside 0 to 1.1 s of 1.1 s.
    set.plan.utterances[0].reference = .text("")
    set.plan.utterances[1].turns = [SpeakerSpan(session: "1", speaker: "A", start: 0, end: 0.4)]
    let report = try report(set) { _ in ["a", "b"] }
    let invented = try #require(report.cells[0].invented)
    // In the second one: "a" is said at 0.25 s, "b" at 1.25 s.
    #expect(invented.words == 3)
    #expect(abs(invented.seconds - 1.2) < 1e-9)
  }

  @Test
  func aSpansTimesAreThoseOfTheRecording() throws {
    var set = try SmallSet()
    set.plan.cells = [set.plan.cells[0]]
    set.plan.utterances[0].start = 0.25
    let report = try report(set)
    #expect(report.cells[0].results[0].segments.first?.map(\.start) == [0.25, 1.25])
  }

  @Test
  func twoReportsAreComparedOnWhatBothHave() throws {
    let set = try SmallSet()
    let first = try report(set)
    var better = try SmallSet()
    better.plan.cells.removeLast()
    better.plan.utterances.removeFirst()
    let second = try report(better) { _ in ["wrong", "both"] }
    let table = try ReportComparison(seed: 1).table(("a", first), ("b", second))
    #expect(table.rows.map(\.words) == [6, 6])
    #expect(table.rows.map(\.first.value) == [0, 0])
    #expect(table.rows.map(\.second.value) == [1, 1])
    #expect(table.rows.map(\.difference.value) == [1, 1])
    #expect(table.rows.map(\.probabilityOfImprovement) == [0, 0])
    #expect(table.onlyInFirst.map(\.level) == [.decibels(0)])
    #expect(table.onlyInSecond.isEmpty)
    var other = second
    other.normalisers = [.whisper]
    #expect(throws: ReportComparison.Fault.noNormaliser) {
      try ReportComparison(seed: 1).table(("a", first), ("b", other))
    }
    other = second
    other.cells = []
    #expect(throws: ReportComparison.Fault.nothingInCommon) {
      try ReportComparison(seed: 1).table(("a", first), ("b", other))
    }
  }

  @Test
  func laterModesAreComparedWithTheFirstOneEachPictureWithTheSameSound() throws {
    let set = try SmallSet(modes: [.audio, .fused])
    let report = try report(set)
    let tables = ReportComparison(seed: 1).modes(of: report, .plain)
    #expect(tables.map(\.second) == ["fused"])
    #expect(tables.first?.rows.count == 6)
    #expect(tables.first?.rows.allSatisfy { $0.difference.value == 0 } == true)
    let alone = try self.report(try SmallSet())
    #expect(ReportComparison(seed: 1).modes(of: alone, .plain).isEmpty)
  }

  @Test
  func linesOfErrorsHoldTheEditsAndWhatWasKept() throws {
    var set = try SmallSet()
    set.plan.cells = [set.plan.cells[1]]
    set.plan.savesAudio = true
    let report = try report(set) { _ in ["Heard", "more"] }
    let line = try #require(report.errorLines(.plain).first)
    #expect(line.edits == [.same("heard"), .substituted(reference: "16000", hypothesis: "more")])
    #expect(line.hypothesis == "Heard more")
    #expect(line.speaker == "p0")
    let path = try #require(line.audioPath)
    #expect(set.folder.bytes("out/\(path)") != nil)
  }
}
