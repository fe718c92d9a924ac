import Dispatch
import Foundation
import Support

// How what dead workers left is told from what the living hold, and is ended.
extension Claims {
  /// Seconds for which it is remembered that workers died with a recording that nobody works on, and
  /// what was read of it.
  private static let memory = 30.0 * 86_400
  /// Endings of files that are no claims and are swept by themselves.
  private static let (part, remembered) = (".part", [".died", ".segments"])

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
        unlink(path.fileBytes)
      }
    }
    for name in names where name.hasSuffix(Self.part) {
      removeOrphan(folder.work + name, living, clock: clock)
    }
    for name in names where Self.remembered.contains(where: name.hasSuffix) {
      remove(folder.work + name, after: Self.memory, clock: clock)
    }
  }

  /// Whether nobody holds a claim any more. Where its worker cannot be asked, or it names none,
  /// that is so when it was not touched for the time of the lease. The file system's clock counts, or ours
  /// since it was first seen, as one whose time is in the future would otherwise never be given up.
  func isDead(_ other: ClaimFile, at path: String, clock: Int64) -> Bool {
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
  func takeAway(_ judged: ClaimFile, at path: String, in folder: StateFolder) {
    _ = observed.withLock { $0.removeValue(forKey: path) }
    let stale = "\(folder.work)\(nonce()).stale"
    guard rename(path.fileBytes, stale.fileBytes) == 0 else { return }
    if let found = ClaimFile(at: stale)?.text, found.nonce != judged.text?.nonce,
      folder.claim(found.key) == path
    {
      // It was taken over meanwhile: give it back to its living owner.
      link(stale.fileBytes, path.fileBytes)
    } else if let text = judged.text {
      bury(text, stale, in: folder)
    }
    unlink(stale.fileBytes)
  }

  /// Ends what a dead worker left; its claim, now at `path`, becomes the mark that it died.
  private func bury(_ claim: ClaimText, _ path: String, in folder: StateFolder) {
    let isDealtWith = folder.settle(claim)
    if isDealtWith || rename(path.fileBytes, folder.died(claim.key).fileBytes) != 0 {
      unlink(folder.died(claim.key).fileBytes)
    }
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
    guard stat(path.fileBytes, &status) == 0 else { return }
    // A time that lies ahead is as little a living worker's.
    let age = Self.seconds(from: status.st_mtim.nanoseconds, to: clock)
    if abs(age) > seconds { unlink(path.fileBytes) }
  }
}
