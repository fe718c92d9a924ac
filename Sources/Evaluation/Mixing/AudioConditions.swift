import Demux
import Foundation

/// Gives every utterance its sound under every condition.
package final class AudioConditions: Sendable {
  /// What changes the sound beside the noise.
  package struct Treatment: Sendable, Hashable {
    /// The room's impulse response at 16 kHz.
    package var response: [Float]?
    /// Bits a second of the Opus link that the mixture passes.
    package var bitRate: Int?

    /// No room and no link unless given.
    package init(response: [Float]? = nil, bitRate: Int? = nil) {
      self.response = response
      self.bitRate = bitRate
    }

    var isNone: Bool { response == nil && bitRate == nil }
  }

  /// What is heard.
  package struct Sound: Sendable {
    /// 16 kHz, from the utterance's start on.
    package let samples: [Float]
    /// How speech and noise were mixed; nil for an untouched recording.
    package let gains: Mixture.Gains?
    /// Which recordings the noise is of; nil where there is none.
    package var noise: [NoiseSource]?
  }

  /// Megabytes of decoded audio that are kept.
  private static let cacheSize = 96

  private let treatment: Treatment
  private let room: Reverberation?
  private let speech: RecordingCache
  private let bank: NoiseBank

  /// Conditions for a run.
  ///
  /// - Parameters:
  ///   - seed: seeds all noise.
  ///   - talkers: recordings of which babble is made.
  ///   - treatment: room and link; a silent response counts as none.
  package init(seed: UInt64, talkers: [NoiseBank.Talker], treatment: Treatment = Treatment()) {
    self.treatment = treatment
    let dry = RecordingCache(megabytes: Self.cacheSize)
    let room = treatment.response.flatMap { Reverberation(response: $0) }
    self.room = room
    speech =
      room.map { room in RecordingCache(megabytes: Self.cacheSize) { room.apply(to: $0) } } ?? dry
    bank = NoiseBank(seed: seed, talkers: talkers, cache: dry)
  }

  /// Whether a noise can be had for any of the utterances; call it before a run.
  package func check(
    _ noise: NamedNoise, for utterances: [Utterance]
  ) throws(NoiseError) {
    try bank.check(noise, for: utterances)
  }

  /// How many people a babble really has; nil for other noises.
  func talkers(in noise: NamedNoise, for utterances: [Utterance]) -> ClosedRange<Int>? {
    bank.talkers(in: noise, for: utterances)
  }

  /// The sound of an utterance in noise of so many decibels below the speech, or without noise.
  ///
  /// The room comes first, then the noise, then the link. What was treated or mixed is stored in
  /// 16 bits; a recording to which nothing is done stays as it was decoded.
  package func sound(
    of utterance: Utterance, in noise: (kind: NamedNoise, ratio: Double)?
  ) throws(InputFault.Cause) -> Sound {
    let audio = try audio(of: utterance)
    if noise == nil, treatment.isNone { return Sound(samples: audio.samples, gains: nil) }
    let level = try level(of: audio, utterance)
    let mixture: Mixture
    var sources: [NoiseSource]?
    if let noise {
      let section = try section(noise.kind, utterance, count: audio.samples.count)
      mixture = Mixture(speech: audio.samples, level: level, noise: section.samples, ratio: noise.ratio)
      sources = section.sources
    } else {
      mixture = Mixture(speech: audio.samples, level: level)
    }
    guard let bitRate = treatment.bitRate else {
      return Sound(samples: mixture.samples, gains: mixture.gains, noise: sources)
    }
    do throws(LinkError) {
      let heard = try OpusLink.pass(mixture.samples, bitRate: bitRate)
      return Sound(samples: Mixture.stored(heard), gains: mixture.gains, noise: sources)
    } catch {
      throw .link(error)
    }
  }

  private func audio(of utterance: Utterance) throws(InputFault.Cause) -> RecordingCache.Audio {
    let span = RecordingCache.Span(
      path: utterance.path, start: utterance.start, end: utterance.end)
    let audio: RecordingCache.Audio
    do throws(DemuxError) { audio = try speech.audio(span) } catch {
      throw .recording(path: utterance.path, error)
    }
    if audio.samples.isEmpty { throw .emptySpan }
    if audio.level == nil, !utterance.reference.isEmpty { throw .silent }
    return audio
  }

  /// Where nobody speaks there is no level of speech, and the nominal one stands for it.
  private func level(
    of audio: RecordingCache.Audio, _ utterance: Utterance
  ) throws(InputFault.Cause) -> Double {
    if utterance.reference.isEmpty { return Mixture.nominalLevel }
    guard let level = audio.level else { throw .silent }
    return level.active
  }

  private func section(
    _ noise: NamedNoise, _ utterance: Utterance, count: Int
  ) throws(InputFault.Cause) -> NoiseSection {
    do throws(NoiseError) { return try bank.section(noise, for: utterance, count: count) } catch {
      throw .noise(name: noise.name, error)
    }
  }
}
