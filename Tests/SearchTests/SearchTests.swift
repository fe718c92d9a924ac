import Foundation
import Support
import Testing
import Transcript

@testable import Search

/// A folder of transcripts that goes away with its owner.
final class ArchiveFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "viseme-search-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    chmod(path, 0o755)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a transcript whose segments are "Speaker: words…", a word a second from 0 on.
  func transcript(_ name: String, _ lines: [String]) throws {
    var time = 0.0
    let segments = lines.map { line in
      let parts = line.split(separator: ": ", maxSplits: 1)
      let words = (parts.last ?? "").split(separator: " ").map { text in
        defer { time += 1 }
        return Word(text: String(text), start: time, end: time + 0.5, confidence: 0.9)
      }
      var segment = Segment(start: words[0].start, end: time, track: 1, words: words)
      segment.speaker = parts.count > 1 ? String(parts[0]) : nil
      return segment
    }
    var text = ""
    Transcript(
      header: TranscriptHeader(
        program: ModelInfo(name: "p", version: "1"),
        source: SourceInfo(file: "m.wav", duration: nil, container: "wav"),
        model: ModelInfo(name: "m", version: "1")), segments: segments
    ).write(.json, profile: .standard, to: &text)
    try write(name, text)
  }

  func write(_ name: String, _ text: String) throws {
    let file = URL(filePath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    // As if it had been written a minute ago: what has just changed is read again.
    age(name, seconds: 60)
  }

  func age(_ name: String, seconds: Int) {
    let then = timespec(tv_sec: time(nil) - seconds, tv_nsec: 0)
    _ = [then, then].withUnsafeBufferPointer {
      utimensat(AT_FDCWD, "\(path)/\(name)", $0.baseAddress, 0)
    }
  }

  var index: String { "\(path)/\(SearchIndex.name)" }
}

@Suite("Search")
struct SearchTests {
  private let folder: ArchiveFolder

  init() throws { folder = try ArchiveFolder() }

  private func find(
    _ text: String?, near: Bool = false, speaker: String? = nil, limit: Int = 50
  ) throws -> (SearchAnswer, Archive.Origin) {
    let archive = try Archive(folder: folder.path) { _, _ in }
    let answer = try archive.search(
      SearchQuestion(
        words: text.flatMap { SearchQuery($0, isNear: near) },
        speaker: speaker.flatMap { SearchQuery($0) }, limit: limit, context: 2))
    return (answer, archive.origin)
  }

  @Test
  func wordsAreFoundWhateverTheirCapitalsAccentsAndMarksWithPlaceAndContext() throws {
    try folder.transcript(
      "a.json", ["Anna: We must cut the \u{201C}Café\u{201D}, budget now.", "Ben: No budget."])
    try folder.transcript("deep/er/b.json", ["the cafe was closed"])
    let (answer, _) = try find("CAFE")
    #expect(answer.count == 2 && answer.transcripts == 2)
    #expect(answer.hits.map(\.path) == ["a.json", "deep/er/b.json"])
    let hit = answer.hits[0]
    #expect((hit.time, hit.speaker) == (4, "Anna"))
    #expect(
      (hit.before, hit.match, hit.after) == ("cut the", "\u{201C}Café\u{201D},", "budget now."))
    // Context ends where another speaks.
    #expect(try find("now").0.hits.map(\.after) == [""])
    #expect(try find("cafe budget").0.hits.map(\.match) == ["\u{201C}Café\u{201D}, budget"])
    #expect(try find("budget cafe").0.count == 0)
    #expect(try find("bud").0.count == 0)
    #expect(try find("bud*").0.count == 2)
    #expect(try find("budget", limit: 1).0.hits.count == 1)
    #expect(try find("budget", limit: 1).0.count == 2)
  }

  @Test(arguments: [
    ("recieve", true), ("receivd", true), ("receve", true), ("receeive", true),
    ("recxivd", false),
    ("believe", false), ("receive", true),
  ])
  func nearSpellings(spelling: String, isFound: Bool) throws {
    try folder.transcript("a.json", ["I receive it"])
    #expect(try find(spelling, near: true).0.count == (isFound ? 1 : 0))
    #expect(try find("ti", near: true).0.count == 0)
  }

  @Test
  func partsOfWordsNumbersApostrophesAndScriptsWithoutSpaces() throws {
    try folder.transcript(
      "a.json", ["A well-known 3.5 percent, don't you? \u{4F1A}\u{8BAE}\u{5F00}\u{59CB}"])
    for text in ["known", "well-known", "3.5", "don\u{2019}t", "\u{8BAE}\u{5F00}", "percent don't"]
    {
      #expect(try find(text).0.count == 1, "\(text)")
    }
    #expect(try find("5").0.count == 0)
    #expect(try find("known").0.hits.first?.before == "A well-")
    #expect(SearchQuery(" - ") == nil)
  }

  @Test
  func speakersAreFoundByNameAndNarrowDownWhoseWordsCount() throws {
    try folder.transcript(
      "a.json", ["Anna Berg: one budget", "Ben: two budget", "Anna Berg: three"])
    let (named, _) = try find("berg")
    #expect(named.hits.map(\.kind) == [.speaker(turns: 2)])
    #expect(named.hits.map(\.time) == [0])
    #expect(try find("budget", speaker: "ben").0.hits.map(\.time) == [3])
    let alone = try find(nil, speaker: "Anna")
    #expect(alone.0.hits.map(\.speaker) == ["Anna Berg"])
  }

  @Test
  func theIndexFollowsWhatIsAddedChangedAndRemoved() throws {
    try folder.transcript("a.json", ["old words"])
    try folder.transcript("b.json", ["other words"])
    #expect(try find("words").1 == .rebuilt(.missing, read: 2))
    #expect(try find("words").1 == .stored)
    try folder.transcript("a.json", ["new words"])
    folder.age("a.json", seconds: 30)
    let (changed, origin) = try find("new")
    #expect(changed.count == 1 && origin == .updated(read: 1))
    #expect(try find("old").0.count == 0)
    try folder.transcript("c.json", ["third words"])
    #expect(try find("words").0.count == 3)
    try FileManager.default.removeItem(atPath: "\(folder.path)/b.json")
    #expect(try find("words").0.count == 2)
    // Its size and time would be the same after a change in this moment, so it is read again.
    folder.age("a.json", seconds: 0)
    _ = try find("words")
    #expect(try find("words").1 == .updated(read: 1))
  }

  @Test
  func anIndexThatIsDamagedAnywhereIsMadeAgainAndAnswersStayRight() throws {
    for name in ["a", "b", "c"] {
      try folder.transcript("\(name).json", ["X: some \(name) words here"])
    }
    let right = try find("words").0.hits
    let whole = try Data(contentsOf: URL(filePath: folder.index))
    var random = SystemRandomNumberGenerator()
    for round in 0..<60 {
      var bytes = whole
      if round % 4 == 0 {
        bytes = bytes.prefix(Int.random(in: 0..<whole.count, using: &random))
      } else {
        let place = Int.random(in: 0..<whole.count, using: &random)
        bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      }
      try bytes.write(to: URL(filePath: folder.index))
      let question = SearchQuestion(
        words: SearchQuery("words"), speaker: nil, limit: 50, context: 2)
      var answer: SearchAnswer?
      do {
        answer = try Archive(folder: folder.path) { _, _ in }.search(question)
      } catch IndexFault.damaged {
        answer = try Archive(folder: folder.path, isFresh: true) { _, _ in }.search(question)
      }
      #expect(answer?.hits == right, "round \(round)")
    }
    // One of another version is made again, too.
    var other = whole
    other[whole.count - 16] = 99
    try other.write(to: URL(filePath: folder.index))
    #expect(try find("words").1 == .rebuilt(.otherVersion, read: 3))
  }

  @Test
  func whatCannotBeSearchedIsToldTheRestIsJSONOfOtherProgramsIsPassedOver() throws {
    try folder.transcript("good.json", ["some words"])
    try folder.write("broken.json", "{\"schema\": \"viseme.transcript\", \"version\": 1, \"segm")
    try folder.write("newer.json", "{\"schema\": \"viseme.transcript\", \"version\": 7}")
    try folder.write("other.json", "{\"segments\": []}")
    for _ in 0..<2 {
      let archive = try Archive(folder: folder.path) { _, _ in }
      #expect(
        archive.faults.map(\.fault) == [.transcript(.notJSON), .transcript(.newer(version: 7))])
      #expect(archive.count == 1 && archive.otherCount == 1)
    }
    // Known faults do not make the index anew each time; one that is mended is searched.
    #expect(try find("words").1 == .stored)
    try folder.transcript("broken.json", ["more words"])
    #expect(try find("words").0.count == 2)
    try FileManager.default.removeItem(atPath: "\(folder.path)/broken.json")
    #expect(try find("words").0.count == 1)
  }

  @Test
  func aFolderInWhichNothingCanBeWrittenIsSearchedAllTheSame() throws {
    try folder.transcript("a.json", ["some words"])
    // A folder where the index should be: nothing can be put in its place, even by root.
    try FileManager.default.createDirectory(
      atPath: folder.index, withIntermediateDirectories: false)
    let archive = try Archive(folder: folder.path) { _, _ in }
    #expect(archive.notStored == .isDirectory(path: folder.index))
    let question = SearchQuestion(words: SearchQuery("words"), speaker: nil, limit: 5, context: 2)
    #expect(try archive.search(question).count == 1)
  }

  @Test
  func theDistanceIsThatOfItsDefinition() {
    // By recursion over the last letters.
    func slow(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>) -> Int {
      guard let x = a.last, let y = b.last else { return a.count + b.count }
      var best = min(
        slow(a.dropLast(), b.dropLast()) + (x == y ? 0 : 1), slow(a.dropLast(), b) + 1,
        slow(a, b.dropLast()) + 1)
      if a.count > 1, b.count > 1, x == b.dropLast().last, y == a.dropLast().last {
        best = min(best, slow(a.dropLast(2), b.dropLast(2)) + 1)
      }
      return best
    }
    for _ in 0..<300 {
      let a = (0..<Int.random(in: 0...6)).map { _ in Int.random(in: 0...2) }
      let b = (0..<Int.random(in: 0...6)).map { _ in Int.random(in: 0...2) }
      let right = slow(a[...], b[...])
      #expect(SearchQuery.Term.distance(a, b, most: 9) == right)
      let bounded = SearchQuery.Term.distance(a, b, most: 1)
      #expect(right <= 1 ? bounded == right : bounded > 1)
    }
  }
}
