import CKernels
import NN

/// A voice as a vector: those of one speaker point the same way (CAM++; Wang et al. 2023).
///
///     mels [T, 80] less their mean -> conv 3x3 -> 4 residual blocks -> conv 3x3 -> [T, 10, 32]
///       -> conv 5/2 -> [T/2, 128] -> 3 x (dense block, transit) -> [T/2, 512]
///       -> mean and standard deviation over time -> [1024] -> linear -> [192]
package struct EmbeddingNetwork: ~Copyable {
  /// Fewest frames that are worth an embedding: 0.2 s.
  package static let minimumFrames = 20

  private let weights: EmbeddingWeights
  private var scratch = EmbeddingScratch(frames: 0)

  /// A network over shared `weights` with scratch of its own, which grows with the longest call.
  package init(weights: EmbeddingWeights) { self.weights = weights }

  /// The embedding of frames of one voice, not normalised to length 1.
  ///
  /// - Parameter mels: `[frames, 80]` as `MelFilterbank` gives them, at least `minimumFrames`.
  /// - Returns: `EmbeddingConfig.width` values.
  package mutating func embed(_ mels: [Float]) -> [Float] {
    let x = features(mels, context: .whole)
    return embed(VoiceStatistics(x.rows(0..<x.rows)))
  }

  /// What is pooled into embeddings: `[T, 512]` with T half of the frames, a step every 20 ms. They are
  /// valid until the next call.
  package mutating func features(_ mels: [Float], context: MaskContext) -> MatrixView {
    let frames = mels.count / MelFilterbank.mels
    precondition(frames >= Self.minimumFrames && frames * MelFilterbank.mels == mels.count)
    if frames > scratch.frames { scratch = EmbeddingScratch(frames: frames) }
    place(mels, frames: frames)
    let sequence = head(frames: frames)
    return blocks(sequence, context: context)
  }

  /// The embedding of what `statistics` were taken over.
  package func embed(_ statistics: VoiceStatistics) -> [Float] {
    let values = statistics.meansAndDeviations
    let output = FloatBuffer(count: EmbeddingConfig.width)
    let row = output.matrix(1, EmbeddingConfig.width)
    MatrixView.reading(values, rows: 1, columns: values.count) {
      weights.dense($0, into: row, scratch: output)
    }
    return row.copied()
  }

  /// The mels less their means as a map `[80, time, 1]`.
  private func place(_ mels: [Float], frames: Int) {
    let bands = MelFilterbank.mels
    var means = [Float](repeating: 0, count: bands)
    MatrixView.reading(mels, rows: frames, columns: bands) {
      vk_column_moments($0.base, frames, bands, bands, &means, nil)
    }
    let map = scratch.input(frames: frames)
    map.clearEnds()
    for band in 0..<bands {
      let row = map.row(band).base
      for frame in 0..<frames { row[frame] = mels[frame * bands + band] - means[band] }
    }
  }

  /// The head's output `[T + 4, 320]` with two rows of zeros at either end.
  private func head(frames: Int) -> MatrixView {
    typealias C = EmbeddingConfig
    let bands = MelFilterbank.mels
    let input = scratch.input(frames: frames)
    var map = scratch.map(0, frequencies: bands, frames: frames)
    map.clearEnds()
    let whole = map
    weights.first(input) { whole.row($0) }
    var current = 0
    for (index, block) in weights.residual.enumerated() {
      let frequencies = index % 2 == 0 ? map.frequencies / 2 : map.frequencies
      let middle = scratch.map((current + 1) % 3, frequencies: frequencies, frames: frames)
      current = (current + 2) % 3
      let output = scratch.map(current, frequencies: frequencies, frames: frames)
      block(map, middle: middle, into: output)
      map = output
    }
    let margin = C.taps / 2
    let sequence = scratch.sequence.matrix(frames + 2 * margin, C.frequencies * C.channels)
    for row in 0..<margin {
      sequence.row(row).update(repeating: 0, count: sequence.columns)
      sequence.row(frames + margin + row).update(repeating: 0, count: sequence.columns)
    }
    weights.last(map) { frequency in
      sequence.rows(margin..<margin + frames)
        .columns(frequency * C.channels..<(frequency + 1) * C.channels)
    }
    return sequence
  }

  /// The head's output to `[T / 2, 512]`.
  private func blocks(_ sequence: MatrixView, context: MaskContext) -> MatrixView {
    typealias C = EmbeddingConfig
    let windows = sequence.windows(kernel: C.taps, step: C.step)
    let features = scratch.features.matrix(windows.rows, C.maximumChannels)
    let start = features.columns(0..<C.inputs)
    weights.tdnn.multiply(windows, bias: weights.tdnnBias, into: start, scratch: start.base)
    for row in 0..<start.rows { vk_relu(start.row(row), start.columns) }
    var channels = C.inputs
    for (layers, transit) in zip(weights.blocks, weights.transits) {
      for layer in layers {
        layer(features, context: context, normed: scratch.normed, inner: scratch.inner)
      }
      channels += layers.count * DenseLayer.growth
      // A row's outputs take the place of its first inputs, which no other row reads.
      transit.norm(
        features.columns(0..<channels), into: features.columns(0..<channels / 2),
        by: transit.linear, memory: scratch.normed)
      channels /= 2
    }
    let x = scratch.normed.matrix(windows.rows, channels)
    weights.norm(features.columns(0..<channels), into: x)
    return x
  }
}

/// Memory of the embedding network for so many frames.
private struct EmbeddingScratch: ~Copyable {
  let frames: Int
  private let mels: FloatBuffer
  private let maps: [MapMemory]
  /// `[frames + 4, 320]`
  let sequence: FloatBuffer
  /// `[T / 2, 1024]` each.
  let features: FloatBuffer
  let normed: FloatBuffer
  /// `[T / 2 + 4, 128]`
  let inner: FloatBuffer

  init(frames: Int) {
    typealias C = EmbeddingConfig
    self.frames = frames
    let length = frames == 0 ? 0 : C.length(frames: frames)
    mels = FloatBuffer(
      count: FrequencyMap.count(frequencies: MelFilterbank.mels, time: frames, channels: 1))
    // The first map has all frequencies, and holds later ones again.
    maps = [MelFilterbank.mels, MelFilterbank.mels / 2, MelFilterbank.mels / 2].map {
      MapMemory(
        count: frames == 0
          ? 0 : FrequencyMap.count(frequencies: $0, time: frames, channels: C.channels))
    }
    sequence = FloatBuffer(count: (frames + 4) * C.frequencies * C.channels)
    features = FloatBuffer(count: length * C.maximumChannels)
    normed = FloatBuffer(count: length * C.maximumChannels)
    inner = FloatBuffer(count: (length + 4) * DenseLayer.width)
  }

  func input(frames: Int) -> FrequencyMap {
    FrequencyMap(base: mels.base, frequencies: MelFilterbank.mels, time: frames, channels: 1)
  }

  func map(_ index: Int, frequencies: Int, frames: Int) -> FrequencyMap {
    FrequencyMap(
      base: maps[index].buffer.base, frequencies: frequencies, time: frames,
      channels: EmbeddingConfig.channels)
  }
}

/// A buffer that an array can hold.
private final class MapMemory {
  let buffer: FloatBuffer

  init(count: Int) { buffer = FloatBuffer(count: count) }
}
