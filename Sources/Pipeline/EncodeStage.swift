import AudioEncoder
import Dispatch
import NN

/// A segment with what the encoder heard.
struct EncodedSegment: Sendable {
  let pending: PendingSegment
  let embeddings: Embeddings
}

/// Encodes segments, several at once when there are encoders for it.
struct EncodeStage {
  /// The encoders that work.
  let encoders: EncoderPool

  /// Runs until the input ends.
  func run(
    _ input: StageInput<PendingSegment>, _ output: StageOutput<EncodedSegment>
  ) throws(TranscriptionError) {
    while let first = try input.next() {
      var batch = [first]
      while batch.count < encoders.count, let more = try input.nextIfReady() {
        batch.append(more)
      }
      for segment in encode(batch, output.clock) { try output.send(segment) }
    }
  }

  private func encode(_ batch: [PendingSegment], _ clock: StageClock) -> [EncodedSegment] {
    guard batch.count > 1 else {
      return batch.map {
        EncodedSegment(pending: $0, embeddings: encoders.encode($0.speech.samples, clock))
      }
    }
    let results = Guarded<[Int: EncodedSegment]>([:])
    DispatchQueue.concurrentPerform(iterations: batch.count) { index in
      let embeddings = encoders.encode(batch[index].speech.samples, clock)
      let segment = EncodedSegment(pending: batch[index], embeddings: embeddings)
      results.withLock { $0[index] = segment }
    }
    return results.withLock { results in batch.indices.compactMap { results[$0] } }
  }
}
