import LipEncoder
import NN
import Support

/// The mouth of one face in a span of a recording: a lip frame every 40 ms, S in all. Where the face
/// is not there, the frame is grey and its quality zero.
struct MouthTrack: Sendable {
  /// The face's number among those of the span, from 1.
  let face: Int
  /// Grey values `[S, 80, 80]`.
  private(set) var crops: [UInt8] = []
  /// `[S, 6]`; see `LipQuality`.
  private(set) var quality: [Float] = []
  /// Seconds from the start of the span to the middle of each frame's picture, `[S]`.
  private(set) var times: [Float] = []

  /// The lips as the networks read them, once they have; of the whole span.
  var byPeople: LipSequence?
  var byKnown: LipSequence?
  /// It is as far from the known faces as none of those ever was.
  var isStranger = false

  /// How the face looks on the whole.
  private var appearance: Appearance?
  private var places = (
    mouth: Point(x: 0, y: 0), share: Point(x: 0, y: 0), size: Float(0), count: Float(0)
  )

  /// Where the face is, on average.
  var place: FacePlace {
    let scale = 1 / max(places.count, 1)
    return FacePlace(
      mouth: places.mouth * scale, size: places.size * scale, share: places.share * scale,
      appearance: appearance)
  }

  /// A mouth that is seen nowhere in the frames `indices` of the grid; the span begins at `start`
  /// seconds of it.
  init(face: Int, indices: Range<Int>, start: Double) {
    self.face = face
    crops = Array(
      repeating: LipFrame.absentCrop[0], count: indices.count * LipFrame.absentCrop.count)
    quality = Array(repeating: 0, count: indices.count * LipQuality.count)
    times = indices.map { Float(LipGrid.time(of: $0) + LipGrid.delay - start) }
  }

  /// Frames.
  var count: Int { times.count }

  /// Puts a lip frame of a picture of `width` x `height` at its place, counted from the span's first.
  mutating func set(_ frame: LipFrame, at place: Int, width: Int, height: Int) {
    let size = LipFrame.absentCrop.count
    crops.replaceSubrange(place * size..<(place + 1) * size, with: frame.crop)
    quality.replaceSubrange(
      place * LipQuality.count..<(place + 1) * LipQuality.count, with: frame.quality.values)
    places.mouth = places.mouth + frame.mouth
    places.share =
      places.share + Point(x: frame.mouth.x / Float(width), y: frame.mouth.y / Float(height))
    places.size += frame.quality.size * 64
    places.count += 1
    appearance = frame.appearance ?? appearance
  }

  /// The frames from `start` to `end` seconds of the span, with times from `start` on.
  func part(from start: Double, to end: Double) -> MouthTrack {
    let inside = times.indices.filter { Double(times[$0]) >= start && Double(times[$0]) < end }
    let range = (inside.first ?? 0)..<(inside.last.map { $0 + 1 } ?? 0)
    guard range.count < times.count || start != 0 else { return self }
    var part = self
    (part.byPeople, part.byKnown) = (nil, nil)
    let size = LipFrame.absentCrop.count
    part.crops = Array(crops[range.lowerBound * size..<range.upperBound * size])
    part.quality = Array(
      quality[range.lowerBound * LipQuality.count..<range.upperBound * LipQuality.count])
    part.times = times[range].map { $0 - Float(start) }
    return part
  }

  /// Crops and quality of `frames` lip frames at each of some moments, which are shares of the span.
  func glimpses(_ moments: [Double], frames: Int) -> (crops: [UInt8], quality: [Float]) {
    let size = LipFrame.absentCrop.count
    var (crops, quality): ([UInt8], [Float]) = ([], [])
    for moment in moments {
      let first = min(Int(saturating: moment * Double(count)), max(0, count - frames))
      let range = first..<min(first + frames, count)
      crops += self.crops[range.lowerBound * size..<range.upperBound * size]
      quality +=
        self.quality[
          range.lowerBound * LipQuality.count..<range.upperBound * LipQuality.count]
    }
    return (crops, quality)
  }
}
