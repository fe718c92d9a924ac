/// Which results this program gives. Batch and evaluation keep a result while the revision is the same,
/// so an upgrade that changes none does nothing again, and one that does does everything again.
package enum ResultsRevision {
  /// Raise it with every change that gives any recording other words, times or cues, also where that is
  /// better. History:
  ///
  /// - 1: 0.1.0, whose records hold the program's version in its place.
  /// - 2: 0.2.0. Clocks that are uneven, drift or jump are placed differently, recordings without a true
  ///   length are read to their end, and formats are read that were refused (docs/manual/MEDIA.md).
  package static let current = 2
}

/// The version of the program and of the library, which are released together.
package enum Release {
  /// As semantic versioning writes it.
  package static let version = "0.2.0"
}
