import Dispatch
import Foundation
import Support

/// The claims that this process holds, touched from time to time so that others see it alive.
///
/// `@unchecked Sendable`: no property changes after `init`; `held`, `serial` and `observed` are locked,
/// and Dispatch sources may be used from any thread.
final class Claims: @unchecked Sendable {
  /// Seconds after which a claim that nobody touched is a dead worker's.
  let lease: Double
  private let held = Guarded<[String: Claim]>([:])
  private let timer: any DispatchSourceTimer
  private let serial = Guarded(0)
  /// Claims that were found, by path: when they had been touched last, and since when that has been so by
  /// our own clock, which nobody sets.
  let observed = Guarded<[String: (touched: Int64, since: UInt64)]>([:])

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
      if link(offer.fileBytes, claim.path.fileBytes) == 0 || Self.isLinked(offer) {
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

  /// What the mark of a dead worker says, with its own death; 0 without a mark.
  static func deaths(_ folder: StateFolder, _ key: String) -> Int {
    ClaimFile(at: folder.died(key), key: key)?.text?.deathsWithIts ?? 0
  }

  /// Writes a claim under a name of its own; returns the file system's time, in nanoseconds.
  ///
  /// Where the file system can, the file gets its name when it is complete (open(2), O_TMPFILE): a kill
  /// in between leaves nothing.
  func write(
    _ text: ClaimText, to path: String, in folder: StateFolder
  ) throws(AtomicFileError) -> Int64 {
    TemporaryFiles.remember(path)
    let unnamed = open(folder.work.fileBytes, O_WRONLY | Self.unnamed | O_CLOEXEC, 0o666)
    if unnamed >= 0 {
      defer { close(unnamed) }
      let time = try write(text, into: unnamed, path, folder)
      let flags = AT_SYMLINK_FOLLOW
      if linkat(AT_FDCWD, "/proc/self/fd/\(unnamed)", AT_FDCWD, path, flags) == 0 { return time }
    }
    let descriptor = open(path.fileBytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
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

  func remove(_ path: String) {
    unlink(path.fileBytes)
    TemporaryFiles.forget(path)
  }

  /// A link over the network may succeed and yet be told to have failed.
  private static func isLinked(_ path: String) -> Bool {
    let code = errno
    defer { errno = code }
    var status = stat()
    return stat(path.fileBytes, &status) == 0 && status.st_nlink == 2
  }

  func nonce() -> String {
    let number = serial.withLock { serial in
      serial += 1
      return serial
    }
    return "\(getpid())-\(number)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
  }
}
