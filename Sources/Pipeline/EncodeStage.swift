import AudioEncoder
import Dispatch
import NN

/// A segment with what the encoder heard.
struct EncodedSegment: Sendable {
  let span: SpeechSpan
  let embeddings: Embeddings
}

/// Encodes segments, several at once when there are threads for it.
struct EncodeStage {
  private let encoders: [EncoderWorker]
  private let permits: ComputePermits

  /// A stage that keeps up to `workers` threads busy.
  init(weights: MoonshineEncoderWeights, workers: Int, permits: ComputePermits) {
    encoders = (0..<max(workers, 1)).map { _ in EncoderWorker(weights: weights) }
    self.permits = permits
  }

  /// Runs until the input ends.
  func run(
    _ input: StageInput<PendingSegment>, _ output: StageOutput<EncodedSegment>
  ) throws(TranscriptionError) {
    while let first = try input.next() {
      var batch = [first]
      while batch.count < encoders.count, let more = try input.nextIfReady() {
        batch.append(more)
      }
      for segment in encode(batch) { try output.send(segment) }
    }
  }

  private func encode(_ batch: [PendingSegment]) -> [EncodedSegment] {
    let encoders = encoders
    let permits = permits
    DispatchQueue.concurrentPerform(iterations: batch.count) { index in
      permits.work { encoders[index].encode(batch[index].speech.samples) }
    }
    return zip(batch, encoders).compactMap { pending, encoder in
      guard let embeddings = encoder.take() else { return nil }
      return EncodedSegment(span: pending.span, embeddings: embeddings)
    }
  }
}

/// One thread's encoder and its last result.
///
/// `@unchecked Sendable`: iteration `i` of `concurrentPerform` is the only one that touches worker
/// `i`, and the stage reads the result after all iterations have returned.
private final class EncoderWorker: @unchecked Sendable {
  private var encoder: MoonshineEncoder
  private var result: Embeddings?

  init(weights: MoonshineEncoderWeights) {
    encoder = MoonshineEncoder(weights: weights)
  }

  func encode(_ samples: [Float]) { result = encoder.encode(samples) }

  func take() -> Embeddings? {
    defer { result = nil }
    return result
  }
}
