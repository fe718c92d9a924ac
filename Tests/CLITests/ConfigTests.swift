import Foundation
import Testing

@testable import VisemeCommand

/// The configuration file, read and as a user meets it.
@Suite("Configuration")
struct ConfigTests {
  @Test
  func valuesOfEveryTypeAreRead() throws {
    let entries = try ConfigReader.entries(
      """
      # a comment
      language = "de"   # another
      max-cps = 17.5
      jobs = 1_000
      context = ["Zorblax", 'Ann "A." Example',]
      [batch.merge]
      quiet = true
      output = "a\\tb\\u00e9"
      """)
    #expect(entries.map(\.key) == ["language", "max-cps", "jobs", "context", "quiet", "output"])
    #expect(entries.map(\.line) == [2, 3, 4, 5, 7, 8])
    #expect(entries.map(\.table) == ["", "", "", "", "batch merge", "batch merge"])
    #expect(
      entries.map(\.value) == [
        .text("de"), .number("17.5"), .number("1000"), .list(["Zorblax", "Ann \"A.\" Example"]),
        .flag(true), .text("a\tb\u{e9}"),
      ])
  }

  /// A file of terms may be a pipe, which can be read once.
  @Test func optionsAreNamedWithoutReadingWhatTheyName() throws {
    let transcribe = try #require(CommandCatalogue.all.first { $0.name == "transcribe" })
    let words = ["a.wav", "--context-file", "/nowhere/terms.txt", "-q"]
    #expect(transcribe.named(words) == ["context-file", "quiet"])
  }

  @Test(arguments: [
    "language", "language =", "language = de", "= \"de\"", "language = \"de", "[batch",
    "[batch] x", "a = [\"b\"", "a = [[\"b\"]]", "a = [true]", "a = \"\\x\"", "a = \"\\ud800\"",
    "a = 1 2", "a = nan", "[]", "a = \"b\" \"c\"",
  ])
  func whatIsNoSettingIsRefusedWithItsLine(text: String) {
    #expect(throws: ConfigFault.syntax(line: 2)) { try ConfigReader.entries("# x\n" + text) }
  }

  @Test
  func theCommandLineCountsMore() throws {
    let folder = try TemporaryFolder()
    let run = try config(
      folder, "language = \"de\"\n[transcribe]\nthreads = 3\n", ["config", "transcribe"])
    #expect(run.code == 0)
    #expect(run.output.contains("--language          \"de\"  (line 1)"))
    #expect(run.output.contains("--threads           3  (line 3)"))
    #expect(run.output.contains("--task              default"))
    // The model knows no German; what is typed replaces what is configured.
    let missing = folder.path("missing.wav")
    let configured = try config(folder, "task = \"translate\"\n", ["transcribe", missing])
    #expect(configured.code == 64)
    #expect(configured.errors.contains("--task translate"))
    let typed = try config(
      folder, "task = \"translate\"\n", ["transcribe", "--task", "transcribe", missing])
    #expect(typed.code == 66)
  }

  @Test
  func aCommandsOwnValueCountsMoreThanTheGeneralOne() throws {
    let entries = try ConfigReader.entries("quiet = true\n[transcribe]\nquiet = false")
    let configuration = Configuration(path: nil, entries: entries)
    #expect(configuration.applied(to: ["transcribe", "a"]) == ["transcribe", "a"])
    #expect(configuration.applied(to: ["batch", "a"]) == ["batch", "--quiet", "a"])
  }

  /// `output` and `output-dir` exclude each other: the one that is typed holds.
  @Test(arguments: [
    (["-o", "-", "a"], ["--format=txt"]), (["-ox.txt", "a"], ["--format=txt"]),
    (["a", "-qo", "-"], ["--format=txt"]), (["--output=x", "a"], ["--format=txt"]),
    (["a"], ["--output-dir=out", "--format=txt"]),
    (["--", "-o"], ["--output-dir=out", "--format=txt"]),
  ])
  func aTypedOptionHoldsAgainstOneThatItExcludes(typed: [String], configured: [String]) throws {
    let entries = try ConfigReader.entries("output-dir = \"out\"\nformat = \"txt\"")
    let configuration = Configuration(path: nil, entries: entries)
    #expect(
      configuration.applied(to: ["transcribe"] + typed) == ["transcribe"] + configured + typed)
    let folder = try TemporaryFolder()
    let run = try config(folder, "output-dir = \"out\"", ["transcribe", "-o", "-", "none.wav"])
    #expect(run.code == 66 && run.errors.contains("none.wav: no such file"), "\(run.errors)")
  }

  @Test(arguments: [
    ("langage = \"de\"", ":1: no command has the option 'langage'; did you mean language?"),
    ("[batch]\njobs = 0", ":2: jobs: '0' is not a whole number from 1 to 1024"),
    ("lips = \"often\"", ":1: lips: 'often' is not auto, always or never"),
    ("[batsh]\njobs = 2", ":2: there is no command 'batsh'; did you mean [batch]?"),
    ("[transcribe]\njobs = 2", ":2: transcribe has no option 'jobs'"),
    ("force = \"yes\"", ":1: force takes true or false"),
    ("language = true", ":1: language takes a value, not true or false"),
    ("task = \"translate\"\ntask = \"transcribe\"", ":2: task stands in line 1 too"),
    ("language: de", ":1: is neither [command] nor option = value"),
  ])
  func whatIsWrongIsOneLineWithItsPlace(text: String, sentence: String) throws {
    let folder = try TemporaryFolder()
    for command in [["config"], ["transcribe", "a.wav"], ["models", "list"]] {
      let run = try config(folder, text, command)
      #expect(run.code == 64)
      #expect(run.output == "")
      let path = folder.path("config.toml")
      #expect(run.errors.hasPrefix("viseme: \(path)\(sentence)"))
      #expect(run.errors.split(separator: "\n").count == 1)
    }
    // Help and version are there all the same.
    #expect(try config(folder, text, ["transcribe", "--help"]).code == 0)
    #expect(try config(folder, text, ["--version"]).code == 0)
  }

  @Test
  func aFileThatWasNamedMustBeThere() throws {
    let folder = try TemporaryFolder()
    let named = try CommandRun(["config"], environment: ["VISEME_CONFIG": folder.path("none.toml")])
    #expect(named.code == 64)
    #expect(named.errors.contains("cannot be read: no such file"))
    let none = try CommandRun(["config"], environment: ["VISEME_CONFIG": ""])
    #expect(none.code == 0 && none.output.hasPrefix("no configuration file\n"))
  }

  private func config(
    _ folder: TemporaryFolder, _ text: String, _ arguments: [String]
  ) throws -> CommandRun {
    let file = folder.path("config.toml")
    try Data((text + "\n").utf8).write(to: URL(filePath: file))
    return try CommandRun(arguments, environment: ["VISEME_CONFIG": file])
  }
}
