import Support
/// How far a recording's picture is from its sound, found out when somebody first looks at it.
final class PictureSync: Sendable {
  /// Seconds; less is left as it is, being about what recorders and players leave too.
  private static let least = 0.04

  private let found = Guarded<Double?>(nil)

  /// Seconds by which the picture is later than the sound; 0 where that is not known. `survey` is
  /// called once, by the first caller; others wait for it.
  func offset(
    _ survey: () throws(TranscriptionError) -> LipSurvey
  ) throws(TranscriptionError) -> Double {
    try found.made { () throws(TranscriptionError) in
      try survey().offset.flatMap { abs($0) >= Self.least ? $0 : nil } ?? 0
    }
  }

  /// What was found; nil where nothing was looked at.
  var known: Double? { found.withLock { $0 } }

  /// Takes over what an earlier run has found.
  func restore(_ offset: Double) { found.withLock { $0 = $0 ?? offset } }
}
