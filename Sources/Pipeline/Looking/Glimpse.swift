import LipEncoder
import NN

/// A few moments of a segment, which show whether its faces are known ones before the whole of it is
/// looked at. Looking costs about five times what listening costs, and lips of strangers are not read.
///
/// What identifies a face is the mean of its features over the segment (`docs/lab/MODEL.md`, "Known face").
/// Over a few moments that mean scatters, so a face counts as strange only where it is farther off than
/// known ones ever were. That was at most 1.95 times the threshold with four glimpses, 0.94 with eight
/// (97 segments of held-out clips). Strangers were at 2.3 and more, and at 1.8 and more.
struct Glimpses {
  /// Seconds; a shorter segment is looked at as a whole at once.
  static let leastSeconds = 5.0
  /// Moments of the first round and of the second, in shares of the segment, and the distance in
  /// thresholds up to which a face may be a known one after each.
  static let rounds: [(moments: [Double], distance: Float)] = [
    ([1, 5, 9, 13].map { $0 / 16 }, 3), ([3, 7, 11, 15].map { $0 / 16 }, 2),
  ]

  /// One face in all glimpses so far.
  private struct Mouth {
    var crops: [UInt8] = []
    var quality: [Float] = []
    var glimpses = 0
  }

  private let sight: Sight
  private let picture: PictureSource
  private let (start, seconds): (Double, Double)
  private var faces = FaceRoll()
  private var mouths: [Int: Mouth] = [:]
  private var count = 0
  private var faults: [PictureFault?] = []
  private var isDamaged = false

  /// Glimpses at a segment; nil for one that is better looked at as a whole.
  init?(_ sight: Sight, _ picture: PictureSource, _ task: SegmentTask) {
    guard task.seconds >= Self.leastSeconds else { return nil }
    (self.sight, self.picture) = (sight, picture)
    (start, seconds) = (task.start, task.seconds)
  }

  /// Tells a segment in which no face may be a known one.
  ///
  /// - Parameter distance: of a face of these crops `[S, 80, 80]` and quality `[S, 6]` from the known ones,
  ///   in thresholds.
  /// - Returns: what can be seen in it; nil where a face may be known, to be looked at as a whole.
  mutating func strangers(_ distance: ([UInt8], [Float]) -> Float) -> Look? {
    for (moments, limit) in Self.rounds {
      for moment in moments { look(at: start + moment * seconds) }
      // Who is there for less than half of a segment is not read.
      let nearest = mouths.values.filter { 2 * $0.glimpses >= count }
        .map { distance($0.crops, $0.quality) }.min()
      guard let nearest, nearest <= limit else { return Look(strangers: sighting) }
    }
    return nil
  }

  private mutating func look(at moment: Double) {
    let look = sight.glimpse(at: picture, at: moment)
    count += 1
    faults.append(look.sighting.fault)
    isDamaged = isDamaged || look.sighting.isDamaged
    for mouth in look.mouths {
      let number = faces.number(mouth.place)
      mouths[number, default: Mouth()].crops += mouth.crops
      mouths[number, default: Mouth()].quality += mouth.quality
      mouths[number, default: Mouth()].glimpses += 1
    }
  }

  /// There is a fault only where not one picture was seen.
  private var sighting: Sighting {
    Sighting(
      faces: mouths.count, fault: faults.contains { $0 == nil } ? nil : faults.first ?? nil,
      isDamaged: isDamaged)
  }
}
