import Demux
import Foundation
import Pipeline
import SpeechModels
import Support
import Testing
import Transcript

@testable import Batch

@Suite("Inputs of a batch")
struct InputTests {
  @Test
  func findsWhatLiesInFolders() throws {
    let folder = try TemporaryFolder()
    for name in ["b/2.mp4", "a/1.wav", "a/.git/x.wav", ".x.wav", "a/3.mp4.part", "top.mkv"] {
      try folder.write(name, "x")
    }
    symlink(folder.path(""), folder.path("a/loop"))
    symlink(folder.path("top.mkv"), folder.path("a/link.mkv"))
    let list = InputList(operands: [folder.url.path], manifests: [])
    #expect(list.items.map(\.place) == ["a/1.wav", "a/link.mkv", "b/2.mp4", "top.mkv"])
    #expect(!list.items.contains { $0.isNamed })
  }

  @Test
  func takesFilesAndPatternsOnce() throws {
    let folder = try TemporaryFolder()
    for name in ["x/1.wav", "y/1.wav", "y/2.wav"] { try folder.write(name, "x") }
    let list = InputList(
      operands: ["*/1.wav", "y/1.wav", "y/[2].wav"].map(folder.path), manifests: [])
    #expect(list.items.map(\.place) == ["x/1.wav", "y/1.wav", "2.wav"])
    #expect(!list.items.contains { !$0.isNamed })
  }

  @Test
  func readsManifests() throws {
    let folder = try TemporaryFolder()
    let tsv = try folder.write(
      "list.tsv",
      """
      # a comment
      track\tpath\tspeakers\tcontext\toutput\tstart\tend\tother
      2\ta.wav\tAnn, Bob\tViseme\tmade/up\t1\t2.5\tx
      \t/abs/b.wav\t\t\t\t\t\t
      eng\t../c.wav

      """)
    let list = InputList(operands: [], manifests: [tsv])
    #expect(list.faults == [])
    #expect(list.items.map(\.place) == ["a.wav", "b.wav", "c.wav"])
    #expect(
      list.items.map(\.path) == [folder.path("a.wav"), "/abs/b.wav", folder.path("../c.wav")])
    let options = list.items[0].options
    #expect(options.track == .number(2) && options.speakers == "Ann, Bob")
    #expect(options.context.terms == ["Viseme"] && options.output == "made/up")
    #expect(options.start == 1 && options.end == 2.5)
    #expect(list.items[2].options.track == .language("eng"))
    let json = try folder.write(
      "list.jsonl",
      """
      {"path": "a.wav", "track": 2, "speakers": ["Ann", "Bob"], "context": null, "end": 3}
      """)
    let item = InputList(operands: [], manifests: [json]).items.first
    #expect(item?.options.speakers == "Ann, Bob")
    #expect(item?.options.track == .number(2) && item?.options.end == 3)
  }

  @Test(arguments: [
    ("path\ttrack\na.wav\t0", ManifestFault.badValue(field: "track", value: "0")),
    ("path\ttrack\na.wav\t-", .badValue(field: "track", value: "-")),
    ("path\tspeakers\na.wav\tAnn,,Bob", .badValue(field: "speakers", value: "Ann,,Bob")),
    ("{\"path\": \"a\", \"speakers\": \"A\\nB\"}", .badValue(field: "speakers", value: "A\nB")),
    ("path\tlanguage\na.wav\t4", .badValue(field: "language", value: "4")),
    ("path\ttask\na.wav\tsing", .badValue(field: "task", value: "sing")),
    ("path\tstart\na.wav\t-1", .badValue(field: "start", value: "-1")),
    ("path\tend\na.wav\tnan", .badValue(field: "end", value: "nan")),
    ("path\tstart\tend\na.wav\t3\t3", .emptySpan),
    ("path\tend\na.wav\t0", .emptySpan),
    ("path\tcontext\na.wav\tViseme, ?", .context(.unwritable("?"))),
    ("path\toutput\na.wav\t/etc/x", .badValue(field: "output", value: "/etc/x")),
    ("path\toutput\na.wav\t../x", .badValue(field: "output", value: "../x")),
    ("path\toutput\na.wav\t.x", .badValue(field: "output", value: ".x")),
    ("path\toutput\na.wav\ta/", .badValue(field: "output", value: "a/")),
    ("track\tpath\n1\t", .noPath),
    ("file\na.wav", .noPathColumn),
    ("", .noPathColumn),
    ("{\"path\": \"\"}", .noPath),
    ("{\"file\": \"a.wav\"}", .noPath),
    ("{\"path\": \"a.wav\"", .notJSON),
    ("{\"path\": \"a.wav\", \"track\": \"?\"}", .badValue(field: "track", value: "?")),
    ("\u{feff}{}", .noPath),
  ])
  func namesBadLines(text: String, fault: ManifestFault) throws {
    let folder = try TemporaryFolder()
    let list = InputList(operands: [], manifests: [try folder.write("list", text)])
    #expect(list.items == [])
    #expect(list.faults.map(\.cause) == [.manifest(fault)])
  }

  @Test
  func namesManifestsThatAreNone() throws {
    let folder = try TemporaryFolder()
    try Data([0xFF, 0xFE, 0x00]).write(to: folder.url.appending(path: "binary"))
    let list = InputList(
      operands: [], manifests: [folder.path("binary"), folder.path("none"), folder.url.path])
    #expect(
      list.faults.map(\.cause) == [
        .manifest(.notText), .unreadable(ENOENT), .unreadable(EISDIR),
      ])
  }

  @Test
  func placesOutputs() {
    func place(_ path: String, _ place: String, _ directory: String?, output: String? = nil)
      -> String
    {
      var item = BatchItem(path: path, place: place, isNamed: true)
      item.options.output = output
      return OutputPlace(item, directory: directory).path(.srt)
    }
    #expect(place("in/a/b.c.mp4", "a/b.c.mp4", "out") == "out/a/b.c.srt")
    #expect(place("in/a/b.mp4", "a/b.mp4", nil) == "in/a/b.srt")
    #expect(place("b", "b", nil) == "b.srt")
    #expect(place("in/.hid", ".hid", "out/") == "out/.hid.srt")
    #expect(place("in/a/b.mp4", "a/b.mp4", "out", output: "x/y") == "out/x/y.srt")
    #expect(place("in/a/b.mp4", "a/b.mp4", nil, output: "y.1") == "in/a/y.1.srt")
  }

  @Test
  func tellsRecordingsOfOneNameApart() {
    let items = ["a/x.mp4", "a/x.mkv", "b/x.mkv"].map {
      BatchItem(path: $0, place: $0, isNamed: false)
    }
    let places = OutputPlace.places(of: items, directory: "out")
    #expect(
      places.map { $0?.path(.srt) } == ["out/a/x.mp4.srt", "out/a/x.mkv.srt", "out/b/x.srt"])
    let twins = ["in/x.mp4", "other/x.mp4"].map {
      BatchItem(path: $0, place: "x.mp4", isNamed: true)
    }
    #expect(Self.subtitles(twins) == ["out/x.mp4.srt", "out/x.mp4-2.srt"])
    var named = twins
    for index in named.indices { named[index].options.output = "y" }
    #expect(Self.subtitles(named) == [nil, nil])
  }

  private static func subtitles(_ items: [BatchItem]) -> [String?] {
    OutputPlace.places(of: items, directory: "out").map { $0?.path(.srt) }
  }

  private static func items(_ places: String...) -> [BatchItem] {
    places.map { BatchItem(path: "in/\($0)", place: $0, isNamed: false) }
  }

  /// The ending that "x.mp4" keeps beside "x.mkv" makes it what "x.mp4.wav" is without its own.
  @Test
  func endingsThatAreKeptCollideWithNobody() {
    let places = Self.subtitles(Self.items("x.mp4", "x.mkv", "x.mp4.wav"))
    #expect(places == ["out/x.mp4.srt", "out/x.mkv.srt", "out/x.mp4.wav.srt"])
    let numbers = Self.subtitles(
      Self.items("x.mp4-2.wav")
        + ["a", "b"].map {
          BatchItem(path: "\($0)/x.mp4", place: "x.mp4", isNamed: true)
        })
    #expect(numbers == ["out/x.mp4-2.srt", "out/x.mp4.srt", "out/x.mp4-3.srt"])
  }

  /// One "é" is a single character, the other an "e" with an accent: equal texts, two files.
  @Test
  func namesAreToldApartByTheirBytes() throws {
    let folder = try TemporaryFolder()
    for name in ["\u{E9}.wav", "e\u{301}.wav"] { try folder.write(name, "x") }
    let list = InputList(operands: [folder.url.path], manifests: [])
    #expect(list.items.count == 2)
    let places = OutputPlace.places(of: list.items, directory: "out").compactMap { $0 }
    #expect(Set(places.map { Array($0.path(.srt).utf8) }).count == 2)
  }

  @Test
  func aNameThatIsNotUTF8IsFoundAndItsOutputHasTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let name = Array("M".utf8) + [0xE4] + Array("rz.wav".utf8)
    let path = folder.path(String(fileBytes: name))
    let descriptor = open(path.fileBytes, O_WRONLY | O_CREAT, 0o666)
    #expect(descriptor >= 0)
    close(descriptor)
    for operand in [folder.url.path, folder.path("M?rz.wav"), path] {
      let list = InputList(operands: [operand], manifests: [])
      #expect(list.items.map { Array($0.place.fileBytes) } == [String(fileBytes: name).fileBytes])
      let output = OutputPlace.places(of: list.items, directory: "out").first.flatMap { $0 }
      let bytes = Array("out/M".utf8) + [0xE4] + Array("rz.srt".utf8) + [0]
      #expect(output?.path(.srt).fileBytes.map { UInt8(bitPattern: $0) } == bytes)
    }
  }
}

@Suite("Fingerprints")
struct FingerprintTests {
  @Test
  func contentIsToldByHeadTailAndTimes() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "x", count: 300_000)
    let path = try folder.write("a.wav", text)
    let first = try InputContent(of: path, before: nil)
    #expect(try InputContent(of: path, before: first) == first)
    // Another tail of the same length, the time of the change set back.
    try folder.write("a.wav", text.dropLast() + "y")
    let time = timespec(
      tv_sec: Int(first.identity.modified / 1_000_000_000),
      tv_nsec: Int(first.identity.modified % 1_000_000_000))
    utimensat(AT_FDCWD, path, [time, time], 0)
    let second = try InputContent(of: path, before: first)
    #expect(second.identity.modified == first.identity.modified)
    #expect(second.identity.size == first.identity.size)
    #expect(second.hash != first.hash)
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
  func everyByteOfHeadAndTailCounts(size: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 1, count: size)
    let url = folder.url.appending(path: "a")
    var hashes: Set<String> = []
    let places = Set([0, 65_535, size - 65_536, size - 1]).filter { (0..<size).contains($0) }
    for place in [nil] + places.map(Optional.some) {
      var changed = bytes
      if let place { changed[place] = 2 }
      try Data(changed).write(to: url)
      hashes.insert(try InputContent(of: url.path, before: nil).hash)
    }
    #expect(hashes.count == places.count + 1)
  }

  @Test
  func everythingThatShapesAnOutputCounts() throws {
    let folder = try TemporaryFolder()
    let content = try InputContent(of: try folder.write("a.wav", "x"), before: nil)
    let base = BatchSettings(
      formats: [.srt], profile: .standard, options: RecognitionOptions(), directory: nil,
      model: ModelInfo(name: "m", version: "1"), program: ModelInfo(name: "p", version: "1"))
    let item = BatchItem(path: "a.wav", place: "a.wav", isNamed: true)
    var prints = [base.fingerprint(item, content, stem: "a")]
    func add(_ change: (inout BatchSettings, inout BatchItem, inout InputContent) throws -> Void)
      rethrows
    {
      var (settings, item, content) = (base, item, content)
      try change(&settings, &item, &content)
      prints.append(settings.fingerprint(item, content, stem: "a"))
    }
    add { settings, _, _ in settings.formats = [.vtt] }
    add { settings, _, _ in settings.formats = [.srt, .vtt] }
    try add { settings, _, _ in try settings.profile.set(.maxLines, to: 1) }
    add { settings, _, _ in settings.profile.joinsSpeakers = true }
    add { settings, _, _ in settings.profile.form.numbers = .auto }
    add { settings, _, _ in settings.profile.form.isVerbatim = true }
    add { settings, _, _ in settings.model.version = "2" }
    add { settings, _, _ in settings.revision += 1 }
    add { settings, _, _ in settings.second = ModelInfo(name: "n", version: "1") }
    add { settings, _, _ in settings.second = ModelInfo(name: "n", version: "2") }
    add { settings, _, _ in settings.options.track = .all }
    add { settings, _, _ in settings.options.start = 1 }
    add { settings, _, _ in settings.options.end = 1 }
    add { settings, _, _ in settings.options.language = .code("de") }
    add { _, item, _ in item.options.language = .code("ja") }
    add { settings, _, _ in settings.options.task = .translate }
    try add { settings, _, _ in settings.options.context = try ContextTerms(list: "Bob") }
    add { settings, _, _ in settings.options.lips = .never }
    add { settings, _, _ in settings.options.lipModel = .none }
    add { _, item, _ in item.options.track = .number(2) }
    add { _, item, _ in item.options.channels = .separate }
    add { _, item, _ in item.options.speakers = "Ann" }
    try add { _, item, _ in item.options.context = try ContextTerms(list: "Ann") }
    add { _, item, _ in item.path = "b.wav" }
    add { _, _, content in content.hash = "0" }
    add { _, _, content in content.identity.modified += 1 }
    add { _, _, content in content.identity.size += 1 }
    prints.append(base.fingerprint(item, content, stem: "b"))
    #expect(Set(prints).count == prints.count)
    // Where the file lies and when its rights changed does not.
    var moved = item
    moved.path = "elsewhere/a.wav"
    var touched = content
    touched.identity.changed += 1
    touched.identity.inode += 1
    #expect(base.fingerprint(moved, touched, stem: "a") == prints[0])
    // Nor does the usual language and task, so that what was done before there was a choice stays done.
    var usual = item
    (usual.options.language, usual.options.task) = (.automatic, .transcribe)
    #expect(base.fingerprint(usual, content, stem: "a") == prints[0])
    // Nor does the program's version where results are the same.
    var upgraded = base
    upgraded.program.version = "2"
    #expect(upgraded.fingerprint(item, content, stem: "a") == prints[0])
  }
}
