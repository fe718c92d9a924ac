import Foundation

/// A value behind a lock.
///
/// This is `Synchronization.Mutex` but for its lock: the slow path of that one lies in a library
/// that the thread sanitizer cannot see into, which then reports a race at every contended lock.
///
/// `@unchecked Sendable`: `value` is private and is touched only between `lock()` and `unlock()`;
/// what a body returns or takes out of it crosses threads by the body's own rights.
package final class Guarded<Value: ~Copyable>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  /// Takes over `value`.
  package init(_ value: consuming sending Value) {
    self.value = value
  }

  /// Calls `body` with the value while nobody else can touch it; `body` must not come back here.
  package func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}

extension Guarded {
  /// What it holds, made by whoever asks first while others wait; a failure leaves that to the next.
  package func made<Wrapped: Sendable, Failure: Error>(
    by make: () throws(Failure) -> Wrapped
  ) throws(Failure) -> Wrapped where Value == Wrapped? {
    try withLock { value throws(Failure) in
      if let value { return value }
      let made = try make()
      value = made
      return made
    }
  }
}
