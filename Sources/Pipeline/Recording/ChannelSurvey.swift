import Demux
import Foundation

/// Whether the channels of a track are transcribed as one or each by itself.
package enum ChannelChoice: String, Sendable, Hashable, Codable, CaseIterable {
  /// Each by itself where they carry different voices most of the time.
  case auto
  /// As one.
  case mix
  /// Each by itself.
  case separate
}

/// What was measured of a recording's two channels.
package struct ChannelSurvey: Sendable, Hashable {
  /// Share of the sound, 0 to 1, that one channel has alone.
  package let alone: Double
  /// Share of the sound in which both channels have different sound: people who speak at once.
  package let unlike: Double
  /// The smaller share of either channel.
  package let least: Double
  /// Seconds of sound that were looked at.
  package let seconds: Double

  /// The channels carry different voices: most of the sound is in one of them alone or differs in both, and
  /// some is in either alone. In stereo a voice is in both; where a channel is empty there is nothing to part.
  package var areDifferent: Bool {
    alone >= Self.much && alone + unlike >= Self.most && least >= Self.some
      && least * seconds >= Self.enough
  }

  private static let (most, much, some, enough) = (0.75, 0.4, 0.05, 1.5)
  /// Correlation (`Likeness`) below which what both channels have is not the same sound.
  private static let alike: Float = 0.3
  /// Share of a stretch that one channel must have alone for the rest to be compared: stereo is not. Then
  /// every so many frames are.
  private static let (worthComparing, compared) = (0.2, 4)
  /// Seconds of a stretch, and stretches spread over the recording.
  private static let (length, stretches) = (10.0, 12)
  /// Samples of a frame: 64 ms.
  private static let frame = 1_024
  /// Decibels of full scale below which a frame is silent, decibels above the floor from which it is
  /// not, and by which one channel has it alone.
  private static let (silent, above, apart) = (-60.0, 12.0, 10.0)

  /// Listens to stretches of a track of two channels, some two minutes at most, and fewer where the channels
  /// are plainly alike. Nil where it has not two channels or cannot be read.
  init?(_ request: TranscriptionRequest, info: MediaInfo) {
    var levels: [[Double]] = [[], []]
    var likeness: [Float] = []
    var (counts, both) = ([0, 0], 0)
    let places = Self.places(request, info.duration)
    for (start, end) in Self.order.filter({ $0 < places.count }).map({ places[$0] }) {
      guard let samples = Self.samples(request, from: start, to: end) else { return nil }
      let more = samples.map(Self.levels)
      for channel in levels.indices { levels[channel] += more[channel] }
      likeness += Self.likeness(samples, more)
      (counts, both) = Self.count(levels)
      let seconds = Self.seconds(counts[0] + counts[1] + both)
      if seconds >= Self.enoughAlike, both > counts[0] + counts[1] { break }
    }
    let all = counts[0] + counts[1] + both
    guard all > 0 else { return nil }
    alone = Double(counts[0] + counts[1]) / Double(all)
    let different = Double(likeness.count { $0 < Self.alike }) / Double(max(1, likeness.count))
    unlike = different * Double(both) / Double(all)
    least = Double(min(counts[0], counts[1])) / Double(all)
    seconds = Self.seconds(all)
  }

  /// Seconds of sound, most of it in both channels, after which no more is listened to: stereo.
  private static let enoughAlike = 25.0
  /// The first stretches listened to lie far apart: a recording may begin with music.
  private static let order = (0..<stretches).map { $0 * 5 % stretches }

  private static func seconds(_ frames: Int) -> Double {
    Double(frames * frame) / Double(deliveredSampleRate)
  }

  /// Frames with sound that either channel has alone, and those that both have.
  private static func count(_ levels: [[Double]]) -> (alone: [Int], both: Int) {
    let floors = levels.map { floor($0) }
    var (counts, both) = ([0, 0], 0)
    for (left, right) in zip(levels[0], levels[1]) {
      let isHeard = zip([left, right], floors).contains { $0 >= max($1 + above, silent) }
      guard isHeard else { continue }
      if left - right >= apart {
        counts[0] += 1
      } else if right - left >= apart {
        counts[1] += 1
      } else {
        both += 1
      }
    }
    return (counts, both)
  }

  /// Stretches of the recording to listen to, in seconds; its beginning where its length is not known.
  private static func places(
    _ request: TranscriptionRequest, _ duration: Double?
  ) -> [(Double, Double)] {
    let start = request.options.start ?? 0
    let end = [request.options.end, duration].compactMap(\.self).min()
    guard let end, end - start > length * Double(stretches) else {
      let whole = min(length * Double(stretches), (end ?? .infinity) - start)
      return stride(from: 0, to: whole, by: length)
        .map { (start + $0, start + min($0 + length, whole)) }
    }
    let step = (end - start) / Double(stretches)
    return (0..<stretches).map { start + (Double($0) + 0.5) * step }
      .map { ($0 - length / 2, $0 + length / 2) }
  }

  /// The samples of both channels.
  private static func samples(
    _ request: TranscriptionRequest, from start: Double, to end: Double
  ) -> [[Float]]? {
    var options = DemuxOptions(audio: request.options.track, start: start, end: end)
    options.channels = .apart(gated: false)
    var samples: [[Float]] = [[], []]
    do throws(DemuxError) {
      var demuxer = try Demuxer(path: request.input, options: options)
      guard demuxer.lanes.count == 2 else { return nil }
      while let item = try demuxer.next() {
        guard case .audio(let block) = item,
          let channel = AudioLane(number: block.track).channel
        else { continue }
        samples[channel] += block.samples
      }
    } catch {
      return nil
    }
    return samples
  }

  /// Levels of frames in decibels of full scale.
  private static func levels(_ channel: [Float]) -> [Double] {
    stride(from: 0, to: channel.count - frame + 1, by: frame).map { start in
      var power: Float = 0
      for n in start..<start + frame { power += channel[n] * channel[n] }
      return 10 * log10(Double(power) / Double(frame) + 1e-12)
    }
  }

  /// How alike both channels are in some of the frames in which both have sound; none where hardly any sound
  /// is in one channel alone.
  private static func likeness(_ samples: [[Float]], _ levels: [[Double]]) -> [Float] {
    let heard = zip(levels[0], levels[1]).enumerated().filter { max($1.0, $1.1) >= silent + above }
    let both = heard.filter { abs($1.0 - $1.1) < apart }.map(\.offset)
    let isWorthIt = Double(heard.count - both.count) >= worthComparing * Double(heard.count)
    guard isWorthIt else { return [] }
    return stride(from: 0, to: both.count, by: compared).map { index in
      // A third of a second around the frame.
      let first = max(0, (both[index] - 2) * frame)
      let parts = samples.map { Array($0.dropFirst(first).prefix(5 * frame)) }
      return Likeness.of(parts[0], parts[1])
    }
  }

  /// The level that a tenth of the frames lies below.
  private static func floor(_ levels: [Double]) -> Double {
    levels.isEmpty ? silent : levels.sorted()[levels.count / 10]
  }
}
