import Dispatch
import Foundation
import Support

/// The claims that this process holds, touched from time to time so that others see it alive.
///
/// `@unchecked Sendable`: no property changes after `init`; `held`, `serial` and `observed` are locked,
/// and Dispatch sources may be used from any thread.
final class Claims: @unchecked Sendable {
  /// Seconds for which it is remembered that workers died with a recording that nobody works on, and
  /// what was read of it.
  private static let memory = 30.0 * 86_400
  /// Endings of files that are no claims and are swept by themselves.
  private static let (part, remembered) = (".part", [".died", ".segments"])

  /// Seconds after which a claim that nobody touched is a dead worker's.
  let lease: Double
  private let held = Guarded<[String: Claim]>([:])
  private let timer: any DispatchSourceTimer
  private let serial = Guarded(0)
  /// Claims that were found, by path: when they had been touched last, and since when that has been so by
  /// our own clock, which nobody sets.
  private let observed = Guarded<[String: (touched: Int64, since: UInt64)]>([:])

  /// Starts touching.
  init(lease: Double) {
    self.lease = lease
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "viseme.claims"))
    let period = lease / 6
    timer.schedule(deadline: .now() + period, repeating: period)
    timer.setEventHandler { [held] in
      for claim in held.withLock({ Array($0.values) }) { claim.touch() }
    }
    timer.resume()
  }

  deinit { timer.cancel() }

  /// Claims an output; nil when another worker has it.
  func take(_ folder: StateFolder, stem: String) throws(AtomicFileError) -> Claim? {
    try folder.make()
    let key = StateFolder.key(stem)
    let text = ClaimText(
      nonce: nonce(), key: key, stem: stem, worker: .current, deaths: Self.deaths(folder, key))
    let offer = "\(folder.work)\(text.nonce).new"
    let clock = try write(text, to: offer, in: folder)
    defer { remove(offer) }
    let claim = Claim(folder: folder, text: text)
    for _ in 0..<8 {
      if link(offer, claim.path) == 0 || Self.isLinked(offer) {
        TemporaryFiles.remember(claim.path)
        held.withLock { $0[text.nonce] = claim }
        return claim
      }
      guard errno == EEXIST else { throw .cannotCreate(path: folder.place, code: errno) }
      guard let other = ClaimFile(at: claim.path, key: key) else { continue }
      guard isDead(other, at: claim.path, clock: clock) else { return nil }
      takeAway(other, at: claim.path, in: folder)
    }
    return nil
  }

  /// Gives a claim back.
  func release(_ claim: Claim) {
    _ = held.withLock { $0.removeValue(forKey: claim.text.nonce) }
    claim.release()
  }

  /// Ends what dead workers left in a folder.
  ///
  /// - Returns: how many workers died with each recording in work, by its key, where any did.
  func sweep(_ folder: StateFolder) -> [String: Int] {
    end(folder)
    var deaths: [String: Int] = [:]
    for name in Self.names(folder) where name.hasSuffix(".died") {
      let key = String(name.dropLast(".died".count))
      deaths[key] = Self.deaths(folder, key)
    }
    return deaths
  }

  private static func names(_ folder: StateFolder) -> [String] {
    (try? FolderNames.read(folder.work)) ?? []
  }

  /// What the mark of a dead worker says, with its own death; 0 where there is none.
  private static func deaths(_ folder: StateFolder, _ key: String) -> Int {
    ClaimFile(at: folder.died(key), key: key)?.text?.deathsWithIts ?? 0
  }

  private func end(_ folder: StateFolder) {
    let names = Self.names(folder)
    guard !names.isEmpty else { return }
    let text = ClaimText(nonce: nonce(), key: "", stem: "", worker: .current)
    let offer = "\(folder.work)\(text.nonce).new"
    guard let clock = try? write(text, to: offer, in: folder) else { return }
    defer { remove(offer) }
    var living: Set<String> = []
    let others = [Self.part] + Self.remembered
    for name in names where !others.contains(where: name.hasSuffix) {
      let path = folder.work + name
      let isClaim = name.hasSuffix(".claim")
      let key = isClaim ? String(name.dropLast(".claim".count)) : nil
      guard let other = ClaimFile(at: path, key: key) else { continue }
      guard isDead(other, at: path, clock: clock) else {
        if let text = other.text { living.insert(text.nonce) }
        continue
      }
      if isClaim {
        takeAway(other, at: path, in: folder)
      } else {
        if name.hasSuffix(".stale"), let text = other.text { bury(text, path, in: folder) }
        unlink(path)
      }
    }
    for name in names where name.hasSuffix(Self.part) {
      removeOrphan(folder.work + name, living, clock: clock)
    }
    for name in names where Self.remembered.contains(where: name.hasSuffix) {
      remove(folder.work + name, after: Self.memory, clock: clock)
    }
  }

  /// Whether nobody holds a claim any more. Where its worker cannot be asked, or it says nothing of one,
  /// that is so when it was not touched for the time of the lease: by the file system's clock, or by ours
  /// since it was first seen, as one whose time lies ahead would otherwise never be given up.
  private func isDead(_ other: ClaimFile, at path: String, clock: Int64) -> Bool {
    if let isAlive = other.text?.worker.isAlive { return !isAlive }
    if Self.seconds(from: other.touched, to: clock) > lease { return true }
    let now = DispatchTime.now().uptimeNanoseconds
    let since = observed.withLock { observed in
      if let before = observed[path], before.touched == other.touched { return before.since }
      observed[path] = (other.touched, now)
      return now
    }
    return Double(now - since) * 1e-9 > lease
  }

  private static func seconds(from start: Int64, to end: Int64) -> Double {
    (Double(end) - Double(start)) * 1e-9
  }

  /// Takes a dead worker's claim away, unless another process was faster.
  private func takeAway(_ judged: ClaimFile, at path: String, in folder: StateFolder) {
    _ = observed.withLock { $0.removeValue(forKey: path) }
    let stale = "\(folder.work)\(nonce()).stale"
    guard rename(path, stale) == 0 else { return }
    if let found = ClaimFile(at: stale)?.text, found.nonce != judged.text?.nonce,
      folder.claim(found.key) == path
    {
      // It was taken over meanwhile: give it back to its living owner.
      link(stale, path)
    } else if let text = judged.text {
      bury(text, stale, in: folder)
    }
    unlink(stale)
  }

  /// Ends what a dead worker left; its claim, now at `path`, becomes the mark that it died.
  private func bury(_ claim: ClaimText, _ path: String, in folder: StateFolder) {
    let isDealtWith = folder.settle(claim)
    if isDealtWith || rename(path, folder.died(claim.key)) != 0 { unlink(folder.died(claim.key)) }
  }

  /// A part whose claim is gone and that nobody writes to any more.
  private func removeOrphan(_ path: String, _ living: Set<String>, clock: Int64) {
    let name = path.split(separator: "/").last ?? ""
    guard !living.contains(where: { name.hasPrefix($0) }) else { return }
    remove(path, after: lease, clock: clock)
  }

  /// Removes a file that nobody touched for so many seconds.
  private func remove(_ path: String, after seconds: Double, clock: Int64) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    // A time that lies ahead is as little a living worker's.
    let age = Self.seconds(from: status.st_mtim.nanoseconds, to: clock)
    if abs(age) > seconds { unlink(path) }
  }

  /// Writes a claim under a name of its own; returns the file system's time, in nanoseconds.
  ///
  /// Where the file system can, the file gets its name when it is complete (open(2), O_TMPFILE): a kill
  /// in between leaves nothing.
  private func write(
    _ text: ClaimText, to path: String, in folder: StateFolder
  ) throws(AtomicFileError) -> Int64 {
    TemporaryFiles.remember(path)
    let unnamed = open(folder.work, O_WRONLY | Self.unnamed | O_CLOEXEC, 0o666)
    if unnamed >= 0 {
      defer { close(unnamed) }
      let time = try write(text, into: unnamed, path, folder)
      let flags = AT_SYMLINK_FOLLOW
      if linkat(AT_FDCWD, "/proc/self/fd/\(unnamed)", AT_FDCWD, path, flags) == 0 { return time }
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      TemporaryFiles.forget(path)
      throw code == ENOSPC || code == EDQUOT
        ? .diskFull(path: folder.place) : .cannotCreate(path: folder.place, code: code)
    }
    defer { close(descriptor) }
    return try write(text, into: descriptor, path, folder)
  }

  private func write(
    _ text: ClaimText, into descriptor: Int32, _ path: String, _ folder: StateFolder
  ) throws(AtomicFileError) -> Int64 {
    let data = (try? JSONEncoder().encode(text)) ?? Data()
    var status = stat()
    let count = data.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    guard count == data.count, fstat(descriptor, &status) == 0 else {
      let code = errno
      remove(path)
      throw code == ENOSPC || code == EDQUOT
        ? .diskFull(path: folder.place) : .writeFailed(path: folder.place, code: code)
    }
    return status.st_mtim.nanoseconds
  }

  /// O_TMPFILE, a macro that Swift does not see.
  private static let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY

  private func remove(_ path: String) {
    unlink(path)
    TemporaryFiles.forget(path)
  }

  /// A link over the network may succeed and yet be told to have failed.
  private static func isLinked(_ path: String) -> Bool {
    let code = errno
    defer { errno = code }
    var status = stat()
    return stat(path, &status) == 0 && status.st_nlink == 2
  }

  private func nonce() -> String {
    let number = serial.withLock { serial in
      serial += 1
      return serial
    }
    return "\(getpid())-\(number)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
  }
}
