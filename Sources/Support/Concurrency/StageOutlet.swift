/// The outcome of taking an element from a stage.
package enum Popped<Element: Sendable>: Sendable {
  /// The next one.
  case element(Element)
  /// The stage has finished and everything it made has been taken.
  case end
  /// The run was cancelled; what waited is gone.
  case cancelled
}

/// Where what a stage makes waits to be taken.
package protocol StageOutlet<Element>: AnyObject, Sendable {
  associatedtype Element: Sendable

  /// Takes the next element, waiting for it.
  func pop() -> Popped<Element>

  /// Drops what waits and ends it for both sides. Wakes everybody.
  func cancel()
}
