import CKernels
import NN

/// Makes lip embeddings of the pictures of a mouth: convolutions over five neighbouring pictures,
/// then attention over the segment (`docs/lab/MODEL.md`).
package struct LipNetwork: ~Copyable {
  /// Side of a picture, and of the window in its middle that the network sees.
  package static let side = 80
  static let window = 72
  /// Pictures that are seen together: two before and two after the one in the middle.
  private static let neighbours = 5
  /// Age in seconds from which a picture says nothing of the lips any more.
  private static let oldest: Float = 0.3
  /// Frames whose maps go through the convolutions together, so that weights are read seldom and
  /// maps stay in the cache.
  private static let batch = 4

  private let weights: LipNetworkWeights
  /// What each grey value of each picture stands for after its standardisation [S, 256].
  private var greys = FloatBuffer(count: 0)
  /// The windows of a frame [72, 72, 5].
  private let windows = FloatBuffer(count: window * window * neighbours)
  /// Outputs of the convolutions but the last, for a batch; `maps` says where each begins.
  private let inside: FloatBuffer
  private let maps: [Int]
  /// Output of the last convolution [S, 3, 3, 160].
  private var last = FloatBuffer(count: 0)
  /// Features [S, 192], then the stream of the frames that show lips.
  private var stream = FloatBuffer(count: 0)
  private let gathered: FloatBuffer
  private let product: FloatBuffer
  private var blocks: TimedBlockScratch

  /// Makes a network with memory of its own.
  package init(weights: LipNetworkWeights) {
    self.weights = weights
    var (side, scratch, offset) = (Self.window, 0, 0)
    var maps: [Int] = []
    for convolution in weights.convolutions {
      side = convolution.outputLength(side)
      maps.append(offset)
      offset += Self.batch * side * side * convolution.outputs
      scratch = max(scratch, convolution.scratchCount(width: side))
    }
    offset = maps.removeLast()
    self.maps = maps
    inside = FloatBuffer(count: offset)
    gathered = FloatBuffer(count: scratch)
    product = FloatBuffer(count: weights.projection.weights.scratchCount)
    blocks = TimedBlockScratch(weights.blocks, LipNetworkWeights.block)
  }

  /// Largest distance of a known face; 0 where it knows none.
  package var threshold: Float { weights.knownFace?.threshold ?? 0 }

  /// Whether a frame of `quality [S, 6]` shows lips: a face is there, and its picture is not frozen.
  package static func showsLips(_ quality: [Float], frame: Int) -> Bool {
    let place = frame * LipSequence.qualities
    return quality[place + 5] >= 0.5 && quality[place + 4] <= oldest
  }

  /// The lips of one segment, of pictures `crops [S, 80, 80]` of known `quality [S, 6]`, whose
  /// middles are at `times [S]` in seconds from the segment's first sample, ascending.
  package mutating func embed(crops: [UInt8], quality: [Float], times: [Float]) -> LipSequence {
    let frames = times.count
    precondition(crops.count == frames * Self.side * Self.side)
    precondition(quality.count == frames * LipSequence.qualities)
    let isPresent = (0..<frames).map { Self.showsLips(quality, frame: $0) }
    var lips = LipSequence(
      values: Array(repeating: 0, count: frames * LipSequence.width), times: times,
      isPresent: isPresent, quality: quality, faceDistance: .infinity, isKnownFace: false)
    let present = lips.presentFrames
    guard !present.isEmpty else { return lips }
    let h = Self.keep(present, of: features(crops))
    if let known = weights.knownFace {
      lips.faceDistance = known.distance(Self.mean(h))
      lips.isKnownFace = lips.faceDistance <= known.threshold
    }
    let presentTimes = present.map { times[$0] }
    for block in weights.blocks { block(h, times: presentTimes, scratch: &blocks) }
    weights.outputNorm(h, into: h)
    for (index, frame) in present.enumerated() {
      let row = UnsafeBufferPointer(start: h.row(index), count: h.columns)
      lips.values.replaceSubrange(frame * h.columns..<(frame + 1) * h.columns, with: row)
    }
    return lips
  }

  /// The features [S, 192] of `crops [S, 80, 80]`, before any attention.
  mutating func features(_ crops: [UInt8]) -> MatrixView {
    let frames = crops.count / (Self.side * Self.side)
    let positions = LipNetworkWeights.lastSide * LipNetworkWeights.lastSide
    let size = positions * LipNetworkWeights.lastChannels
    greys.reserve(frames * 256)
    last.reserve(frames * size)
    stream.reserve(frames * LipSequence.width)
    crops.withUnsafeBufferPointer { crops in
      guard let crops = crops.baseAddress else { return }
      for frame in 0..<frames {
        Self.standardise(crops + frame * Self.side * Self.side, into: greys.base + frame * 256)
      }
      for first in stride(from: 0, to: frames, by: Self.batch) {
        let range = first..<min(first + Self.batch, frames)
        convolve(crops, range, of: frames, into: last.base + first * size)
      }
    }
    let features = stream.matrix(frames, LipSequence.width)
    weights.projection(last.matrix(frames, size), into: features, scratch: product)
    return features
  }

  /// What each grey value becomes when the window of a picture gets mean 0 and, nearly, deviation 1.
  private static func standardise(
    _ crop: UnsafePointer<UInt8>, into table: UnsafeMutablePointer<Float>
  ) {
    let margin = (side - window) / 2
    var (sum, squares) = (0, 0)
    for y in margin..<margin + window {
      for x in margin..<margin + window {
        let value = Int(crop[y * side + x])
        sum += value
        squares += value * value
      }
    }
    let count = Double(window * window)
    let mean = Double(sum) / count
    let deviation = max(Double(squares) / count - mean * mean, 0).squareRoot()
    for value in 0..<256 { table[value] = Float((Double(value) - mean) / (deviation + 4)) }
  }

  /// The convolutions of the frames `range`, of which each sees its neighbours in `0..<frames`.
  private func convolve(
    _ crops: UnsafePointer<UInt8>, _ range: Range<Int>, of frames: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    var input = FeatureMap(
      base: windows.base, height: Self.window, width: Self.window, channels: Self.neighbours)
    for (index, convolution) in weights.convolutions.enumerated() {
      let side = convolution.outputLength(input.height)
      let target = FeatureMap(
        base: index < maps.count ? inside.base + maps[index] : output, height: side, width: side,
        channels: convolution.outputs)
      if index == 0 {
        for frame in range {
          fillWindows(crops, frame: frame, of: frames)
          convolution(
            input, into: target.following(frame - range.lowerBound), scratch: gathered)
        }
      } else {
        convolution(input, into: target, maps: range.count, scratch: gathered)
      }
      vk_silu(target.base, range.count * target.count)
      input = target
    }
  }

  /// The windows of a frame and its neighbours as channels; the ends of the segment are repeated.
  private func fillWindows(_ crops: UnsafePointer<UInt8>, frame: Int, of frames: Int) {
    let margin = (Self.side - Self.window) / 2
    for channel in 0..<Self.neighbours {
      let neighbour = min(max(frame + channel - Self.neighbours / 2, 0), frames - 1)
      let table = greys.base + neighbour * 256
      let crop = crops + neighbour * Self.side * Self.side + margin * Self.side + margin
      for y in 0..<Self.window {
        let source = crop + y * Self.side
        let target = windows.base + y * Self.window * Self.neighbours + channel
        for x in 0..<Self.window { target[x * Self.neighbours] = table[Int(source[x])] }
      }
    }
  }

  /// Moves the features of the frames that show lips to the front.
  private static func keep(_ present: [Int], of features: MatrixView) -> MatrixView {
    for (index, frame) in present.enumerated() where index != frame {
      features.row(index).update(from: features.row(frame), count: features.columns)
    }
    return features.rows(0..<present.count)
  }

  private static func mean(_ features: MatrixView) -> [Float] {
    (0..<features.columns).map { column in
      var sum = 0.0
      for row in 0..<features.rows { sum += Double(features.row(row)[column]) }
      return Float(sum / Double(features.rows))
    }
  }
}
