import CFFmpeg

/// How the channels of a stream become one.
///
/// Channels whose places in a room are known are weighted as libswresample does for loudspeakers, which
/// leaves out the low-frequency effects of a film. Several microphones of a recorder have no places:
/// no channel layout is written in the file, and a guess by their number would take one for the channel
/// of low-frequency effects. They count evenly. Of an ambisonic recording the first channel has the
/// sound from everywhere.
struct ChannelMix {
  /// Weights to set; nil where libswresample's own are right.
  let weights: [Double]?

  init(_ layout: AVChannelLayout) {
    let count = Int(layout.nb_channels)
    switch layout.order {
    case AV_CHANNEL_ORDER_UNSPEC where count > 2: weights = Self.even(count)
    case AV_CHANNEL_ORDER_AMBISONIC: weights = [1] + [Double](repeating: 0, count: count - 1)
    case AV_CHANNEL_ORDER_NATIVE where layout.u.mask & ~Self.effects == 0:
      weights = Self.even(count)
    default: weights = nil
    }
  }

  static func even(_ count: Int) -> [Double] {
    [Double](repeating: 1 / Double(count), count: count)
  }

  /// Both channels of low-frequency effects.
  private static let effects: UInt64 = 1 << 3 | 1 << 35

  /// The weights that libswresample gives the channels of a layout in one; nil where it has none.
  static func standard(_ layout: inout AVChannelLayout) -> [Double]? {
    var mono = AVChannelLayout()
    av_channel_layout_default(&mono, 1)
    let (count, root) = (Int(layout.nb_channels), 0.5.squareRoot())
    // Whatever the layouts, all of so many rows and columns are normalised.
    let most = 64
    guard count <= most else { return nil }
    var matrix = [Double](repeating: 0, count: most * most)
    let code = swr_build_matrix2(
      &layout, &mono, root, root, 0, 1, 1, &matrix, most, AV_MATRIX_ENCODING_NONE, nil)
    return code >= 0 ? Array(matrix.prefix(count)) : nil
  }
}

/// Samples of every channel of a run, of equal number.
struct ChannelSamples {
  private let start: UnsafePointer<UnsafeMutablePointer<Float>?>
  private let first: Int
  let channels: Int
  let count: Int

  /// `count` samples of each of the `channels` planes at `start`, from `first` on.
  init(
    start: UnsafePointer<UnsafeMutablePointer<Float>?>, channels: Int, from first: Int = 0,
    count: Int
  ) {
    self.start = start
    self.channels = channels
    self.first = first
    self.count = count
  }

  /// All but the first samples, at most as many as there are.
  func dropFirst(_ dropped: Int) -> ChannelSamples {
    ChannelSamples(
      start: start, channels: channels, from: first + dropped, count: count - dropped)
  }

  subscript(_ channel: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: start[channel].map { $0 + first }, count: count)
  }
}
