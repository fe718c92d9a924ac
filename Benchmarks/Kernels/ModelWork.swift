import AudioEncoder
import Decoding

/// What a stage must do, whatever its implementation: multiplications and additions, each counting
/// as one, and the bytes of its input, output and weights, each once.
///
/// Exponentials, roots and the like are not counted.
struct Work {
  /// What the encoder's attention computes with; with VNNI 16-bit integers, as fast as bf16.
  private static let attention = MachinePeaks.hasByteProducts ? Arithmetic.bf16 : .f32

  var operations: [Arithmetic: Double] = [:]
  var bytes = 0.0

  static func += (sum: inout Work, more: Work) {
    sum.operations.merge(more.operations, uniquingKeysWith: +)
    sum.bytes += more.bytes
  }

  static func * (work: Work, factor: Double) -> Work {
    Work(operations: work.operations.mapValues { $0 * factor }, bytes: work.bytes * factor)
  }

  /// All operations.
  var total: Double { operations.values.reduce(0, +) }

  /// `rows` rows times 8-bit weights `[outputs, inputs]`, without the activations' bytes.
  static func product(rows: Int, outputs: Int, inputs: Int) -> Work {
    Work(
      operations: [.u8: 2 * Double(rows * outputs * inputs)],
      bytes: Double(outputs * inputs))
  }

  /// `queries` over `keys` positions, all heads of together `width` values: scores and mixture.
  static func attention(queries: Int, keys: Int, width: Int) -> Work {
    Work(operations: [attention: 4 * Double(queries * keys * width)])
  }

  /// Activations read or written.
  static func floats(_ count: Int) -> Work { Work(bytes: 4 * Double(count)) }
}

/// The parts of the encoder that are timed apart.
enum EncoderPart: String, CaseIterable {
  case convolution1 = "encoder: convolution 1, tanh"
  case groupNorm = "encoder: group norm"
  case convolution2 = "encoder: convolution 2, GELU"
  case convolution3 = "encoder: convolution 3, GELU"
  case projections = "encoder: norm, queries, keys, values"
  case attention = "encoder: rotation, attention, output"
  case feedForward = "encoder: norm, feed-forward, GELU"
  case norm = "encoder: last norm"

  /// What the part does for a segment of `samples`, in all layers.
  func work(_ config: MoonshineEncoderConfig, samples: Int) -> Work {
    let (t1, t2, t) = config.lengths(samples: samples)
    let (hidden, inner) = (config.hidden, config.intermediate)
    var work = Work()
    switch self {
    case .convolution1:
      work += .product(rows: t1, outputs: hidden, inputs: 127)
      work += .floats(samples + t1 * hidden)
    case .groupNorm:
      // Read for the moments, read again, written.
      work += .floats(3 * t1 * hidden)
    case .convolution2:
      work += .product(rows: t2, outputs: 2 * hidden, inputs: 7 * hidden)
      work += .floats(t1 * hidden + t2 * 2 * hidden)
    case .convolution3:
      work += .product(rows: t, outputs: hidden, inputs: 3 * 2 * hidden)
      work += .floats(t2 * 2 * hidden + t * hidden)
    case .projections:
      work += .product(rows: t, outputs: 3 * hidden, inputs: hidden)
      work += .floats(4 * t * hidden)
    case .attention:
      work += .attention(queries: t, keys: t, width: hidden)
      work += .product(rows: t, outputs: hidden, inputs: hidden)
      work += .floats(4 * t * hidden)
    case .feedForward:
      work += .product(rows: t, outputs: inner, inputs: hidden)
      work += .product(rows: t, outputs: hidden, inputs: inner)
      work += .floats(2 * t * hidden)
    case .norm:
      work += .floats(2 * t * hidden)
    }
    let isPerLayer = [.projections, .attention, .feedForward].contains(self)
    return isPerLayer ? work * Double(config.layers) : work
  }
}

extension Work {
  /// Bytes of a stored key or value of the audio (`Fusion/KeyValueCache.swift`).
  private static let crossBytes = 1.0

  /// The decoder's keys and values of a segment of `frames`.
  static func crossKeysAndValues(_ config: TextDecoderConfig, frames: Int) -> Work {
    var work = product(
      rows: frames, outputs: 2 * config.layers * config.hidden, inputs: config.hidden)
    work += .floats(frames * config.hidden)
    work.bytes += crossBytes * Double(2 * config.layers * frames * config.hidden)
    return work
  }

  /// One token at `position`, with `batch` segments sharing the weights' bytes.
  static func token(_ config: TextDecoderConfig, position: Int, frames: Int, batch: Int) -> Work {
    let (hidden, inner, layers) = (config.hidden, config.intermediate, Double(config.layers))
    var products = product(rows: 1, outputs: 6 * hidden, inputs: hidden)
    products += product(rows: 1, outputs: 2 * inner, inputs: hidden)
    products += product(rows: 1, outputs: hidden, inputs: inner)
    products = products * layers
    products += product(rows: 1, outputs: config.vocabulary, inputs: hidden)
    products.bytes /= Double(batch)
    var work = products
    work += attention(queries: 1, keys: position + 1, width: hidden) * layers
    work += attention(queries: 1, keys: frames, width: hidden) * layers
    work += floats(2 * (position + 1) * hidden) * layers
    work.bytes += crossBytes * layers * Double(2 * frames * hidden)
    return work
  }

  /// Voice activity over `chunks` chunks of 32 ms, its f32 weights read once a batch.
  static func voiceActivity(chunks: Int) -> Work {
    // Outputs, inputs and how often each product is done in a chunk (zeros beside it left out).
    let products = [
      (258, 256, 4), (128, 129, 10), (64, 128, 5), (64, 64, 2), (128, 64, 1), (512, 128, 2),
    ]
    let operations = products.reduce(0) { $0 + 2 * $1.0 * $1.1 * $1.2 }
    let weights = 258 * 256 + 3 * (128 * 129 + 64 * 128 + 64 * 64 + 128 * 64) + 2 * 512 * 128
    let batches = (chunks + VoiceActivityDetector.batch - 1) / VoiceActivityDetector.batch
    var work = Work(operations: [.f32: Double(operations * chunks)])
    work += .floats(weights * batches + 512 * chunks)
    return work
  }
}
