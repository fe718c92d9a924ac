import Dispatch
import Foundation
import Support

/// The work: recordings looked into, given their outputs' places, shared out and ordered.
struct BatchPlan: Sendable {
  /// Long recordings first.
  var tasks: [BatchTask] = []
  /// What cannot even be tried.
  var failures: [(path: String, failure: BatchFailure)] = []
  /// Files in folders that hold no recording.
  var passedOver = 0

  /// Bytes a second of a recording whose length is not known: 128 kbit.
  private static let guessedRate = 16_000.0

  private struct Seen: Sendable {
    var identity: InputContent.Identity?
    var probed: Probed?
    var fault: InputFault?
  }

  /// Looks at everything in `list` and takes the share `shard`; entries that are no files are the
  /// first one's. `isWanted` tells by a file's path and identity whether to work on it now.
  init(
    _ list: InputList, settings: BatchSettings, shard: Shard?, cache: ProbeCache,
    cancellation: Cancellation,
    isWanted: (String, InputContent.Identity) -> Bool = { _, _ in true }
  ) {
    let seen = Self.look(list.items, cache, cancellation)
    var found: [(item: BatchItem, seen: Seen)] = []
    for (item, seen) in zip(list.items, seen) {
      if let fault = seen.fault {
        // A file that was found and has gone since is none of ours.
        if item.isNamed { failures.append((item.path, .input(fault))) }
      } else if seen.probed == .other, !item.isNamed, !RecordingName.isExpected(item.path) {
        passedOver += 1
      } else if seen.probed != nil {
        found.append((item, seen))
      }
    }
    failures += list.faults.map { ($0.name, .entry($0.cause)) }
    let places = OutputPlace.places(of: found.map(\.item), directory: settings.directory)
    for (entry, place) in zip(found, places) {
      guard let place else {
        let base = OutputPlace(entry.item, directory: settings.directory).base
        failures.append((entry.item.path, .outputCollision(base)))
        continue
      }
      if let output = Self.ownInput(entry.item, place, settings) {
        failures.append((entry.item.path, .outputIsInput(output)))
        continue
      }
      guard let identity = entry.seen.identity else { continue }
      tasks.append(Self.task(entry.item, place, identity, entry.seen.probed))
    }
    tasks.sort { ($1.weight, $0.item.path) < ($0.weight, $1.item.path) }
    if let shard {
      tasks = shard.members(tasks.map(\.weight)).map { tasks[$0] }
      if shard.index > 1 { failures = [] }
    }
    let identities = Dictionary(
      found.compactMap { entry in entry.seen.identity.map { (entry.item.path, $0) } }
    ) { first, _ in first }
    tasks.removeAll { task in
      identities[task.item.path].map { !isWanted(task.item.path, $0) } ?? false
    }
  }

  /// Folders that outputs go to.
  var folders: Set<StateFolder> { Set(tasks.map { StateFolder(outputs: $0.place.folder) }) }

  private static func task(
    _ item: BatchItem, _ place: OutputPlace, _ identity: InputContent.Identity, _ probed: Probed?
  ) -> BatchTask {
    var seconds: Double?
    if case .recording(let length) = probed { seconds = length }
    let guess = Double(identity.size) / guessedRate
    return BatchTask(item: item, place: place, seconds: seconds, weight: seconds ?? guess)
  }

  /// Looks into files, several at once: most of the time goes into waiting for the disk.
  private static func look(
    _ items: [BatchItem], _ cache: ProbeCache, _ cancellation: Cancellation
  ) -> [Seen] {
    let results = Guarded([Seen](repeating: Seen(), count: items.count))
    DispatchQueue.concurrentPerform(iterations: items.count) { index in
      guard !cancellation.isCancelled else { return }
      var seen = Seen()
      do throws(InputFault) {
        let identity = try InputContent.Identity(of: items[index].path)
        seen.identity = identity
        seen.probed = cache.probe(items[index].path, identity)
      } catch {
        seen.fault = error
      }
      results.withLock { [seen] in $0[index] = seen }
    }
    return results.withLock { $0 }
  }

  /// The output that would overwrite the recording itself.
  private static func ownInput(
    _ item: BatchItem, _ place: OutputPlace, _ settings: BatchSettings
  ) -> String? {
    var input = stat()
    guard stat(item.path.fileBytes, &input) == 0 else { return nil }
    return settings.formats.map { place.path($0) }.first { path in
      var output = stat()
      return stat(path.fileBytes, &output) == 0 && output.st_dev == input.st_dev
        && output.st_ino == input.st_ino
    }
  }
}
