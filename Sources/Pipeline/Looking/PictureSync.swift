import NN
import Support

/// How far a recording's picture is from its sound, found out when somebody first looks at it, and what was
/// seen and heard then.
final class PictureSync: Sendable {
  /// Seconds; less is left as it is, being about what recorders and players leave too.
  private static let least = 0.04

  private let found = Guarded<Double?>(nil)
  private let looks = Guarded<[SurveyedLips.Span: Look]>([:])
  private let heard = Guarded<[[Float]: Embeddings]>([:])

  /// Seconds by which the picture is later than the sound; 0 where that is not known. `survey` is
  /// called once, by the first caller; others wait for it.
  func offset(
    _ survey: () throws(TranscriptionError) -> SurveyedLips
  ) throws(TranscriptionError) -> Double {
    try found.made { () throws(TranscriptionError) in
      let result = try survey()
      let offset = result.survey.offset.flatMap { abs($0) >= Self.least ? $0 : nil } ?? 0
      if offset == 0 { looks.withLock { $0 = result.looks } }
      heard.withLock { $0 = result.heard }
      return offset
    }
  }

  /// What the survey saw in a span, once.
  func takeLook(from start: Double, seconds: Double) -> Look? {
    looks.withLock { $0.removeValue(forKey: SurveyedLips.Span(start: start, seconds: seconds)) }
  }

  /// How the survey encoded samples, once.
  func takeHeard(_ samples: [Float]) -> Embeddings? {
    heard.withLock { $0.isEmpty ? nil : $0.removeValue(forKey: samples) }
  }

  /// What was found; nil where nothing was looked at.
  var known: Double? { found.withLock { $0 } }

  /// Takes over what an earlier run has found.
  func restore(_ offset: Double) { found.withLock { $0 = $0 ?? offset } }
}
