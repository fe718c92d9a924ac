/// A bounded queue: so many recordings are transcribed at once, so many more may wait, and no others are
/// taken.
actor JobQueue {
  private typealias Wake = CheckedContinuation<Void, any Error>

  private let places: Int
  private var taken = 0
  private var free: Int
  private var sleepers: [(id: Int, wake: Wake)] = []
  private var lastID = 0
  /// Seconds that the last recording took, or a guess.
  private var usual = 30.0

  init(running: Int, waiting: Int) {
    places = running + waiting
    free = running
  }

  /// Recordings that were taken and are not done.
  var count: Int { taken }

  /// Takes a place; nil on success, and otherwise the seconds after which another try is worth it.
  ///
  /// Who has a place gives it back by ``leave()``.
  func enter() -> Int? {
    guard taken < places else { return Int(min(600, max(1, usual)).rounded(.up)) }
    taken += 1
    return nil
  }

  /// Gives a place back.
  func leave() {
    taken -= 1
  }

  /// Runs `work` when it is its turn; the first that came is the first to run.
  ///
  /// - Throws: `CancellationError` where the task is cancelled while it waits, and what `work` throws.
  func run<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
    try await turn()
    let clock = ContinuousClock()
    let start = clock.now
    defer { next() }
    let result = try await work()
    usual = Double((clock.now - start).components.seconds)
    return result
  }

  /// Waits for a processor. One that was waited for is handed over and does not become free in between.
  private func turn() async throws {
    if free > 0 {
      free -= 1
      return
    }
    lastID += 1
    let id = lastID
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: Wake) in
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          sleepers.append((id, continuation))
        }
      }
    } onCancel: {
      Task { await self.giveUp(id) }
    }
  }

  private func next() {
    if sleepers.isEmpty {
      free += 1
    } else {
      sleepers.removeFirst().wake.resume()
    }
  }

  private func giveUp(_ id: Int) {
    guard let index = sleepers.firstIndex(where: { $0.id == id }) else { return }
    sleepers.remove(at: index).wake.resume(throwing: CancellationError())
  }
}
