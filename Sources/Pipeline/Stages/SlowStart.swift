import Support
/// Keeps little in work while a run is young, since all that is in work is lost when it is killed.
///
/// Until it is over, `SharedReaders` have one reader, which reads one segment at a time. Afterwards there
/// are all of them, each with more segments at once the more it has read. What is read is the same.
package final class SlowStart: Sendable {
  private let over = Cancellation()

  /// A slow start that goes on until `end()`.
  package init() {}

  /// None.
  package static var none: SlowStart {
    let start = SlowStart()
    start.end()
    return start
  }

  /// Whether all may work.
  package var isOver: Bool { over.isCancelled }

  /// Lets all work; the handlers run on this thread before the call returns.
  package func end() { over.cancel() }

  /// Runs `handler` when it is over, or at once when it is. The handler is kept until then: take it back
  /// with `remove(_:)` when the work is over before.
  package func onEnd(_ handler: @escaping @Sendable () -> Void) -> Cancellation.Token {
    over.onCancel(handler)
  }

  /// Forgets a handler that has not run. One that is running on another thread may still run.
  package func remove(_ token: Cancellation.Token) { over.remove(token) }
}
