/// How speech is cut into segments. Times are in seconds.
package struct SegmenterConfig: Sendable, Hashable {
  /// Length of segment to aim at. Speech is cut at the pauses that give lengths near it.
  package var preferredSeconds = 20.0
  /// No segment is longer, padding included.
  package var maximumSeconds = 28.0
  /// Audio kept before and after speech. A pause shorter than twice this is shared between its
  /// neighbours at its quietest point.
  package var padding = 0.25
  /// Speech begins at this probability…
  package var onsetThreshold: Float = 0.5
  /// …and goes on down to this one.
  package var offsetThreshold: Float = 0.35
  /// The shortest pause that ends a run of speech.
  package var minimumPause = 0.16
  /// The longest pause within a segment; after a longer one a new segment begins. (At least
  /// twice `padding` is used.)
  package var joinPause = 2.5
  /// Voice with less speech than this between two long pauses is taken for noise.
  package var minimumSpeech = 0.19
  /// Chunks of less power than this, in dB of full scale, are silence whatever the network says.
  package var silenceLevel = -80.0

  /// The recommended settings, by word error rate against length (docs/lab/MODEL.md).
  package init() {}

  /// Whether the times and thresholds agree with one another: the maximum has room for the padding
  /// and half a second of speech, onset is not below offset, nothing is negative.
  package var isValid: Bool {
    let times = [preferredSeconds, maximumSeconds, padding, minimumPause, joinPause, minimumSpeech]
    // A day is longer than any segment, and its samples still fit every integer.
    return times.allSatisfy { (0...86_400).contains($0) } && silenceLevel.isFinite
      && preferredSeconds > 0 && maximumSeconds >= 2 * padding + 0.5
      && (0...1).contains(offsetThreshold) && (offsetThreshold...1).contains(onsetThreshold)
  }
}

/// A piece of one audio track that holds speech.
package struct SpeechSegment: Sendable, Hashable {
  /// Position of the first sample in the recording, at 16 kHz.
  package let startSample: Int64
  /// The audio, 16 kHz.
  package let samples: [Float]
  /// Probability of speech of each 512 samples, from `chunkStart` on, over the whole segment.
  package let probabilities: [Float]
  /// Position of the first probability's chunk; at most 511 samples before `startSample`.
  package let chunkStart: Int64
  /// Whether the segment ends within speech, because no pause came before the maximum length.
  package let endsInSpeech: Bool

  /// Position after the last sample.
  package var endSample: Int64 { startSample + Int64(samples.count) }
  /// Length in seconds.
  package var seconds: Double { Double(samples.count) / Double(VoiceActivityConfig.sampleRate) }
}
