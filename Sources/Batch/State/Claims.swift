import Dispatch
import Foundation
import Pipeline

/// The claims that this process holds, touched from time to time so that others see it alive.
///
/// `@unchecked Sendable`: no property changes after `init`; `held` and `serial` are locked, and
/// Dispatch sources may be used from any thread.
final class Claims: @unchecked Sendable {
  /// Seconds after which a claim that nobody touched is a dead worker's.
  let lease: Double
  private let held = Guarded<[String: Claim]>([:])
  private let timer: any DispatchSourceTimer
  private let serial = Guarded(0)

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
    let text = ClaimText(
      nonce: nonce(), key: StateFolder.key(stem), stem: stem, worker: .current)
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
      guard let other = Claim.read(claim.path) else { continue }
      guard isDead(other, clock: clock) else { return nil }
      takeAway(other.text, in: folder)
    }
    return nil
  }

  /// Gives a claim back.
  func release(_ claim: Claim) {
    _ = held.withLock { $0.removeValue(forKey: claim.text.nonce) }
    claim.release()
  }

  /// Ends what dead workers left in a folder.
  func sweep(_ folder: StateFolder) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.work)) ?? []
    guard !names.isEmpty else { return }
    let text = ClaimText(nonce: nonce(), key: "", stem: "", worker: .current)
    let offer = "\(folder.work)\(text.nonce).new"
    guard let clock = try? write(text, to: offer, in: folder) else { return }
    defer { remove(offer) }
    var living: Set<String> = []
    for name in names where !name.hasSuffix(".part") {
      let path = folder.work + name
      guard let other = Claim.read(path) else { continue }
      guard isDead(other, clock: clock) else {
        living.insert(other.text.nonce)
        continue
      }
      if name.hasSuffix(".claim") {
        takeAway(other.text, in: folder)
      } else {
        if name.hasSuffix(".stale") { folder.settle(other.text) }
        unlink(path)
      }
    }
    for name in names where name.hasSuffix(".part") {
      removeOrphan(folder.work + name, living, clock: clock)
    }
  }

  private func isDead(_ other: (text: ClaimText, touched: Int64), clock: Int64) -> Bool {
    if let isAlive = other.text.worker.isAlive { return !isAlive }
    return Double(clock - other.touched) * 1e-9 > lease
  }

  /// Takes a dead worker's claim away, unless another process was faster.
  private func takeAway(_ judged: ClaimText, in folder: StateFolder) {
    let (path, stale) = (folder.claim(judged.key), "\(folder.work)\(nonce()).stale")
    guard rename(path, stale) == 0 else { return }
    if let found = Claim.read(stale)?.text, found.nonce != judged.nonce {
      // It was taken over meanwhile: give it back to its living owner.
      link(stale, path)
    } else {
      folder.settle(judged)
    }
    unlink(stale)
  }

  /// A part whose claim is gone and that nobody writes to any more.
  private func removeOrphan(_ path: String, _ living: Set<String>, clock: Int64) {
    let name = path.split(separator: "/").last ?? ""
    guard !living.contains(where: { name.hasPrefix($0) }) else { return }
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    let touched = Int64(status.st_mtim.tv_sec) * 1_000_000_000
    if Double(clock - touched) * 1e-9 > lease { unlink(path) }
  }

  /// Writes a claim under a name of its own; returns the file system's time, in nanoseconds.
  private func write(
    _ text: ClaimText, to path: String, in folder: StateFolder
  ) throws(AtomicFileError) -> Int64 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw errno == ENOSPC || errno == EDQUOT
        ? .diskFull(path: folder.place) : .cannotCreate(path: folder.place, code: errno)
    }
    TemporaryFiles.remember(path)
    defer { close(descriptor) }
    let data = (try? JSONEncoder().encode(text)) ?? Data()
    var status = stat()
    let count = data.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    guard count == data.count, fstat(descriptor, &status) == 0 else {
      let code = errno
      remove(path)
      throw code == ENOSPC || code == EDQUOT
        ? .diskFull(path: folder.place) : .writeFailed(path: folder.place, code: code)
    }
    let time = status.st_mtim
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

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
