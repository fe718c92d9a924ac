import Demux
import Foundation

/// What was heard in a recording, whether or not words came of it.
package struct SoundAccount: Sendable, Hashable {
  /// Decibels of full scale below which the loudest half second is so quiet that it is raised.
  package static let faint = QuietLift.enough

  /// Greatest magnitude of a sample, full scale 1; 0 is digital silence.
  package var peak: Float = 0
  /// Root mean square of the loudest half second in decibels of full scale; nil where every sample is 0.
  package var loudest: Double?
  /// Stretches in which a voice was found.
  package var stretches = 0
  /// Segments of words.
  package var segments = 0
  /// Where no words came: the audio tracks, from 1, that were not asked for and are not silent.
  package var otherTracks: [Int] = []

  package init() {}

  /// Takes in a block of any track.
  mutating func add(_ samples: ArraySlice<Float>) {
    let (power, greatest) = samples.withUnsafeBufferPointer(Self.measure)
    guard greatest > 0 else { return }
    peak = max(peak, greatest)
    let level = 10 * log10(Double(power) / Double(samples.count) + 1e-20)
    loudest = max(loudest ?? level, level)
  }

  /// Sum of the squares, and greatest magnitude; eight samples at once, as this runs over every recording.
  private static func measure(
    _ samples: UnsafeBufferPointer<Float>
  ) -> (power: Float, greatest: Float) {
    var (powers, most, least): (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) = (.zero, .zero, .zero)
    let bytes = UnsafeRawBufferPointer(samples)
    let whole = samples.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      let x = bytes.loadUnaligned(
        fromByteOffset: start * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
      powers += x * x
      most.replace(with: x, where: x .> most)
      least.replace(with: x, where: x .< least)
    }
    var (power, greatest) = (powers.sum(), max(most.max(), -least.min()))
    for sample in samples[whole...] {
      power += sample * sample
      greatest = max(greatest, sample.magnitude)
    }
    return (power, greatest)
  }

  /// Takes in a stretch with a voice, and whether words came of it.
  mutating func addVoice(hasWords: Bool) {
    stretches += 1
    if hasWords { segments += 1 }
  }

  /// Takes over the voices that another account counted.
  mutating func take(_ voices: SoundAccount) {
    (stretches, segments) = (voices.stretches, voices.segments)
  }
}

/// Looks for sound in the audio tracks that were not transcribed.
enum OtherTracks {
  /// Decibels of full scale from which a half second is sound, and not the noise of an open input.
  private static let audible = -60.0
  /// Seconds of a track that are searched, and tracks at most.
  private static let (searched, most) = (600.0, 16)

  /// The tracks of a recording, from 1, beside `chosen` (from 0) that are audible.
  static func audible(
    in info: MediaInfo, beside chosen: [Int], _ request: TranscriptionRequest
  ) -> [Int] {
    let others = info.audioStreams.indices.filter { index in
      !chosen.contains(index) && info.audioStreams[index].isDecodable
    }
    return others.prefix(most).map { $0 + 1 }.filter { isAudible($0, request) }
  }

  private static func isAudible(_ number: Int, _ request: TranscriptionRequest) -> Bool {
    let start = request.options.start ?? 0
    let end = min(request.options.end ?? .infinity, start + searched)
    do throws(DemuxError) {
      var demuxer = try Demuxer(
        path: request.input,
        options: DemuxOptions(audio: .number(number), start: request.options.start, end: end))
      var sound = SoundAccount()
      while let item = try demuxer.next() {
        guard case .audio(let block) = item else { continue }
        sound.add(block.samples[...])
        if sound.loudest.map({ $0 >= audible }) ?? false { return true }
      }
    } catch {
      // What cannot be read does not help the user.
    }
    return false
  }
}
