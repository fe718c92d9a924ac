import Foundation
import Support
import Testing

@testable import Batch

@Suite("Claims", .timeLimit(.minutes(10)))
struct ClaimTests {
  private let folder: TemporaryFolder
  private let state: StateFolder
  private let claims = Claims(lease: 30)

  init() throws {
    folder = try TemporaryFolder()
    state = StateFolder(outputs: folder.url.path + "/")
    try state.make()
  }

  /// Leaves a claim as a worker of another process would.
  private func leave(
    _ worker: Worker, stem: String = "a", age: Double = 0, nonce: String = "other"
  ) throws -> ClaimText {
    let text = ClaimText(nonce: nonce, key: StateFolder.key(stem), stem: stem, worker: worker)
    let path = state.claim(text.key)
    try JSONEncoder().encode(text).write(to: URL(filePath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
    return text
  }

  private var dead: Worker {
    var worker = Worker.current
    worker.started = "1"
    return worker
  }

  private var foreign: Worker {
    var worker = Worker.current
    worker.boot = "another machine"
    return worker
  }

  /// Leaves a file where the claim of `stem` would be.
  private func leave(bytes: String, stem: String = "a", age: Double = 0) throws {
    let path = state.claim(stem)
    try Data(bytes.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
  }

  /// A crash of the machine can leave it so: whose it was nobody can tell.
  @Test(arguments: ["", "{", "{\"nonce\": \"n\"}", String(repeating: "x", count: 5000)])
  func aClaimThatSaysNothingIsWaitedForAsLongAsALease(bytes: String) throws {
    try leave(bytes: bytes)
    #expect(try claims.take(state, stem: "a") == nil)
    try leave(bytes: bytes, age: 31)
    #expect(try claims.take(state, stem: "a") != nil)
  }

  /// By the file system's clock it was touched a day from now, and will be for a day.
  @Test func aClaimOfTheFutureIsWaitedForAsLongAsALease() throws {
    let claims = Claims(lease: 0.3)
    _ = try leave(foreign, age: -86_400)
    #expect(try claims.take(state, stem: "a") == nil)
    usleep(400_000)
    #expect(try claims.take(state, stem: "a") != nil)
  }

  @Test(arguments: [
    ("../../../x", "a", "n"), ("a", "../../x", "n"), ("a", "a", "../../x"), ("b", "b", "n"),
    ("a", "b", "n"), ("a", "a", ""), ("a", "a/../a", "n"),
  ])
  func aClaimsNamesLeadNowhere(key: String, stem: String, nonce: String) throws {
    let text = ClaimText(nonce: nonce, key: key, stem: stem, worker: dead)
    let bytes = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    try folder.write("x", "precious")
    for ending in ["claim", "txt.part", "txt"] { try folder.write("x.\(ending)", "precious") }
    try leave(bytes: bytes)
    // It counts as one that says nothing.
    #expect(try claims.take(state, stem: "a") == nil)
    try leave(bytes: bytes, age: 31)
    try folder.write(".viseme/work/b.stale", bytes)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -31)],
      ofItemAtPath: folder.path(".viseme/work/b.stale"))
    _ = claims.sweep(state)
    let others = try folder.names().filter { !$0.hasPrefix(".viseme/") }
    #expect(others == ["x", "x.claim", "x.txt", "x.txt.part"])
    #expect(try claims.take(state, stem: "a") != nil)
  }

  /// What cannot be opened says as little as an empty file.
  @Test func aClaimThatIsNoFileIsWaitedForAsLongAsALease() throws {
    let claims = Claims(lease: 0.2)
    symlink("a.claim", state.claim("a"))
    symlink("nowhere", state.claim("b"))
    try FileManager.default.createDirectory(
      atPath: state.claim("c"), withIntermediateDirectories: false)
    for stem in ["a", "b", "c"] { #expect(try claims.take(state, stem: stem) == nil) }
    usleep(300_000)
    for stem in ["a", "b", "c"] { #expect(try claims.take(state, stem: stem) != nil) }
  }

  @Test func aPipeForAClaimKeepsNobodyWaiting() throws {
    #expect(mkfifo(state.claim("a"), 0o600) == 0)
    #expect(try claims.take(state, stem: "a") == nil)
    #expect(try claims.take(state, stem: "b") != nil)
  }

  @Test(arguments: [Int.max, Int.min, -1])
  func deathsMayBeAnyNumber(deaths: Int) throws {
    let text = ClaimText(nonce: "n", key: "a", stem: "a", worker: dead, deaths: deaths)
    try JSONEncoder().encode(text).write(to: URL(filePath: state.died("a")))
    let count = try #require(claims.sweep(state)["a"])
    #expect(1...ClaimText.mostDeaths + 1 ~= count)
    #expect(try claims.take(state, stem: "a")?.text.deaths == count)
  }

  @Test func aTimeThatNoNumberHoldsIsTheNearestOne() {
    #expect(timespec(tv_sec: 9_223_372_037, tv_nsec: 0).nanoseconds == .max)
    #expect(timespec(tv_sec: 9_223_372_036, tv_nsec: 999_999_999).nanoseconds == .max)
    #expect(timespec(tv_sec: -9_223_372_037, tv_nsec: 5).nanoseconds == .min)
    #expect(timespec(tv_sec: 1, tv_nsec: 5).nanoseconds == 1_000_000_005)
  }

  @Test func aKeyFitsIntoAFileName() {
    let stems = [
      String(repeating: "ä", count: 127), "e" + String(repeating: "\u{301}", count: 120),
    ]
    for stem in stems { #expect(StateFolder.key(stem).utf8.count + 20 <= 255) }
  }

  @Test
  func oneOfManyGetsIt() throws {
    let taken = Guarded<[Claim]>([])
    DispatchQueue.concurrentPerform(iterations: 16) { _ in
      if let claim = try? claims.take(state, stem: "a") { taken.withLock { $0.append(claim) } }
    }
    let all = taken.withLock { $0 }
    #expect(all.count == 1)
    all.forEach(claims.release)
    #expect(try folder.names() == [])
    #expect(try claims.take(state, stem: "a") != nil)
  }

  @Test
  func aLivingWorkerKeepsItsClaim() throws {
    // Its lease is over, but this machine can tell that it lives.
    _ = try leave(.current, age: 1000)
    #expect(try claims.take(state, stem: "a") == nil)
    #expect(claims.sweep(state) == [:])
    #expect(try claims.take(state, stem: "a") == nil)
  }

  @Test
  func aDeadWorkersClaimIsTakenAtOnce() throws {
    _ = try leave(dead)
    let claim = try #require(try claims.take(state, stem: "a"))
    #expect(claim.isHeld)
  }

  @Test
  func aForeignWorkerHasItsLease() throws {
    _ = try leave(foreign, age: 10)
    #expect(try claims.take(state, stem: "a") == nil)
    _ = try leave(foreign, age: 31)
    #expect(try claims.take(state, stem: "a") != nil)
  }

  @Test
  func aLostClaimIsNoticed() throws {
    let claim = try #require(try claims.take(state, stem: "a"))
    let isTold = Guarded(false)
    claim.onLoss { isTold.withLock { $0 = true } }
    claim.touch()
    #expect(!isTold.withLock { $0 })
    _ = try leave(foreign)
    #expect(!claim.isHeld)
    claim.touch()
    #expect(isTold.withLock { $0 })
    claims.release(claim)
    // It is the other worker's.
    #expect(ClaimFile(at: state.claim("a"))?.text?.nonce == "other")
  }

  @Test
  func whatADeadWorkerHadNotRecordedGoes() throws {
    let text = try leave(dead)
    try folder.write(".viseme/work/other.txt.part", "half")
    try folder.write(".viseme/work/other.record.part", "half")
    #expect(claims.sweep(state) == ["a": 1])
    #expect(try folder.names() == [".viseme/work/a.died"])
    #expect(state.read(text.key) == nil)
  }

  @Test(arguments: [ReportLine.Status.done, .failed])
  func whatADeadWorkerHadRecordedIsCompleted(status: ReportLine.Status) throws {
    let text = try leave(dead)
    let line = ReportLine(input: "a.wav", status: status, model: "", program: "", finished: "")
    let content = InputContent(
      identity: .init(size: 1, modified: 1, changed: 1, inode: 1), hash: "")
    try state.write(
      Record(content: content, worker: "other", owned: ["txt"], line: line), "a", nonce: "other")
    try folder.write(".viseme/work/other.txt.part", "whole")
    try folder.write("a.txt", "old")
    try folder.write(".viseme/work/a.died", "of a worker before")
    #expect(claims.sweep(state) == [:])
    #expect(folder.read("a.txt") == (status == .done ? "whole" : "old"))
    #expect(try folder.names() == [".viseme/a.json", "a.txt"])
    #expect(state.read(text.key)?.line == line)
  }

  @Test
  func sweepingLeavesTheLiving() throws {
    let claim = try #require(try claims.take(state, stem: "b"))
    try folder.write(".viseme/work/\(claim.text.nonce).txt.part", "half")
    try folder.write(".viseme/work/fresh.txt.part", "of a claim not yet seen")
    #expect(claims.sweep(state) == [:])
    #expect(claim.isHeld)
    #expect(try folder.names().count == 3)
  }

  @Test
  func deathsAreCountedUntilTheRecordingIsDealtWith() throws {
    _ = try leave(dead)
    #expect(claims.sweep(state) == ["a": 1])
    // Another worker's claim, as it was made after that, is left by a death too.
    let claim = try #require(try claims.take(state, stem: "a"))
    var text = claim.text
    #expect(text.deaths == 1)
    text.worker = dead
    try JSONEncoder().encode(text).write(to: URL(filePath: claim.path))
    #expect(claims.sweep(state) == ["a": 2])
    claims.release(try #require(try claims.take(state, stem: "a")))
    #expect(claims.sweep(state) == [:])
    #expect(try folder.names() == [])
  }

  /// As they are left where a file cannot be written before it has a name.
  @Test
  func claimsWithoutTextGoInTime() throws {
    for name in ["new.new", "old.new", "old.claim"] {
      let path = try folder.write(".viseme/work/\(name)", "")
      let date = Date(timeIntervalSinceNow: name == "new.new" ? 0 : -40)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
    #expect(claims.sweep(state) == [:])
    #expect(try folder.names() == [".viseme/work/new.new"])
  }

  @Test
  func deathsAreForgottenInTime() throws {
    _ = try leave(dead)
    _ = claims.sweep(state)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -31 * 86_400)],
      ofItemAtPath: state.died("a"))
    #expect(claims.sweep(state) == [:])
    #expect(try folder.names() == [])
  }

  @Test
  func longNamesFit() throws {
    let stem = String(repeating: "ä", count: 120)
    let claim = try #require(try claims.take(state, stem: stem))
    #expect(claim.isHeld)
    #expect(StateFolder.key(stem + "a") != StateFolder.key(stem + "b"))
  }

  @Test
  func tellsWhereThereIsNoPlace() throws {
    let file = StateFolder(outputs: try folder.write("file", "x") + "/")
    #expect(throws: AtomicFileError.self) { try claims.take(file, stem: "a") }
  }
}
