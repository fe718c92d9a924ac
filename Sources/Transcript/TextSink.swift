/// Takes text piece by piece.
package protocol TextSink: ~Copyable {
  /// What can go wrong in writing; `Never` in memory.
  associatedtype Failure: Error

  mutating func write(_ text: String) throws(Failure)
}

/// Collects the whole text.
extension String: TextSink {
  package typealias Failure = Never
}
