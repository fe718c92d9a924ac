/// When the picture is looked at.
package enum LipUse: String, Sendable, Hashable, CaseIterable {
  /// In segments whose sound is not clean; elsewhere lips would change nothing.
  case auto
  /// In every segment.
  case always
  /// Not at all.
  case never
}
