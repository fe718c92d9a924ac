import Foundation
import Testing

@testable import Evaluation

/// Hypotheses joined with references and scored.
@Suite("Scores of hypotheses")
struct HypothesisScoringTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func report(
    _ set: ScoredSet, _ hypotheses: [String], missing: HypothesisScoring.Missing = .leftOut,
    _ normaliser: TextNormaliser = .plain
  ) -> (EvaluationReport?, HypothesisScoring.Account, HypothesisMatch) {
    let match = HypothesisMatch(HypothesisSet(hypotheses).hypotheses, sounds: set.sounds)
    let scoring = HypothesisScoring(set, match, missing: missing)
    let report = scoring.report(
      system: "other", normalisers: [normaliser], program: .init(name: "p", version: "1"),
      command: "", machine: .init(processor: "", threads: 1, peakMemory: 0, seconds: 0),
      leftOut: [],
      created: Date(timeIntervalSince1970: 0))
    return (report, scoring.account, match)
  }

  @Test
  func missingExtraEmptyAndTwofoldOnesAreToldAndOnlyWhatIsThereIsScored() throws {
    let stm = try folder.text(
      "ref.stm", "a 1 X 0 1 one two\nb 1 X 0 1 three four\nc 1 X 0 1 five\nd 1 X 0 1 six\n")
    try folder.text("hyp/a.txt", "one too")
    try folder.text("hyp/a.ctm", "a 1 0 0.5 one\na 1 0.5 0.5 two\n")
    try folder.text("hyp/b.txt", " \n")
    try folder.text("hyp/z.txt", "nobody")
    try folder.text("hyp/c.txt", "five")
    let set = ScoredSet(references: [stm])
    #expect(set.faults.isEmpty)
    let (report, account, match) = report(set, ["\(folder.path)/hyp"])
    #expect(account.missing == ["d"])
    #expect(account.empty == ["b"])
    #expect(match.extra.map { $0.places[0].last } == ["z"])
    #expect(match.passedOver.map(\.format) == [.text])
    #expect(account.scored == 3)
    let words = try #require(report?.cells.first?.scored(.plain))
    #expect((words.words, words.deletions, words.substitutions) == (5, 2, 0))
    // The text of c has no times, so it has no tcpWER, but its cpWER.
    let last = try #require(report?.cells[0].results.last?.scores["plain"])
    #expect(last.tcpWER == nil && last.cpWER?.errors == 0)
    let counted = self.report(set, ["\(folder.path)/hyp"], missing: .empty).0
    #expect(counted?.cells.first?.scored(.plain)?.deletions == 3)
    #expect(self.report(set, ["\(folder.path)/hyp/z.txt"]).0 == nil)
  }

  @Test
  func subtitlesAreNoHypotheses() throws {
    let path = try folder.text("a.srt", "1\n00:00:00,000 --> 00:00:01,000\none\n")
    let set = HypothesisSet([path])
    #expect(set.hypotheses.isEmpty && set.faults == [InputFault(path, .nothing)])
  }

  @Test
  func whereNamesStandSeveralTimesFoldersDecideWhereTheyDoNotNothingIsGuessed() throws {
    try folder.text("list.tsv", "path\ttranscript\nx/a.wav\tone\ny/a.wav\ttwo\n")
    let set = ScoredSet(references: ["\(folder.path)/list.tsv"])
    try folder.text("hyp/x/a.txt", "one")
    try folder.text("hyp/y/a.txt", "two")
    let (report, account, _) = report(set, ["\(folder.path)/hyp"])
    #expect(
      account.missing.isEmpty && report?.cells.first?.scored(.plain)?.wordErrorRate?.value == 0)
    try folder.text("flat/a.txt", "one")
    let flat = self.report(set, ["\(folder.path)/flat"])
    #expect(flat.2.ambiguous.count == 1 && flat.0 == nil && flat.1.missing.count == 2)
  }

  @Test
  func ofAWholeRecordingsHypothesisEachSpanHasTheWordsInItIfThereAreTimes() throws {
    try folder.text(
      "list.tsv", "path\ttranscript\tstart\tend\na.wav\tone\t0\t1\na.wav\ttwo\t1\t2\n")
    let set = ScoredSet(references: ["\(folder.path)/list.tsv"])
    let ctm = try folder.text("h.ctm", "a 1 0.2 0.5 one\na 1 1.2 0.5 two\n")
    let result = report(set, [ctm])
    #expect(result.0?.cells.first?.scored(.plain)?.wordErrorRate?.value == 0)
    let text = try folder.text("a.txt", "one two")
    #expect(report(set, [text]).1.faults.count == 2)
  }

  @Test
  func turnsAndAnRTTMTellWhoSpeaksAnRTTMAloneGivesADERAndNoWordErrors() throws {
    let stm = try folder.text("ref.stm", "m 1 A 0 10 one two\nm 1 B 10 20 three\n")
    let set = ScoredSet(references: [stm])
    let hyp = try folder.text("h.stm", "m 1 q 0 10 one two\nm 1 r 10 20 three\n")
    let whole = try #require(report(set, [hyp]).0?.cells.first)
    #expect(whole.diarization?.errorRate == 0)
    #expect(whole.scored(.plain)?.cpWER?.value == 0)
    let rttm = try folder.text(
      "m.rttm", "SPEAKER m 1 0 15 <NA> <NA> q <NA> <NA>\nSPEAKER m 1 15 5 <NA> <NA> r <NA> <NA>\n")
    let alone = try #require(report(set, [rttm]).0?.cells.first)
    // 5 s of 20, less the collars of 0.25 s at 0, 10 and 20 s.
    #expect(abs((alone.diarization?.errorRate ?? 0) - 4.75 / 19) < 1e-9)
    #expect(alone.scored(.plain)?.wordErrorRate == nil)
    #expect(report(set, [rttm]).0?.errorLines(.plain).isEmpty == true)
    let both = try #require(report(set, [hyp, rttm]).0?.cells.first)
    #expect(both.diarization == alone.diarization && both.scored(.plain)?.cpWER?.value == 0)
  }

  @Test
  func theSameWordsByOurOwnRunAndByAFileOfThemGiveTheSameNumbers() throws {
    var set = try SmallSet()
    set.plan.savesAudio = true
    set.plan.utterances[0].reference = .segments([
      SpokenTurn(session: "0", speaker: "A", start: 0, end: 0.5, text: "heard"),
      SpokenTurn(session: "0", speaker: "B", start: 0.6, end: 1, text: "else"),
    ])
    set.plan.utterances[1].start = 0.25
    let recogniser = FakeRecogniser()
    recogniser.words = { Array(["Heard", "\($0.count)", "or", "so"].suffix($0.count % 3 + 2)) }
    let own = ReportBuilder(plan: set.plan, normalisers: [.plain]).report(
      try set.run(recogniser), leftOut: [], command: "",
      machine: .init(processor: "", threads: 1, peakMemory: 0, seconds: 0),
      created: Date(timeIntervalSince1970: 0))
    try ReportFiles(in: set.plan.folder).write(own)
    // What another system would write of each sound, which it hears from its start.
    for result in own.cells.flatMap(\.results) {
      let audio = try #require(result.audio).dropFirst("audio/".count).dropLast(".wav".count)
      let offset = set.plan.utterances.first { $0.id == result.utterance }?.start ?? 0
      let lines = result.segments.joined().map {
        "x 1 \($0.start - offset) \($0.end - $0.start) \($0.text)\n"
      }
      try folder.text("answers/\(audio).ctm", lines.joined())
    }
    let read = try ReportFiles.read(set.plan.folder)
    let scored = ScoredSet(report: read, in: set.plan.folder)
    let (report, account, match) = report(scored, ["\(folder.path)/answers"])
    #expect(account.missing.isEmpty && match.extra.isEmpty && scored.faults.isEmpty)
    let cells = try #require(report?.cells)
    #expect(cells.map(\.condition) == own.cells.map(\.condition))
    for (mine, other) in zip(own.cells, cells) {
      for (first, second) in zip(mine.results, other.results) {
        #expect(first.scores["plain"]?.text == second.scores["plain"]?.text)
        #expect(first.scores["plain"]?.cpWER == second.scores["plain"]?.cpWER)
        #expect(first.scores["plain"]?.tcpWER == second.scores["plain"]?.tcpWER)
      }
      #expect(
        mine.scores["plain"]?.wordErrorRate?.interval
          == other.scores["plain"]?.wordErrorRate?.interval)
      #expect(mine.invented == other.invented)
    }
    let table = try ReportComparison(seed: 1).table(("a", own), ("b", try #require(report)))
    #expect(table.rows.count == 3 && table.rows.allSatisfy { $0.difference.value == 0 })
    #expect(table.differences.map(\.name).contains("hypotheses"))
  }

  @Test(.enabled(if: Goldens.meetings != nil, "../shared/data is absent"))
  func theAMIOpeningsGiveMeetEvalsErrors() throws {
    let reference = try folder.text("ref.stm", try #require(Goldens.meetings))
    let hypothesis = try folder.text("viseme.stm", try Goldens.text("ami.hypotheses.stm"))
    let (report, account, _) = report(
      ScoredSet(references: [reference]), [hypothesis], missing: .empty)
    // Nothing was heard in the opening that is nearly silent, so it has no line.
    #expect(account.missing == ["EN2001b_000-030s"])
    let golden = try Goldens.lines("ami.txt").map { $0.split(separator: " ") }
      .filter { $0[0] == "whole" }
    let results = try #require(report?.cells.first?.results)
    #expect(results.count == 7)
    for line in golden {
      let score = try #require(
        results.first { $0.utterance.hasSuffix(String(line[1])) }?.scores["plain"], "\(line[1])")
      #expect(
        [score.cpWER?.errors, score.tcpWER?.errors, score.cpWER?.referenceLength]
          == line[2...].map { Int($0) })
    }
  }

  @Test
  func errorsBySpeakerAndKindOfWordAddUpToAllErrorsOfTheirWords() throws {
    try folder.text(
      "list.tsv",
      "path\tspeaker\ttranscript\na.wav\tp\tThen Anna bought the 12 red boats. The boats sank.\n"
        + "b.wav\tq\tI think Anna saw them and the boats.\n")
    let hyp = try folder.text(
      "h.trans.txt",
      "a then hannah bought the twelve boats the boats sank\nb i think anna saw the the oats really\n"
    )
    let cell = try #require(
      report(ScoredSet(references: ["\(folder.path)/list.tsv"]), [hyp]).0?.cells.first)
    let errors = try #require(cell.breakdown)
    #expect(errors.speakers.map(\.name) == ["p", "q"])
    let all = errors.speakers.reduce(EditCounts.zero) { $0 + $1.counts }
    #expect(all == cell.scores["plain"]?.pooled.words)
    let byName = Dictionary(uniqueKeysWithValues: errors.wordClasses.map { ($0.name, $0.counts) })
    #expect(byName["names"] == EditCounts(hits: 1, substitutions: 1))
    #expect(byName["numbers"]?.referenceLength == 1)
    // The bands of frequency hold every word once.
    let bands = errors.wordClasses.filter { $0.name.hasPrefix("said") || $0.name == "never said" }
      .reduce(EditCounts.zero) { $0 + $1.counts }
    #expect(bands == all)
    #expect(errors.substitutions.contains { $0.reference == "anna" && $0.hypothesis == "hannah" })
    let confusions = (errors.substitutions + errors.deletions + errors.insertions)
      .reduce(0) { $0 + $1.count }
    #expect(confusions == all.errors)
  }

  @Test
  func everyDifferenceOfConditionsIsNamed() throws {
    let set = try SmallSet()
    let recogniser = FakeRecogniser()
    let first = ReportBuilder(plan: set.plan, normalisers: [.plain]).report(
      try set.run(recogniser), leftOut: [], command: "",
      machine: .init(processor: "cpu", threads: 2, peakMemory: 0, seconds: 0), created: Date())
    #expect(ReportDifference.list(first, first).isEmpty)
    var other = first
    other.seed = 2
    other.model.version = "2"
    other.settings?["language"] = "de"
    other.noises[0].sha256 = "00"
    other.machine.threads = 4
    other.models = [FileChecksum(name: "m/model", sha256: "11")]
    #expect(
      Set(ReportDifference.list(first, other).map(\.name)) == [
        "seed", "model", "language", "SHA-256 of noise white", "threads", "SHA-256 of m/model",
      ])
    // Words of a second of sound a second: the run's own time is told.
    #expect(first.cells[0].realTimeFactor ?? -1 > 0)
  }
}
