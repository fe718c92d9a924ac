import NN

/// Probability of speech for every 32 ms of a stream, by Silero VAD 6.
///
/// Samples are gathered into batches of chunks, which go through everything but the recurrence
/// together; so probabilities come up to `batch` chunks after their samples, and the same numbers
/// come whatever the lengths of the calls. Memory is that of one batch.
package struct VoiceActivityDetector: ~Copyable {
  /// Chunks that are computed together.
  package static let batch = 32

  private var network: VoiceActivityNetwork
  /// Context, then the samples of the batch.
  private let signal: FloatBuffer
  /// Rows of the network's input `[batch, input]`.
  private let inputs: FloatBuffer
  /// Samples that wait in `signal`, after the context.
  private var pending = 0
  /// The probability in zeros, once it has stopped changing; nil elsewhere.
  private var silence: Float?
  /// By how much it may still change within a batch.
  private static let settled: Float = 1e-6

  /// Makes a detector at the start of a stream.
  package init(weights: VoiceActivityWeights) {
    typealias C = VoiceActivityConfig
    network = VoiceActivityNetwork(weights: weights, capacity: Self.batch)
    signal = FloatBuffer(count: C.context + Self.batch * C.chunk)
    inputs = FloatBuffer(count: Self.batch * C.input)
  }

  /// Takes the next samples (16 kHz, full scale 1) and returns the probabilities that became
  /// known, of chunks of 512 samples counted from the start of the stream. Samples that are not
  /// finite count as 0.
  package mutating func process(_ samples: UnsafeBufferPointer<Float>) -> [Float] {
    let room = Self.batch * VoiceActivityConfig.chunk
    var probabilities: [Float] = []
    var position = 0
    while position < samples.count {
      let count = min(room - pending, samples.count - position)
      let target = signal.base + VoiceActivityConfig.context + pending
      for n in 0..<count {
        let sample = samples[position + n]
        target[n] = sample.isFinite ? sample : 0
      }
      pending += count
      position += count
      if pending == room { probabilities += run() }
    }
    return probabilities
  }

  /// The same for an array.
  package mutating func process(_ samples: [Float]) -> [Float] {
    samples.withUnsafeBufferPointer { process($0) }
  }

  /// Ends the stream: returns the probabilities of the samples that still waited, the last chunk
  /// filled with zeros, and begins a new stream.
  package mutating func finish() -> [Float] {
    let chunk = VoiceActivityConfig.chunk
    let missing = (chunk - pending % chunk) % chunk
    (signal.base + VoiceActivityConfig.context + pending).update(repeating: 0, count: missing)
    pending += missing
    let probabilities = pending > 0 ? run() : []
    signal.base.update(repeating: 0, count: VoiceActivityConfig.context)
    silence = nil
    network.reset()
    return probabilities
  }

  /// Computes the whole chunks that wait and keeps the last samples as context of the next.
  ///
  /// In zeros, of which a gap of the recording may have hours, the network comes to rest within some
  /// seconds; from there on it is not asked again until there is sound.
  private mutating func run() -> [Float] {
    typealias C = VoiceActivityConfig
    let chunks = pending / C.chunk
    let isSilent = (0..<C.context + pending).allSatisfy { signal.base[$0] == 0 }
    if isSilent, let silence {
      pending = 0
      return Array(repeating: silence, count: chunks)
    }
    let rows = inputs.matrix(chunks, C.input)
    let given = C.context + C.chunk
    for chunk in 0..<chunks {
      let row = rows.row(chunk)
      row.update(from: signal.base + chunk * C.chunk, count: given)
      // Mirrored about the last sample, which is not repeated.
      for n in 0..<C.mirrored { row[given + n] = row[given - 2 - n] }
    }
    signal.base.update(from: signal.base + pending, count: C.context)
    pending = 0
    let probabilities = network(rows)
    silence = isSilent ? Self.constant(probabilities) : nil
    return probabilities
  }

  /// The last of values that are all but equal, else nil.
  private static func constant(_ values: [Float]) -> Float? {
    guard let least = values.min(), let most = values.max(), most - least < settled else {
      return nil
    }
    return values.last
  }
}
