import Foundation
import Testing
import Transcript

/// `viseme search` as a user runs it.
@Suite("Search of archives")
struct ArchiveSearchTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("ar ch/deep"), withIntermediateDirectories: true)
    try transcript("ar ch/board.json", "Anna", ["We", "need", "a", "budget,", "all", "of", "us."])
    try transcript("ar ch/deep/b.json", "Ben", ["No", "\u{1B}budget"])
    try write("ar ch/board.html", "")
    try write("ar ch/cut.json", "{\"schema\": \"viseme.transcript\", \"ver")
  }

  private func write(_ name: String, _ text: String) throws {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
  }

  private func transcript(_ name: String, _ speaker: String, _ words: [String]) throws {
    let words = words.enumerated().map { index, text in
      Word(text: text, start: 60 + Double(index), end: 60.5 + Double(index), confidence: 0.5)
    }
    var segment = Segment(start: 60, end: 70, track: 1, words: words)
    segment.speaker = speaker
    var text = ""
    Transcript(
      header: TranscriptHeader(
        program: ModelInfo(name: "p", version: "1"),
        source: SourceInfo(file: "m.wav", duration: nil, container: "wav"),
        model: ModelInfo(name: "m", version: "1")), segments: [segment]
    ).write(.json, profile: .standard, to: &text)
    try write(name, text)
  }

  private func search(_ words: String...) throws -> CommandRun {
    try CommandRun(["search"] + words, in: folder.url)
  }

  @Test
  func fileTimeSpeakerContextAndThePagesAddress() throws {
    let run = try search("BUDGET", "ar ch")
    #expect(run.code == 0)
    let page = "file://\(folder.url.resolvingSymlinksInPath().path)/ar%20ch/board.html#t=63.0"
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "ar ch/board.json  1:03  Anna: We need a [budget,] all of us.")
    #expect(lines.count == 3)
    #expect(
      lines[1].hasPrefix("  file://") && lines[1].hasSuffix("/ar%20ch/board.html#t=63.0"), "\(page)"
    )
    // What would colour the terminal is written out.
    #expect(lines[2] == "ar ch/deep/b.json  1:01  Ben: No [\\u{1b}budget]")
    #expect(run.errors == "viseme: ar ch/cut.json: not searched: is not JSON, or breaks off\n")
    #expect(FileManager.default.fileExists(atPath: folder.path("ar ch/.viseme-search")))
  }

  @Test
  func jsonForScripts() throws {
    struct Answer: Decodable {
      struct Hit: Decodable {
        let file: String
        let time: Double
        let speaker: String?
        let page: String?
        let match: String
      }
      let found, transcripts: Int
      let hits: [Hit]
      let notSearched: [[String: String]]
    }
    let run = try search("--json", "-q", "budg*", "ar ch", "--limit", "1")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(run.output.utf8))
    #expect((answer.found, answer.transcripts, answer.hits.count) == (2, 2, 1))
    #expect(answer.hits[0].file == "ar ch/board.json" && answer.hits[0].time == 63)
    #expect(answer.hits[0].match == "budget," && answer.hits[0].speaker == "Anna")
    #expect(answer.notSearched.map { $0["file"] } == ["ar ch/cut.json"])
  }

  @Test
  func theStatusTellsWhetherAnythingWasFoundAndWhetherAllWasSearched() throws {
    // Something could not be searched, so it is not said that there is nothing.
    #expect(try search("bugdet", "ar ch").code == 65)
    try FileManager.default.removeItem(atPath: folder.path("ar ch/cut.json"))
    let none = try search("bugdet", "ar ch")
    #expect(none.code == 1 && none.output == "")
    #expect(
      none.errors == "viseme: ar ch: nothing found in 2 transcripts; spelled nearly so: budget\n")
    #expect(try search("--near", "bugdet", "ar ch").code == 0)
    #expect(try search("--speaker", "ann", "budget", "ar ch").code == 1)
    #expect(try search("--speaker", "ben", "anna", "ar ch").code == 1, "Ben does not say it")
    #expect(try search("--speaker", "anna", "ar ch").output.contains("Anna: (1 segment) We need"))
  }

  @Test(
    arguments: [
      (["x", "no"], 66, "no: cannot be read: no such file or directory"),
      (["x"], 64, "search needs FOLDER"), ([], 64, "search needs TERM"),
      (["-", "."], 64, "'-' is nothing to find"),
      (["x", ".", "--limit", "-1"], 64, "is not a whole number"),
    ] as [([String], Int32, String)])
  func badInputToo(words: [String], code: Int32, line: String) throws {
    let run = try CommandRun(["search"] + words, in: folder.url)
    #expect(run.code == code)
    #expect(run.errors.contains(line))
  }

  @Test
  func aLinkForAnIndexIsNotFollowed() throws {
    try FileManager.default.removeItem(atPath: folder.path("ar ch/cut.json"))
    try write("mine", "keep me")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("ar ch/.viseme-search"), withDestinationPath: "../mine")
    let run = try search("budget", "ar ch")
    #expect(run.code == 0 && run.errors.contains(".viseme-search"))
    #expect(try String(contentsOfFile: folder.path("mine"), encoding: .utf8) == "keep me")
  }

  @Test
  func aDamagedIndexIsToldAndMadeAgain() throws {
    try FileManager.default.removeItem(atPath: folder.path("ar ch/cut.json"))
    _ = try search("budget", "ar ch")
    let path = folder.path("ar ch/.viseme-search")
    let bytes = try Data(contentsOf: URL(filePath: path))
    try bytes.dropLast(5).write(to: URL(filePath: path))
    let run = try search("budget", "ar ch")
    #expect(run.code == 0)
    #expect(run.errors == "viseme: ar ch: the index is damaged; 2 files read again\n")
  }
}
