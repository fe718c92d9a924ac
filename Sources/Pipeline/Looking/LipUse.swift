/// When the picture is looked at.
package enum LipUse: String, Sendable, Hashable, CaseIterable {
  /// In segments whose sound is not clean; elsewhere lips would change nothing.
  case auto
  /// In every segment.
  case always
  /// Not at all.
  case never
  /// In every segment, and instead of listening. For evaluation, like the next ones.
  case only
  /// In every segment, with early fusion instead of cross-modal attention.
  case early
  /// In every segment, with late fusion instead of cross-modal attention.
  case late

  /// Those that are for evaluation alone, with networks of their own.
  package static let baselines: [LipUse] = [.only, .early, .late]
}
