import AudioEncoder
import NN

/// Encoders that stages share: whoever has a segment to encode borrows one.
final class EncoderPool: Sendable {
  /// Encoders in the pool.
  let count: Int
  private let idle: BoundedQueue<EncoderWorker>
  private let permits: ComputePermits

  /// A pool of `count` encoders (at least one) that work under `permits`.
  init(weights: MoonshineEncoderWeights, count: Int, permits: ComputePermits) {
    self.count = max(count, 1)
    self.permits = permits
    idle = BoundedQueue(capacity: self.count)
    for _ in 0..<self.count { _ = idle.push(EncoderWorker(weights: weights)) }
  }

  /// Encodes one segment, waiting for an encoder and for a permit.
  func encode(_ samples: [Float], _ clock: StageClock) -> Embeddings {
    guard case .element(let worker) = clock.starved(idle.pop) else {
      preconditionFailure("the pool is never closed")
    }
    defer { _ = idle.push(worker) }
    return permits.work(clock) { worker.encode(samples) }
  }
}

/// One encoder with its scratch.
///
/// `@unchecked Sendable`: it is either in the pool's queue or with the one thread that took it out
/// of there, and the queue's lock orders the two.
private final class EncoderWorker: @unchecked Sendable {
  private var encoder: MoonshineEncoder

  init(weights: MoonshineEncoderWeights) {
    encoder = MoonshineEncoder(weights: weights)
  }

  func encode(_ samples: [Float]) -> Embeddings { encoder.encode(samples) }
}
