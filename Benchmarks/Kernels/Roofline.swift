import AudioEncoder
import Decoding
import Demux
import NN

/// A stage of the transcription of one segment: what it must do and how long it takes.
struct StageResult: Encodable {
  let stage: String
  /// Billions of multiplications and additions, each counting as one.
  let gigaoperations: Double
  /// Millions of bytes.
  let megabytes: Double
  let milliseconds: Double
  /// The time that the multipliers need at their peak, in the time taken.
  let shareOfPeak: Double
  /// The larger of what the multipliers and the third cache need.
  let floorMilliseconds: Double

  init(_ stage: String, _ work: Work, seconds: Double, peaks: MachinePeaks) {
    self.stage = stage
    let computing = work.operations.reduce(0) { $0 + peaks.seconds($1.value, $1.key) }
    gigaoperations = work.total / 1e9
    megabytes = work.bytes / 1e6
    milliseconds = seconds * 1e3
    shareOfPeak = computing / seconds
    floorMilliseconds = max(computing, peaks.seconds(bytes: work.bytes)) * 1e3
  }
}

/// One token of the decoder with several segments at once.
struct TokenResult: Encodable {
  let batch: Int
  let millisecondsPerToken: Double
  let floorMilliseconds: Double
}

/// Times every stage on one segment of real speech by calling the networks themselves.
struct Roofline {
  /// Segments decoded together in the table of stages; the decoder's time is divided by them.
  static let batch = 8
  /// Times that a batch is decoded; the median counts.
  private static let decodings = 3

  let models: BenchModels
  let peaks: MachinePeaks
  let rounds: Int
  /// The segment, 16 kHz.
  let samples: [Float]
  /// Seconds that reading it took.
  let reading: Double

  func run() -> (stages: [StageResult], tokens: [TokenResult]) {
    let chunks = (samples.count + VoiceActivityConfig.chunk - 1) / VoiceActivityConfig.chunk
    let voice = Stopwatch.alternate(rounds: rounds, [{ detectVoice() }])[0]
    let (parts, embeddings) = encode()
    let config = models.decoder.config
    let (frames, samples) = (embeddings.frames, samples.count)
    let decoded = ProductBenchmark.batches.map { decode(embeddings, batch: $0) }
    var stages = [
      StageResult("container, AAC, resampling", Work(), seconds: reading, peaks: peaks),
      StageResult(
        "voice activity", .voiceActivity(chunks: chunks), seconds: voice, peaks: peaks),
    ]
    for part in EncoderPart.allCases {
      stages.append(
        StageResult(
          part.rawValue, part.work(.tinyEnglish, samples: samples), seconds: parts[part] ?? 0,
          peaks: peaks))
    }
    if let last = decoded.last {
      var tokens = Work()
      for position in 0..<last.steps {
        tokens += .token(config, position: position, frames: frames, batch: Self.batch)
      }
      stages.append(
        StageResult(
          "decoder: keys and values of the audio", .crossKeysAndValues(config, frames: frames),
          seconds: last.admission, peaks: peaks))
      stages.append(
        StageResult(
          "decoder: \(last.steps) tokens, one of \(Self.batch) segments", tokens,
          seconds: last.token * Double(last.steps), peaks: peaks))
    }
    let tokens = zip(ProductBenchmark.batches, decoded).map { batch, decoded in
      let work = Work.token(config, position: decoded.steps / 2, frames: frames, batch: batch)
      return TokenResult(
        batch: batch, millisecondsPerToken: decoded.token * 1e3,
        floorMilliseconds: StageResult("", work, seconds: 1, peaks: peaks).floorMilliseconds)
    }
    return (stages, tokens)
  }

  private func detectVoice() {
    var detector = VoiceActivityDetector(weights: models.voiceActivity)
    _ = detector.process(samples)
    _ = detector.finish()
  }

  /// Median times of the encoder's parts in all layers, and what it heard.
  private func encode() -> ([EncoderPart: Double], Embeddings) {
    var encoder = MoonshineEncoder(weights: models.encoder, capacity: samples.count)
    var embeddings = encoder.encode(samples)
    var times: [EncoderPart: [Double]] = [:]
    for _ in 0..<rounds {
      let clock = EncoderClock()
      embeddings = encoder.encode(samples) { stage, _ in clock.mark(stage) }
      for (part, seconds) in clock.seconds() { times[part, default: []].append(seconds) }
    }
    return (times.mapValues(Stopwatch.median), embeddings)
  }

  /// What decoding `batch` copies of the segment takes.
  private struct Decoding {
    /// Seconds for each segment to enter.
    let admission: Double
    /// Seconds for each token.
    let token: Double
    /// Tokens of a segment, the end token included.
    let steps: Int
  }

  private func decode(_ embeddings: Embeddings, batch: Int) -> Decoding {
    let runs = (0..<Self.decodings).map { _ in decodeOnce(embeddings, batch: batch) }
    return Decoding(
      admission: Stopwatch.median(runs.map(\.admission)),
      token: Stopwatch.median(runs.map(\.token)), steps: runs[0].steps)
  }

  private func decodeOnce(_ embeddings: Embeddings, batch: Int) -> Decoding {
    var decoder = TextDecoder(
      weights: models.decoder, slots: batch, alignmentHeads: AlignmentHead.tinyEnglish)
    let limit = Int(Double(samples.count) / Double(deliveredSampleRate) * 6.5)
    let begin = Stopwatch.processor()
    for id in 0..<batch { decoder.admit(embeddings, tokenLimit: limit, id: id) }
    let admitted = Stopwatch.processor()
    var steps = 0
    while !decoder.isIdle {
      _ = decoder.step()
      steps += 1
    }
    let seconds = Stopwatch.processor() - admitted
    return Decoding(
      admission: (admitted - begin) / Double(batch), token: seconds / Double(batch * steps),
      steps: steps)
  }
}

/// Charges the time between two traced stages of the encoder to the part that the later one ends.
final class EncoderClock {
  private var last = Stopwatch.processor()
  private var first: [EncoderPart: Double] = [:]
  /// Of the layers after the first, which are traced as one.
  private var layers = 0.0

  /// A stage of that name is done.
  func mark(_ stage: String) {
    let now = Stopwatch.processor()
    defer { last = now }
    if let part = Self.part(stage) {
      first[part, default: 0] += now - last
    } else {
      layers += now - last
    }
  }

  /// Seconds of each part; the later layers are divided as the first one is.
  func seconds() -> [EncoderPart: Double] {
    let perLayer: [EncoderPart] = [.projections, .attention, .feedForward]
    let layer = perLayer.reduce(0) { $0 + (first[$1] ?? 0) }
    guard layer > 0 else { return first }
    return Dictionary(
      uniqueKeysWithValues: first.map { part, seconds in
        (part, perLayer.contains(part) ? seconds * (1 + layers / layer) : seconds)
      })
  }

  /// The part that a traced stage ends; nil for a layer after the first.
  private static func part(_ stage: String) -> EncoderPart? {
    switch stage {
    case "conv1_tanh": .convolution1
    case "groupnorm": .groupNorm
    case "conv2_gelu": .convolution2
    case "conv3_gelu": .convolution3
    case "layer0.q_proj": .projections
    case "layer0.out": .feedForward
    case "encoder_out": .norm
    default: stage.hasPrefix("layer0.") ? .attention : nil
    }
  }
}
