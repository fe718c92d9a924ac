import LipEncoder
import Pipeline
import Support

/// What a picture condition does to the pictures of an utterance.
struct PictureChange: Sendable {
  /// Pictures are shrunk to this part of their width and height and spread again.
  private static let lowResolution = 4
  /// Width of a picture, divided by this: how far blur reaches to each side, three times over.
  private static let blurReach = 90
  /// Seconds of an utterance after which a frozen picture stands still.
  private static let freezesAfter = 0.5

  let condition: PictureCondition
  /// Seconds of the file at which the utterance begins.
  let start: Double
  /// Decides which pictures are lost.
  let seed: UInt64

  /// Makes the filter of one look at the recording; nil where pictures are used as they are.
  var filter: (@Sendable () -> PictureSource.Filter)? {
    switch condition {
    case .clean, .mismatch, .occlude, .off: nil
    case .blur: { { picture, _ in picture.blurred(reach: max(1, picture.width / Self.blurReach)) } }
    case .lowres: { { picture, _ in picture.coarsened(by: Self.lowResolution) } }
    case .drop30: { { picture, seconds in isLost(seconds) ? nil : picture } }
    case .freeze: frozen
    }
  }

  /// Covers the mouth from the lower lip's side, as a hand or a microphone does; nil in all other
  /// conditions.
  var mouthFilter: (@Sendable ([UInt8]) -> [UInt8])? {
    guard condition == .occlude else { return nil }
    return { crop in
      let side = LipFrame.side
      return crop.enumerated().map { place, value in
        let (x, y) = (place % side, place / side)
        return y >= side * 3 / 8 && x >= side / 8 && x < side * 7 / 8 ? Self.cover : value
      }
    }
  }

  /// Grey value of what covers a mouth.
  private static let cover: UInt8 = 96

  /// Shows the first picture after a while for ever.
  private var frozen: @Sendable () -> PictureSource.Filter {
    {
      var kept: Picture?
      return { [start] picture, seconds in
        guard seconds >= start + Self.freezesAfter else { return picture }
        let shown = kept ?? picture
        kept = shown
        return shown
      }
    }
  }

  /// Whether the picture at this time is among the three in ten that are lost.
  private func isLost(_ seconds: Double) -> Bool {
    var generator = Xoshiro256(seed: seed ^ UInt64(saturating: (seconds * 1000).rounded()))
    return Double.random(in: 0..<1, using: &generator) < 0.3
  }
}
