import Fixtures
import Foundation
import LipEncoder
import Testing
import Transcript

@testable import Batch
@testable import Demux
@testable import Pipeline

@Suite("Readings that are kept", .timeLimit(.minutes(10)))
struct ReadingJournalTests {
  private let folder: TemporaryFolder
  private let state: StateFolder
  private let claims = Claims(lease: 30)
  private let claim: Claim

  init() throws {
    folder = try TemporaryFolder()
    state = StateFolder(outputs: folder.url.path + "/")
    claim = try #require(try claims.take(state, stem: "a"))
  }

  private var path: String { state.segments("a") }

  private func place(_ number: Int) -> SegmentTask.Place {
    SegmentTask.Place(
      number: number, track: 1 + number % 2, startSample: Int64(number) * 1_000_000_007,
      sampleCount: 16_000)
  }

  /// Numbers as they come, of all sizes.
  private func anyNumber(_ chance: inout SeededGenerator) -> Double {
    let bits = Double(bitPattern: .random(in: 0 ... .max, using: &chance))
    return bits.isFinite ? bits : -0.0
  }

  private func segment(_ number: Int, _ chance: inout SeededGenerator) -> Reading {
    let words = ["naïve", "\"so\"", "a\nb", "日本", "don't", ""].map { text in
      Word(
        text: text, start: anyNumber(&chance), end: anyNumber(&chance),
        confidence: anyNumber(&chance),
        lips: number % 3 == 0 ? WordLips(face: 0, gate: anyNumber(&chance)) : nil)
    }
    func single() -> Float {
      let value = Float(bitPattern: .random(in: 0 ... .max, using: &chance))
      return value.isFinite ? value : -0.0
    }
    var face: FacePlace?
    if number % 3 == 0 {
      face = FacePlace(mouth: Point(x: single(), y: -0.0), size: single())
      face?.share = Point(x: .leastNonzeroMagnitude, y: single())
    }
    var sighting: Sighting?
    if number % 2 == 0 {
      let label = DemuxError.TrackLabel(number: 1, language: nil, title: "x")
      let fault = PictureFault.unreadable(
        .noSuchTrack(requested: .language("en"), available: [label]))
      sighting = Sighting(faces: number, fault: number % 4 == 0 ? fault : .pipe, isDamaged: true)
      sighting?.offset = anyNumber(&chance)
    }
    var round = Reading.Round.final(sighting)
    if number % 7 == 3 {
      let confidence = number % 2 == 0 ? anyNumber(&chance) : nil
      round = .first(ReadingGrade(isLoop: number % 3 == 0, confidence: confidence))
    }
    return Reading(
      recording: 0, startSample: Int64(number),
      words: number % 5 == 0 ? nil : Segment(start: 0.1, end: -0.0, track: 1, words: words),
      face: face, round: round)
  }

  private func segments(_ count: Int) -> [Reading] {
    var chance = SeededGenerator(seed: 7)
    return (0..<count).map { segment($0, &chance) }
  }

  private func journal(_ fingerprint: String = "f", isWanted: Bool = true) -> ReadingJournal {
    ReadingJournal(claim, fingerprint: fingerprint, isWanted: isWanted)
  }

  /// Leaves a journal of so many segments as a kill does.
  private func leave(_ count: Int) {
    let journal = journal()
    for (number, read) in segments(count).enumerated() { journal.keep(place(number), read) }
    journal.close()
  }

  /// The numbers of those segments of `count` that a journal has.
  private func kept(_ journal: ReadingJournal, of count: Int) -> [Int] {
    (0..<count).filter { journal.restore(place($0)) != nil }
  }

  /// All numbers in a value, bit by bit: -0 is not 0.
  private func bits(_ read: Reading?) -> [UInt64] {
    guard let read else { return [] }
    var doubles: [Double] = []
    for word in read.words?.words ?? [] {
      doubles += [word.start, word.end, word.confidence, word.lips?.gate ?? 0]
    }
    doubles.append(read.words?.end ?? 0)
    switch read.round {
    case .first(let grade): doubles.append(grade.confidence ?? 0)
    case .final(let sighting): doubles.append(sighting?.offset ?? 0)
    }
    var singles: [Float] = []
    if let face = read.face {
      singles = [face.mouth.x, face.mouth.y, face.size, face.share.x, face.share.y]
    }
    return doubles.map(\.bitPattern) + singles.map { UInt64($0.bitPattern) }
  }

  @Test
  func whatWasReadComesBackBitForBit() {
    leave(200)
    let journal = journal()
    for (number, read) in segments(200).enumerated() {
      let found = journal.restore(place(number))
      #expect(found == read, "\(number)")
      #expect(bits(found) == bits(read), "\(number)")
    }
    // First readings are not all there is to do: each 7th.
    #expect(journal.restored == 200 - 29)
  }

  @Test
  func theSecondReadingFollowsTheFirst() {
    let (first, whole) = (segments(4)[3], segments(5)[4])
    let before = journal()
    before.keep(place(3), first)
    before.close()
    let between = journal()
    #expect(between.restore(place(3)) == first)
    #expect(between.restored == 0)
    between.keep(place(3), whole)
    between.close()
    let after = journal()
    #expect(after.restore(place(3)) == whole)
    #expect(after.restored == 1)
  }

  @Test
  func anotherPlaceIsAnotherSegment() {
    leave(2)
    let journal = journal()
    let same = place(1)
    for (number, track, start, count) in [
      (0, same.track, same.startSample, 16_000), (1, 1, same.startSample, 16_000),
      (1, same.track, same.startSample + 1, 16_000), (1, same.track, same.startSample, 16_001),
    ] {
      let other = SegmentTask.Place(
        number: number, track: track, startSample: start, sampleCount: count)
      #expect(journal.restore(other) == nil)
    }
    #expect(journal.restore(same) != nil)
  }

  @Test
  func goesOnAfterALineThatIsNotWhole() throws {
    leave(4)
    let whole = try Data(contentsOf: URL(filePath: path))
    for cut in [1, 20, whole.count / 4] {
      try whole.dropLast(cut).write(to: URL(filePath: path))
      let torn = journal()
      #expect(kept(torn, of: 4) == [0, 1, 2])
      torn.keep(place(7), segments(8)[7])
      torn.close()
      let next = journal()
      #expect(kept(next, of: 8) == [0, 1, 2, 7])
      next.close()
    }
  }

  /// In each line a byte is another one, or the file has been lengthened with zeros by a power cut.
  @Test
  func whatIsDamagedGoesWithAllAfterIt() throws {
    leave(4)
    let whole = try Data(contentsOf: URL(filePath: path))
    let ends = whole.indices.filter { whole[$0] == 0x0A }
    for line in 0..<4 {
      for at in [ends[line] + 1, ends[line] + 40, ends[line + 1]] {
        var damaged = whole
        damaged[at] ^= 1
        try damaged.write(to: URL(filePath: path))
        #expect(kept(journal(), of: 4) == Array(0..<line), "\(line) \(at)")
      }
    }
    try (whole + Data(count: 5000)).write(to: URL(filePath: path))
    #expect(kept(journal(), of: 4) == [0, 1, 2, 3])
  }

  @Test(arguments: ["another task", "another version", "not wanted", "no head", "nothing"])
  func whatIsForAnotherTaskGoes(what: String) throws {
    leave(3)
    var data = try Data(contentsOf: URL(filePath: path))
    switch what {
    case "another version":
      data.replace(
        Data("segments \(ReadingLine.version) ".utf8), with: Data("segments 1 ".utf8))
    case "no head": data = data.dropFirst()
    case "nothing": data = Data()
    default: break
    }
    try data.write(to: URL(filePath: path))
    let journal = journal(
      what == "another task" ? "g" : "f", isWanted: what != "not wanted")
    #expect(kept(journal, of: 3) == [])
    #expect(access(path, F_OK) != 0)
    journal.keep(place(9), segments(10)[9])
    #expect(journal.restore(place(9)) == nil)
  }

  /// Lines of another task that came into this file all the same.
  @Test
  func aLineOfAnotherTaskIsNoLine() throws {
    leave(2)
    let mine = try Data(contentsOf: URL(filePath: path))
    let other = journal("g")
    other.keep(place(2), segments(3)[2])
    other.close()
    let lines = try Data(contentsOf: URL(filePath: path)).split(separator: 0x0A)
    try (mine + lines[1] + [0x0A]).write(to: URL(filePath: path))
    #expect(kept(journal(), of: 3) == [0, 1])
  }

  /// A holder that slept through its lease wakes up while its successor works.
  @Test
  func whoComesTooLateWritesToNowhere() throws {
    let before = journal()
    before.keep(place(0), segments(1)[0])
    unlink(claim.path)
    let successor = try #require(try claims.take(state, stem: "a"))
    let after = ReadingJournal(successor, fingerprint: "f")
    #expect(kept(after, of: 1) == [0])
    // Not yet told: into the file that it has, which nobody reads after the successor's first line.
    before.keep(place(1), segments(2)[1])
    after.keep(place(2), segments(3)[2])
    before.keep(place(3), segments(4)[3])
    claim.touch()
    before.keep(place(4), segments(5)[4])
    before.remove()
    after.close()
    let last = ReadingJournal(successor, fingerprint: "f")
    #expect(kept(last, of: 5) == [0, 2])
  }

  @Test
  func whoHasLostTheClaimMakesNoFile() throws {
    let before = journal()
    unlink(claim.path)
    let successor = try #require(try claims.take(state, stem: "a"))
    before.keep(place(0), segments(1)[0])
    #expect(try folder.names() == [".viseme/work/a.claim"])
    claims.release(successor)
  }

  @Test
  func aClosedOneTakesNothing() throws {
    let journal = journal()
    journal.close()
    journal.keep(place(0), segments(1)[0])
    #expect(try folder.names() == [".viseme/work/a.claim"])
  }

  @Test
  func readersKeepAtTheSameTime() {
    let journal = journal()
    let all = segments(64)
    DispatchQueue.concurrentPerform(iterations: all.count) { journal.keep(place($0), all[$0]) }
    journal.close()
    let next = self.journal()
    #expect(all.indices.allSatisfy { next.restore(place($0)) == all[$0] })
  }

  @Test
  func numbersThatAreNoneAreReadAgain() {
    let journal = journal()
    let word = Word(text: "a", start: 0, end: 1, confidence: .nan)
    let read = Reading(
      recording: 0, startSample: 0, words: Segment(start: 0, end: 1, track: 1, words: [word]),
      face: nil, round: .final(nil))
    journal.keep(place(0), read)
    journal.keep(place(1), segments(2)[1])
    journal.close()
    #expect(kept(self.journal(), of: 2) == [1])
  }

  @Test
  func isSweptInTime() throws {
    leave(1)
    claims.release(claim)
    #expect(try folder.names() == [".viseme/work/a.segments"])
    #expect(claims.sweep(state) == [:])
    #expect(try folder.names() == [".viseme/work/a.segments"])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -31 * 86_400)], ofItemAtPath: path)
    #expect(claims.sweep(state) == [:])
    #expect(try folder.names() == [])
  }

  @Test
  func goesWithTheRecord() throws {
    leave(1)
    let line = ReportLine(input: "a.wav", status: .done, model: "", program: "", finished: "")
    let content = InputContent(
      identity: .init(size: 1, modified: 1, changed: 1, inode: 1), hash: "")
    try state.write(
      Record(content: content, worker: claim.text.nonce, owned: [], line: line), "a",
      nonce: claim.text.nonce)
    claims.release(claim)
    #expect(try folder.names() == [".viseme/a.json"])
  }
}
