/// Takes text piece by piece.
package protocol TextSink: ~Copyable {
  /// What can go wrong in writing; `Never` in memory.
  associatedtype Failure: Error

  mutating func write(_ text: String) throws(Failure)

  /// Takes bytes that need not be text.
  mutating func write(bytes: [UInt8]) throws(Failure)
}

/// Collects the whole text. Not for formats that are bytes.
extension String: TextSink {
  package typealias Failure = Never

  package mutating func write(bytes: [UInt8]) { self += String(decoding: bytes, as: UTF8.self) }
}

/// Collects the whole file.
extension [UInt8]: TextSink {
  package typealias Failure = Never

  package mutating func write(_ text: String) { append(contentsOf: text.utf8) }
  package mutating func write(bytes: [UInt8]) { append(contentsOf: bytes) }
}
