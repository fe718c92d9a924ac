import Demux
import Foundation
import Speakers
import Support
import Testing
import Transcript

@testable import Pipeline

@Suite("Voice book") struct VoiceBookTests {
  /// A folder that goes away with its owner.
  private final class OwnFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "viseme-\(UUID().uuidString)")
    init() throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }
  }

  private let owner: OwnFolder
  private var folder: URL { owner.url }
  private var file: VoiceBookFile {
    VoiceBookFile(path: folder.appending(path: "voices.book").path)
  }

  init() throws { owner = try OwnFolder() }

  private func print(_ axis: Int, seconds: Double = 20) throws -> VoicePrint {
    var vector = [Float](repeating: 0, count: VoicePrint.width)
    vector[axis] = 1
    return try #require(VoicePrint(vector, seconds: seconds))
  }

  private func mode() -> mode_t {
    var status = stat()
    return stat(file.path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  private func write(_ names: String...) throws {
    for (axis, name) in names.enumerated() {
      let print = try print(axis)
      try file.change { $0.add(print, to: name, on: "2026-11-30") }
    }
  }

  @Test func whatIsWrittenIsReadByItsOwnerAlone() throws {
    #expect(try file.readIfPresent() == nil)
    // A file that others could read is closed to them.
    try Data().write(to: URL(filePath: file.path))
    chmod(file.path, 0o644)
    #expect(throws: VoiceBookError.damaged(path: file.path)) { try file.read() }
    unlink(file.path)
    try write("Anna", "Ben")
    #expect(mode() == 0o600)
    chmod(file.path, 0o644)
    try write("Anna")
    #expect(mode() == 0o600)
    let book = try file.read()
    #expect(book.people.map(\.name) == ["Anna", "Ben"])
    #expect(book.people.map(\.prints.count) == [2, 1])
    #expect(try book.people[1].prints.map(\.print) == [print(1)])
    #expect(book.people[1].prints[0].added == "2026-11-30")
    // Nothing but the book lies there.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["voices.book"])
  }

  @Test func theBookOfNobodyIsDeleted() throws {
    try write("Anna", "Ben")
    try file.change { #expect($0.remove("Anna") && !$0.remove("Eve")) }
    #expect(try file.read().people.map(\.name) == ["Ben"])
    try file.change { _ = $0.remove("Ben") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func everyDamagedByteIsNoticed() throws {
    try write("Anna", "Ben")
    let whole = try Data(contentsOf: URL(filePath: file.path))
    for place in stride(from: 0, to: whole.count, by: 7) {
      var damaged = whole
      damaged[place] ^= 1
      try damaged.write(to: URL(filePath: file.path))
      #expect(throws: VoiceBookError.self, "\(place)") { try file.read() }
    }
    for count in [0, 1, 20, 90, whole.count - 1] {
      try whole.prefix(count).write(to: URL(filePath: file.path))
      #expect(throws: VoiceBookError.damaged(path: file.path), "\(count)") { try file.read() }
    }
    // A change does not make a new book of it.
    #expect(throws: VoiceBookError.damaged(path: file.path)) { try file.change { _ in } }
  }

  @Test func booksOfOthersAreRefusedByName() throws {
    func put(_ body: String, version: String = "1") throws {
      let text = "viseme-voices \(version) \(SHA256.hexDigest(of: body))\n\(body)"
      try Data(text.utf8).write(to: URL(filePath: file.path))
    }
    try put("{}", version: "2")
    #expect(throws: VoiceBookError.newer(path: file.path)) { try file.read() }
    try put("{\"network\":\"other 1.0\",\"people\":[]}")
    #expect(throws: VoiceBookError.otherNetwork(path: file.path, network: "other 1.0")) {
      try file.read()
    }
    let vectors = [
      Data(count: VoicePrint.width), Data(count: 3),
      Data(repeating: 7, count: VoicePrint.width + 1),
    ]
    for vector in vectors {
      try put(
        """
        {"network":"\(VoiceBook.network)","people":[{"name":"Anna","prints":[\
        {"added":"","seconds":9,"vector":"\(vector.base64EncodedString())"}]}]}
        """)
      #expect(throws: VoiceBookError.damaged(path: file.path)) { try file.read() }
    }
    #expect(throws: VoiceBookError.unreadable(path: folder.path, code: EISDIR)) {
      try VoiceBookFile(path: folder.path).read()
    }
  }

  @Test func aPersonKeepsTheNewestPrints() throws {
    var book = VoiceBook()
    for number in 0..<25 { book.add(try print(number), to: "Anna", on: "day \(number)") }
    #expect(book.people[0].prints.map(\.added).first == "day 5")
    #expect(book.people[0].prints.count == VoiceBook.mostPrints)
    #expect(book.confusable(try print(7), with: "Anna") == [])
    #expect(book.confusable(try print(7), with: "Ben") == ["Anna"])
    #expect(book.confusable(try print(3), with: "Ben") == [])
  }

  @Test(arguments: ["Anna", "Dr. Ann O'Example", "Speaker", "Speakers 3"]) func areNames(
    _ name: String
  ) {
    #expect(VoiceBook.isName(name))
  }

  @Test(arguments: [
    "", " ", " Anna", "A,B", "A\nB", "Speaker 3", String(repeating: "a", count: 101),
  ])
  func areNoNames(_ name: String) { #expect(!VoiceBook.isName(name)) }

  @Test func theUsualPlaceFollowsTheEnvironment() {
    func path(_ environment: [String: String]) -> String {
      VoiceBookFile.usual(environment: environment).path
    }
    #expect(path(["VISEME_VOICE_BOOK": "b", "HOME": "/h"]) == "b")
    #expect(path(["VISEME_VOICE_BOOK": "none", "XDG_DATA_HOME": "/d"]) == "/d/viseme/voices.book")
    #expect(VoiceBookFile.isTurnedOff(["VISEME_VOICE_BOOK": "none"]))
    #expect(!VoiceBookFile.isTurnedOff(["VISEME_VOICE_BOOK": "./none"]))
    #expect(path(["XDG_DATA_HOME": "/d", "HOME": "/h"]) == "/d/viseme/voices.book")
    #expect(path(["XDG_DATA_HOME": "d", "HOME": "/h"]) == "/h/.local/share/viseme/voices.book")
  }

  @Test func voicesAreCalledByTheBookUnlessTheUserNamesThem() throws {
    var book = VoiceBook()
    for (axis, name) in ["Anna", "Ben"].enumerated() {
      book.add(try print(axis), to: name, on: "")
    }
    let turns = (0..<3).map { SpeakerTurn(speaker: $0, start: Double($0), end: Double($0) + 1) }
    // The second voice and the one in the other lane are Anna's; one of them is more so.
    let lanes = [
      0: Diarization(turns, prints: [0: try print(1), 1: try print(0), 2: try print(9)]),
      1: Diarization([SpeakerTurn(speaker: 0, start: 0, end: 1)], prints: [0: try print(0)]),
    ]
    func names(_ names: [Int: String], _ book: VoiceBook?) -> [String] {
      let roll = VoiceRoll(lanes, names: names, book: book)
      return (1...4).map { roll.name($0) }
    }
    #expect(names([:], nil) == ["Speaker 1", "Speaker 2", "Speaker 3", "Speaker 4"])
    #expect(names([:], book) == ["Ben", "Anna", "Speaker 3", "Speaker 4"])
    #expect(names([2: "Eve"], book) == ["Ben", "Eve", "Speaker 3", "Anna"])
    #expect(names([3: "Anna"], book) == ["Ben", "Speaker 2", "Anna", "Speaker 4"])
    #expect(VoiceRoll(lanes, names: [3: "Anna"], book: book).known == ["Ben"])
  }

  @Test func fingerprintsHaveTheBookWhereVoicesAreToldApart() throws {
    var options = RecognitionOptions()
    let plain = options.identity
    options.book = VoiceBook()
    #expect(options.identity == plain)
    options.speakers = "auto"
    let empty = options.identity
    options.book?.add(try print(0), to: "Anna", on: "")
    let anna = options.identity
    options.book?.add(try print(1), to: "Anna", on: "")
    #expect(Set([plain, empty, anna, options.identity]).count == 4)
    // Nobody of the book stands in a transcript's settings.
    #expect(!options.settings.description.contains("Anna"))
  }
}
