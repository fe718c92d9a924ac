/// A request to stop that many parties can see: the user pressed Ctrl-C, or a stage failed.
///
/// Every member may be called from any thread, a Dispatch signal source's handler included
/// (those handlers run on ordinary threads, so taking a lock in them is safe; a raw `signal(2)`
/// handler must not call this).
package final class Cancellation: Sendable {
  /// Names a handler so that it can be taken back.
  package struct Token: Sendable, Hashable {
    fileprivate let number: Int
  }

  private struct State {
    var isCancelled = false
    var next = 0
    var handlers: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Guarded(State())

  /// A request that nobody has made yet.
  package init() {}

  /// True from the first `cancel()` on.
  package var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Asks to stop; the handlers run once, on this thread, before the call returns.
  package func cancel() {
    let handlers = state.withLock { state in
      defer { state.handlers = [:] }
      state.isCancelled = true
      return state.handlers.sorted { $0.key < $1.key }.map(\.value)
    }
    for handler in handlers { handler() }
  }

  /// Runs `handler` when the request is made, or at once when it has been made.
  ///
  /// The handler is kept until then: take it back with `remove(_:)` when the work is over.
  @discardableResult
  package func onCancel(_ handler: @escaping @Sendable () -> Void) -> Token {
    let (token, late) = state.withLock { state in
      state.next += 1
      if !state.isCancelled { state.handlers[state.next] = handler }
      return (Token(number: state.next), state.isCancelled)
    }
    if late { handler() }
    return token
  }

  /// Forgets a handler that has not run. One that is running on another thread may still run.
  package func remove(_ token: Token) {
    state.withLock { $0.handlers[token.number] = nil }
  }
}
