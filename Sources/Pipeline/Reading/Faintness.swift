import AudioEncoder
import Foundation

/// Whether speech is so faint beside what was heard before that words in it are in doubt.
struct Faintness: Sendable {
  /// Decibels of full scale above which speech is never faint.
  private static let ceiling = -40.0
  /// Decibels by which it is below the loudest speech before.
  private static let distance = 20.0
  /// The level of speech in decibels of full scale, before any was heard: that to which telephony
  /// levels it (ITU-T P.56 and G.191).
  private static let nominal = -26.0
  /// Probability from which a chunk counts as voice, and seconds of voice that make a level to
  /// compare with.
  private static let (voice, least): (Float, Double) = (0.5, 1)

  /// That of the loudest speech so far, in decibels of full scale.
  private var loudest: Double?

  /// Takes the next segment of a track; returns whether it is faint.
  mutating func isFaint(_ speech: SpeechSegment) -> Bool {
    let (level, seconds) = Self.active(speech)
    let limit = min(Self.ceiling, (loudest ?? Self.nominal) - Self.distance)
    if seconds >= Self.least { loudest = max(loudest ?? level, level) }
    return level <= limit
  }

  /// Root mean square of the chunks with voice (else of all chunks) in decibels of full scale,
  /// and seconds of voice.
  static func active(_ speech: SpeechSegment) -> (level: Double, seconds: Double) {
    let chunk = VoiceActivityConfig.chunk
    let offset = Int(speech.chunkStart - speech.startSample)
    var (voiced, all, count) = (0.0, 0.0, 0)
    for (index, probability) in speech.probabilities.enumerated() {
      let first = offset + index * chunk
      let range = (first..<first + chunk).clamped(to: speech.samples.indices)
      let energy = speech.samples[range].reduce(0.0) { $0 + Double($1) * Double($1) }
      all += energy
      guard probability >= voice else { continue }
      voiced += energy
      count += range.count
    }
    let power = count > 0 ? voiced / Double(count) : all / Double(max(speech.samples.count, 1))
    return (
      10 * log10(max(power, 1e-12)), Double(count) / Double(VoiceActivityConfig.sampleRate)
    )
  }
}
