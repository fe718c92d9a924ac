internal import Transcript

/// The limits within which subtitles are laid out; the standard values follow the practice of the large
/// public style guides.
public struct SubtitleLayout: Sendable, Hashable {
  /// Lines shown at once, 1 to 4.
  public var maxLines = 2
  /// Characters in a line, 10 to 200.
  public var maxLineLength = 42
  /// Characters a second, 5 to 100, held where there is time.
  public var maxReadingSpeed = 20.0
  /// Seconds, 0.1 to `maxDuration`.
  public var minDuration = 5.0 / 6.0
  /// Seconds, `minDuration` to 60.
  public var maxDuration = 7.0
  /// Frames between two subtitles, 0 to 25.
  public var gapFrames = 2
  /// Frames a second, 1 to 240.
  public var frameRate = 25.0

  /// The standard layout.
  public init() {}

  /// The profile of the writers.
  ///
  /// - Throws: ``VisemeError/option(_:value:)``.
  func profile() throws(VisemeError) -> CueProfile {
    var profile = CueProfile.standard
    // The bound that moves outwards goes first, so that the other finds room.
    let bounds: [(CueProfile.Field, Double)] =
      maxDuration >= profile.minDuration
      ? [(.maxDuration, maxDuration), (.minDuration, minDuration)]
      : [(.minDuration, minDuration), (.maxDuration, maxDuration)]
    let others: [(CueProfile.Field, Double)] = [
      (.maxLines, Double(maxLines)), (.maxLineLength, Double(maxLineLength)),
      (.maxReadingSpeed, maxReadingSpeed), (.gapFrames, Double(gapFrames)),
      (.frameRate, frameRate),
    ]
    for (field, value) in bounds + others {
      do throws(CueProfileError) { try profile.set(field, to: value) } catch {
        throw .option(.layout, value: "\(field.rawValue) \(value)")
      }
    }
    return profile
  }
}
