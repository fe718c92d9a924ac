/// What a result depends on, as one number: with the same fingerprint a result need not be made again.
package struct Fingerprint {
  private var hash = SHA256()

  /// Of nothing yet.
  package init() {}

  /// Takes in a text.
  package mutating func add(_ text: String) {
    hash.update(field: text)
  }

  /// Takes in a file by path, size and time of the last change.
  package mutating func add(file path: String) {
    add(FileVersion.text(of: path))
  }

  /// Sixteen hexadecimal digits.
  package consuming func finish() -> String { String(hash.finish().prefix(16)) }
}
