import Foundation
import Testing

/// The voice book as a user keeps it; no voices are heard here.
@Suite("Voice book on the command line") struct VoiceBookCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: String...) throws -> CommandRun {
    try CommandRun(
      arguments, in: folder.url, environment: ["VISEME_VOICE_BOOK": folder.path("b/voices.book")])
  }

  @Test func anEmptyBookIsNoFile() throws {
    let place = try run("voices", "where")
    #expect(place.code == 0 && place.output == folder.path("b/voices.book") + "\n")
    let list = try run("voices", "list")
    #expect(list.code == 0)
    #expect(list.output == "nobody is in the voice book (\(folder.path("b/voices.book")))\n")
    #expect(try run("voices", "list", "--json").output.contains("\"people\": []"))
    #expect(try run("voices", "remove", "Anna").code == 65)
    #expect(try folder.names() == [])
  }

  @Test func whatIsNoUseIsRefusedInOneLine() throws {
    let cases: [(arguments: [String], errors: String)] = [
      (["voices"], "voices needs add, learn, list, remove or where; see viseme voices --help"),
      (["voices", "lern"], "there is no command 'voices lern'; did you mean: viseme voices learn"),
      (["voices", "add"], "voices add needs NAME and FILE; see viseme voices add --help"),
      (["voices", "add", "Anna"], "voices add needs FILE; see viseme voices add --help"),
      (["voices", "learn"], "voices learn needs TRANSCRIPT; see viseme voices learn --help"),
      (["voices", "learn", "-"], "voices learn needs RECORDING; see viseme voices learn --help"),
      (["voices", "remove"], "voices remove needs NAME; see viseme voices remove --help"),
      (["voices", "list", "x"], "voices list takes no 'x'; see viseme voices list --help"),
    ]
    for (arguments, errors) in cases {
      let run = try CommandRun(arguments, in: folder.url)
      #expect(run.code == 64 && run.errors == "viseme: \(errors)\n", "\(arguments): \(run.errors)")
    }
    let name = try run("voices", "add", "Speaker 1", "a.wav")
    #expect(name.code == 64 && name.errors.contains("'Speaker 1' can be no person's name"))
  }

  @Test func aDamagedBookStopsWhoNeedsIt() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("b"), withIntermediateDirectories: true)
    try Data("viseme-voices 1 00\n{}\n".utf8).write(to: URL(filePath: folder.path("b/voices.book")))
    let line =
      "viseme: \(folder.path("b/voices.book")): is no voice book, or is damaged; --voice-book none "
      + "does without, and the people in it must be added again\n"
    for arguments in [
      ["voices", "list"], ["transcribe", "a.wav", "--speakers", "auto"],
      ["batch", "a.wav", "--speakers", "2"], ["voices", "add", "Anna", "a.wav"],
    ] {
      let run = try CommandRun(
        arguments, in: folder.url, environment: ["VISEME_VOICE_BOOK": folder.path("b/voices.book")])
      #expect(run.code == 65 && run.errors == line, "\(arguments): \(run.errors)")
    }
    // A book in the usual place is not read where the environment turns it off.
    let usual = folder.path("viseme/voices.book")
    try FileManager.default.createDirectory(
      atPath: folder.path("viseme"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder.path("b/voices.book"), toPath: usual)
    for (book, code) in [("", Int32(65)), ("none", 66)] {
      let run = try CommandRun(
        ["transcribe", "a.wav", "--speakers", "auto"], in: folder.url,
        environment: ["XDG_DATA_HOME": folder.url.path, "VISEME_VOICE_BOOK": book])
      #expect(run.code == code, "'\(book)': \(run.errors)")
    }
    // Others do not ask for it.
    #expect(try run("transcribe", "a.wav", "--speakers", "auto", "--voice-book", "none").code == 66)
    #expect(try run("transcribe", "a.wav").code == 66)
    let missing = try run("transcribe", "a.wav", "--speakers", "auto", "--voice-book", "none.book")
    #expect(missing.code == 66)
    #expect(
      missing.errors == "viseme: voice book none.book cannot be read: no such file or directory\n")
  }
}

/// What real voices need.
enum RealVoices {
  /// Utterances beside the repository; nil when absent.
  static let speech: URL? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let url = root.appending(path: "shared/data/librispeech/test-other")
    return FileManager.default.isReadableFile(atPath: url.path) ? url : nil
  }()
  static let areInstalled: Bool = {
    guard Fixtures.models != nil, let run = try? CommandRun(["models", "list", "--json"]),
      let list = try? JSONDecoder().decode(Fixtures.ModelList.self, from: Data(run.output.utf8))
    else { return false }
    let names = list.models.filter { $0.state == "intact" }.map(\.name)
    return names.contains("speaker-segmentation") && names.contains("speaker-embedding")
  }()
}

/// Real voices.
@Suite(
  "Voices", .serialized,
  .enabled(if: Fixtures.hasFFmpeg, "needs the ffmpeg command to make recordings"),
  .enabled(if: RealVoices.areInstalled, "needs the models: viseme models install"),
  .enabled(if: RealVoices.speech != nil, "needs ../shared/data/librispeech"))
struct VoicesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Utterances of LibriSpeech, one after the other.
  private func record(_ name: String, _ utterances: String...) throws {
    let speech = try #require(RealVoices.speech)
    let inputs = utterances.flatMap { ["-i", speech.appending(path: "\($0).flac").path] }
    let url = try Fixtures.ffmpeg(
      "\(UUID().uuidString).wav",
      inputs + ["-filter_complex", "concat=n=\(utterances.count):v=0:a=1", "-ar", "16000"])
    try FileManager.default.moveItem(at: url, to: URL(filePath: folder.path(name)))
  }

  private func run(_ arguments: String...) throws -> CommandRun {
    try CommandRun(
      arguments, in: folder.url, environment: ["VISEME_VOICE_BOOK": folder.path("voices.book")])
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  /// One reads a quarter of a minute, another after that.
  private func recordMeeting() throws {
    try record("meeting.wav", "1688-142285-0001", "1998-15444-0000")
  }

  @Test func aBatchNamesThePeopleOfTheBook() throws {
    try record("anna.wav", "1688-142285-0000")
    try recordMeeting()
    let added = try run("voices", "add", "Anna", "anna.wav")
    #expect(added.code == 0 && added.errors.hasPrefix("viseme: added Anna: 1"), "\(added.errors)")
    let book = try FileManager.default.attributesOfItem(atPath: folder.path("voices.book"))
    #expect(book[.posixPermissions] as? Int == 0o600)
    let batch = try run(
      "batch", "meeting.wav", "--speakers", "auto", "--output-dir", "out", "-f", "json,rttm")
    #expect(batch.code == 0)
    let json = try text("out/meeting.json")
    #expect(json.contains("\"speaker\": \"Anna\"") && json.contains("\"speaker\": \"Speaker 2\""))
    #expect(json.contains("named by the voice book: Anna"))
    #expect(try text("out/report.jsonl").contains("named by the voice book: Anna"))
    #expect(try text("out/meeting.rttm").contains("Anna"))
    // The same book: nothing to do. Another one, or none: done again.
    let again = ["batch", "meeting.wav", "--speakers", "auto", "--output-dir", "out"]
    let formats = ["-f", "json,rttm"]
    func repeated(_ more: String...) throws -> CommandRun {
      try CommandRun(
        again + formats + more, in: folder.url,
        environment: ["VISEME_VOICE_BOOK": folder.path("voices.book")])
    }
    #expect(try repeated().errors.hasPrefix("viseme: nothing to do:"))
    #expect(try repeated("--voice-book", "none").errors.contains("transcribed"))
    #expect(try !text("out/meeting.json").contains("Anna"))
    #expect(try run("voices", "remove", "Anna").code == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path("voices.book")))
  }

  @Test func namesOfATranscriptAreLearnt() throws {
    try recordMeeting()
    let first = try run("transcribe", "meeting.wav", "--speakers", "2", "-f", "json")
    #expect(first.code == 0 && !FileManager.default.fileExists(atPath: folder.path("voices.book")))
    let nobody = try run("voices", "learn", "meeting.json")
    #expect(nobody.code == 65 && nobody.errors.contains("nobody is named in it"))
    let named = try text("meeting.json").replacingOccurrences(of: "Speaker 2", with: "Ben")
    try Data(named.utf8).write(to: URL(filePath: folder.path("meeting.json")))
    let learnt = try run("voices", "learn", "meeting.json")
    #expect(learnt.code == 0 && learnt.errors.hasPrefix("viseme: added Ben: "), "\(learnt.errors)")
    #expect(try run("voices", "list").output.contains(/\n  Ben +1 +[0-9]+ s/))
    try record("other.wav", "1998-15444-0002", "1688-142285-0003")
    // The name of one recording beside the voices of another would name the wrong people ever after.
    let wrong = try run("voices", "learn", "meeting.json", "other.wav")
    #expect(
      wrong.code == 65 && wrong.errors.contains("other.wav: lasts ")
        && wrong.errors.contains("nothing is learnt from another recording"), "\(wrong.errors)")
    #expect(try run("voices", "list").output.contains(/\n  Ben +1 +[0-9]+ s/))
    let other = try run("transcribe", "other.wav", "--speakers", "auto", "-f", "json,txt")
    #expect(other.code == 0)
    #expect(try text("other.json").contains("\"speaker\": \"Ben\""))
  }

  @Test func oneVoiceIsNotDividedAndWhatWasAskedForIsTold() throws {
    try record("one.wav", "1688-142285-0000")
    let note = "asked for 3 voices, heard 1 voice (Speaker 1 "
    let run = try run("transcribe", "one.wav", "--speakers", "3", "-f", "json")
    #expect(run.code == 0 && run.errors.contains(note), "\(run.errors)")
    #expect(try text("one.json").contains(note) && !text("one.json").contains("Speaker 2"))
  }

  @Test func recordingsOfNoUseAreNotLearnt() throws {
    try recordMeeting()
    let two = try run("voices", "add", "Anna", "meeting.wav")
    #expect(two.code == 65 && two.errors.contains("meeting.wav: 2 voices are heard in it"))
    try record("short.wav", "1688-142285-0002")
    let short = try run("voices", "add", "Anna", "short.wav")
    #expect(
      short.code == 65 && short.errors.contains("s of the voice alone are heard, 5 s are needed"))
    #expect(try run("voices", "add", "Anna", "none.wav").code == 66)
    #expect(!FileManager.default.fileExists(atPath: folder.path("voices.book")))
  }
}
