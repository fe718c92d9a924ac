import Foundation
import Testing

/// `viseme eval score` as a user runs it.
@Suite("Scores of other recognisers")
struct EvalScoreTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write(
      "ref.stm", "m 1 A 0 2 Good morning everyone.\nm 1 B 2 4 Let's begin.\nn 1 A 0 1 Yes.\n")
  }

  private func write(_ name: String, _ text: String) throws {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
  }

  private func score(_ words: String...) throws -> CommandRun {
    try CommandRun(["eval", "score"] + words, in: folder.url)
  }

  @Test
  func anotherRecognisersCTMScoresReportsAndAComparison() throws {
    try write(
      "x.ctm",
      "m 1 0.2 0.4 good\nm 1 0.7 0.4 morning\nm 1 2.2 0.3 lets\nm 1 2.6 0.3 begin\nn 1 0 1 yes\n")
    let run = try score("x.ctm", "--reference", "ref.stm", "-d", "a")
    #expect(run.code == 0)
    #expect(run.errors.hasPrefix("viseme: wrote a/report.json, a/report.md, a/wer.svg"))
    let row = run.output.split(separator: "\n").last?.split(separator: " ") ?? []
    // audio clean 2 utterances, 6 words (let us begin), 0 substituted, 1 deleted, 0 inserted…
    #expect(row.prefix(3) == ["audio", "clean", "2"])
    let report = try String(contentsOfFile: folder.path("a/report.md"), encoding: .utf8)
    #expect(report.contains("- hypotheses: x\n"))
    #expect(report.contains("## By speaker: audio, clean"))
    #expect(report.contains("## By kind of word: audio, clean"))
    #expect(report.contains("| everyone → lets | 1 |"))
    try write("y.ctm", "m 1 0.2 0.4 good\nn 1 0 1 yes\n")
    #expect(try score("y.ctm", "-r", "ref.stm", "-d", "b", "--system", "why", "-q").errors == "")
    let comparison = try CommandRun(["eval", "compare", "a", "b"], in: folder.url)
    #expect(comparison.code == 0)
    #expect(comparison.output.contains("Differs: model: x (A), why (B)."))
    let again = try score("y.ctm", "-r", "ref.stm", "-d", "a")
    #expect(again.code == 73 && again.errors.hasSuffix("--force replaces it\n"))
  }

  @Test
  func whatIsMissingExtraOrEmptyIsTold() throws {
    try write("x.trans.txt", "m\nz words\n")
    let run = try score("x.trans.txt", "-r", "ref.stm")
    #expect(run.code == 65)
    for line in [
      "1 recording without a hypothesis, left out: n",
      "1 hypothesis without a reference, not scored: x.trans.txt: z",
      "1 hypothesis empty, all words of their references count as deleted: m",
    ] {
      #expect(run.errors.contains("viseme: \(line)\n"), "\(line)")
    }
    let counted = try score("x.trans.txt", "-r", "ref.stm", "--missing-as-empty", "-d", "c")
    #expect(counted.code == 0)
    #expect(counted.errors.contains("all their words count as deleted: n\n"))
  }

  @Test(
    arguments: [
      (
        ["no.ctm", "-r", "ref.stm"], 66,
        "left out: no.ctm: cannot be read: no such file or directory"
      ),
      (["bad.json", "-r", "ref.stm"], 65, "left out: bad.json: is JSON of no kind that is read"),
      (["new.json", "-r", "ref.stm"], 65, "has version 9 of the schema"),
      (["ref.stm", "-r", "none.stm"], 66, "none.stm: cannot be read: no such file or directory"),
      (["ref.stm", "-r", "report.json"], 65, "report.json: is no report of viseme eval"),
      (["ref.stm"], 64, "eval score needs --reference REF"),
      (["-r", "ref.stm"], 64, "eval score needs HYPOTHESES"),
    ] as [([String], Int32, String)])
  func badInputToo(words: [String], code: Int32, line: String) throws {
    try write("bad.json", "{\"segments\": [")
    try write("new.json", "{\"schema\": \"viseme.transcript\", \"version\": 9}")
    try write("report.json", "[]")
    let run = try CommandRun(["eval", "score"] + words, in: folder.url)
    #expect(run.code == code)
    #expect(run.errors.contains(line))
    #expect(run.output == "")
    #expect(!FileManager.default.fileExists(atPath: folder.path("scores")))
  }
}
