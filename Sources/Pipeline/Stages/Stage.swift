import Support
/// What a stage takes from the stage before it.
package struct StageInput<Element: Sendable>: Sendable {
  let queue: BoundedQueue<Element>
  let clock: StageClock

  /// The next element, waited for; nil when the stage before has finished.
  ///
  /// - Throws: `.cancelled` when the run stops early: let it pass, and do not flush.
  package func next() throws(TranscriptionError) -> Element? {
    try clock.starved(queue.pop).element()
  }

  /// The next element if it lies ready and `isWanted`, else nil at once (more may come later, or
  /// may not: only `next()` tells the end). For filling a batch without waiting for it.
  ///
  /// - Throws: `.cancelled` when the run stops early.
  package func nextIfReady(
    where isWanted: (Element) -> Bool = { _ in true }
  ) throws(TranscriptionError) -> Element? {
    try queue.popIfReady(where: isWanted)?.element()
  }
}

/// Where a stage puts what it makes.
package struct StageOutput<Element: Sendable>: Sendable {
  let queue: BoundedQueue<Element>
  let clock: StageClock

  /// Hands an element to the next stage, waiting while that is behind.
  ///
  /// - Throws: `.cancelled` when the run stops early: let it pass.
  package func send(_ element: Element) throws(TranscriptionError) {
    guard clock.blocked({ queue.push(element) }) else { throw .cancelled }
  }
}
