import Demux
import Foundation
import Pipeline

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
    /// The utterance, or each of its channels where they are heard each by itself: 16 kHz, from the
    /// utterance's start on, all equally long.
    package let lanes: [[Float]]
    /// How speech and noise were mixed, in the channel that was turned down most; nil for an untouched
    /// recording.
    package let gains: Mixture.Gains?
    /// Which recordings the noise is of; nil where there is none.
    package let noise: [NoiseSource]?

    /// Of audio.
    package var seconds: Double {
      Double(lanes.first?.count ?? 0) / Double(deliveredSampleRate)
    }
  }

  /// Megabytes of decoded audio that are kept.
  private static let cacheSize = 96

  private let treatment: Treatment
  private let channels: ChannelChoice
  private let room: Reverberation?
  private let speech: RecordingCache
  private let bank: NoiseBank

  /// Conditions for a run.
  ///
  /// - Parameters:
  ///   - seed: seeds all noise.
  ///   - talkers: recordings of which babble is made.
  ///   - treatment: room and link; a silent response counts as none.
  ///   - channels: whether the channels of recordings are heard each by itself. Those of talkers and
  ///     noises never are.
  package init(
    seed: UInt64, talkers: [NoiseBank.Talker], treatment: Treatment = Treatment(),
    channels: ChannelChoice = .auto
  ) {
    self.treatment = treatment
    self.channels = channels
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
  /// 16 bits; a recording to which nothing is done stays as it was decoded. All channels that are heard
  /// each by itself get the same noise, so many decibels below the one in which speech is loudest.
  package func sound(
    of utterance: Utterance, in noise: (kind: NamedNoise, ratio: Double)?
  ) throws(InputFault.Cause) -> Sound {
    let lanes = try lanes(of: utterance)
    if noise == nil, treatment.isNone {
      return Sound(lanes: lanes.map(\.samples), gains: nil, noise: nil)
    }
    let level = try level(of: lanes, utterance)
    let mixtures: [Mixture]
    var sources: [NoiseSource]?
    if let noise {
      let section = try section(noise.kind, utterance, count: lanes[0].samples.count)
      mixtures = lanes.map {
        Mixture(speech: $0.samples, level: level, noise: section.samples, ratio: noise.ratio)
      }
      sources = section.sources
    } else {
      mixtures = lanes.map { Mixture(speech: $0.samples, level: level) }
    }
    let gains = mixtures.map(\.gains).min { $0.overall < $1.overall }
    guard let bitRate = treatment.bitRate else {
      return Sound(lanes: mixtures.map(\.samples), gains: gains, noise: sources)
    }
    var heard: [[Float]] = []
    do throws(LinkError) {
      for mixture in mixtures {
        heard.append(Mixture.stored(try OpusLink.pass(mixture.samples, bitRate: bitRate)))
      }
    } catch {
      throw .link(error)
    }
    return Sound(lanes: heard, gains: gains, noise: sources)
  }

  /// The utterance as one, or its channels; not empty.
  private func lanes(of utterance: Utterance) throws(InputFault.Cause) -> [RecordingCache.Audio] {
    let span = RecordingCache.Span(
      path: utterance.path, start: utterance.start, end: utterance.end, channels: channels)
    let lanes: [RecordingCache.Audio]
    do throws(DemuxError) { lanes = try speech.lanes(span) } catch {
      throw .recording(path: utterance.path, error)
    }
    if lanes.allSatisfy(\.samples.isEmpty) { throw .emptySpan }
    if lanes.allSatisfy({ $0.level == nil }), !utterance.reference.isEmpty { throw .silent }
    return lanes
  }

  /// The active level where speech is loudest. Where nobody speaks there is no level of speech, and the
  /// nominal one stands for it.
  private func level(
    of lanes: [RecordingCache.Audio], _ utterance: Utterance
  ) throws(InputFault.Cause) -> Double {
    if utterance.reference.isEmpty { return Mixture.nominalLevel }
    guard let level = lanes.compactMap(\.level?.active).max() else { throw .silent }
    return level
  }

  private func section(
    _ noise: NamedNoise, _ utterance: Utterance, count: Int
  ) throws(InputFault.Cause) -> NoiseSection {
    do throws(NoiseError) { return try bank.section(noise, for: utterance, count: count) } catch {
      throw .noise(name: noise.name, error)
    }
  }
}
