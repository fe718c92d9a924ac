import Demux
import Foundation
import Support

/// Makes the noise of an utterance.
///
/// The noise is drawn from (seed, utterance, noise's name) alone.
package final class NoiseBank: Sendable {
  /// Somebody's recording for babble.
  package struct Talker: Sendable, Hashable {
    let id: String
    let span: RecordingCache.Span
    let speaker: String?

    /// An utterance of the set as somebody's babble.
    package init(_ utterance: Utterance) {
      id = utterance.id
      span = .init(path: utterance.path, start: utterance.start, end: utterance.end)
      speaker = utterance.speaker
    }

    init(path: String) {
      id = path
      span = .init(path: path)
      speaker = nil
    }
  }

  /// Levels below this are silence, in decibels relative to full scale.
  static let silence = -90.0
  /// Sections so many decibels below their recording are not used.
  private static let quiet = 20.0
  /// Seconds of a recording of noise that are used.
  private static let longest = 1_200.0

  private let seed: UInt64
  private let talkers: [Talker]
  private let cache: RecordingCache
  private let folders = Guarded<[String: [String]]>([:])

  /// A bank for babble from `talkers` and for recordings, which go through `cache`.
  package init(seed: UInt64, talkers: [Talker], cache: RecordingCache) {
    self.seed = seed
    self.talkers = talkers
    self.cache = cache
  }

  /// Noise for `count` samples of an utterance. Its level is arbitrary, but it is not silent.
  package func section(
    _ noise: NamedNoise, for utterance: Utterance, count: Int
  ) throws(NoiseError) -> NoiseSection {
    var random = NoiseRandom(seed: seed, utterance: utterance.id, noise: noise.name)
    switch noise.kind {
    case .white: return NoiseSection(samples: ColouredNoise.white(count: count, random: &random))
    case .pink: return NoiseSection(samples: ColouredNoise.pink(count: count, random: &random))
    case .file(let path): return try section(of: path, count, &random)
    case .folder(let path): return try section(in: path, count, &random)
    case .babble(let number, let folder):
      return try babble(number, of: pool(folder), for: utterance, count, &random)
    }
  }

  /// Whether a noise can be had for any of the utterances: a single recording is read, and babble
  /// needs somebody else's.
  package func check(
    _ noise: NamedNoise, for utterances: [Utterance]
  ) throws(NoiseError) {
    switch noise.kind {
    case .white, .pink: return
    case .file(let path): _ = try recording(path)
    case .folder(let path): if files(in: path).isEmpty { throw .emptyFolder(path: path) }
    case .babble(_, let folder):
      let pool = pool(folder)
      let isPossible = utterances.contains { utterance in
        pool.contains { Self.isOther($0, than: utterance) }
      }
      if !isPossible { throw .noTalkers }
    }
  }

  private func recording(_ path: String) throws(NoiseError) -> RecordingCache.Audio {
    let audio: RecordingCache.Audio
    do throws(DemuxError) {
      audio = try cache.audio(.init(path: path, end: Self.longest))
    } catch {
      throw .unreadable(path: path, error)
    }
    guard decibels(power: audio.power) > Self.silence else { throw .silent(path: path) }
    return audio
  }

  private func section(
    of path: String, _ count: Int, _ random: inout NoiseRandom
  ) throws(NoiseError) -> NoiseSection {
    let audio = try recording(path)
    guard audio.samples.count > count else {
      let (samples, offset) = NoiseLoop(audio.samples).section(count: count, random: &random)
      return NoiseSection(samples: samples, sources: [NoiseSource(path, sample: offset)])
    }
    let starts = Self.starts(of: count, in: audio)
    let drawn = starts[random.below(starts.count)] + random.below(RecordingCache.Audio.block)
    let start = min(drawn, audio.samples.count - count)
    return NoiseSection(
      samples: Array(audio.samples[start...].prefix(count)),
      sources: [NoiseSource(path, sample: start)])
  }

  /// Where sections of a long recording may begin, give or take a tenth of a second; there is one at
  /// least, since some section is as loud as the mean.
  private static func starts(of count: Int, in audio: RecordingCache.Audio) -> [Int] {
    let block = RecordingCache.Audio.block
    let blocks = min((count + block - 1) / block, audio.energies.count)
    let least = audio.power * Double(count) * pow(10, -quiet / 10)
    var energy = audio.energies.prefix(blocks).reduce(0, +)
    var starts: [Int] = []
    for first in 0...(audio.energies.count - blocks) {
      if first > 0 { energy += audio.energies[first + blocks - 1] - audio.energies[first - 1] }
      if energy >= least { starts.append(first * block) }
    }
    return starts.isEmpty ? [0] : starts
  }

  /// A section of the first recording, in an order of its own, that can be used.
  private func section(
    in folder: String, _ count: Int, _ random: inout NoiseRandom
  ) throws(NoiseError) -> NoiseSection {
    for path in random.shuffled(files(in: folder)) {
      do throws(NoiseError) { return try section(of: path, count, &random) } catch { continue }
    }
    throw .emptyFolder(path: folder)
  }

  /// Files anywhere in a folder, but for hidden ones, in the order of their names.
  private func files(in folder: String) -> [String] {
    if let known = folders.withLock({ $0[folder] }) { return known }
    let files = FolderListing(of: folder).files.filter { !FileName.isText($0) }
    folders.withLock { $0[folder] = files }
    return files
  }
}

// Babble.
extension NoiseBank {
  private func babble(
    _ number: Int, of pool: [Talker], for utterance: Utterance, _ count: Int,
    _ random: inout NoiseRandom
  ) throws(NoiseError) -> NoiseSection {
    let others = pool.filter { Self.isOther($0, than: utterance) }
    let order = Self.distinctFirst(random.shuffled(others))
    guard !order.isEmpty else { throw .noTalkers }
    var sum = [Float](repeating: 0, count: count)
    var sources: [NoiseSource] = []
    for talker in 0..<number {
      // Every talker says what the order has for it: its own place, then each `number`-th one after.
      let share = stride(from: talker % order.count, to: order.count, by: number)
      let offset = random.next()
      if let source = add(share.map { order[$0] }, offset: offset, to: &sum) {
        sources.append(source)
      }
    }
    guard !sources.isEmpty else { throw .noTalkers }
    return NoiseSection(samples: sum, sources: sources)
  }

  /// How many people babble really has, over the utterances that have any: fewer than were asked for
  /// where there are no more others. Nil for other noises.
  package func talkers(
    in noise: NamedNoise, for utterances: [Utterance]
  ) -> ClosedRange<Int>? {
    guard case .babble(let number, let folder) = noise.kind else { return nil }
    let paths = Dictionary(grouping: pool(folder)) { $0.speaker ?? $0.id }
      .mapValues { Set($0.map(\.span.path)) }
    // Who speaks in one recording only is nobody else there.
    let alone = Dictionary(grouping: paths.filter { $0.value.count == 1 }) { $0.value.first ?? "" }
      .mapValues { Set($0.map(\.key)) }
    let counts = utterances.map { utterance in
      var own = alone[utterance.path] ?? []
      if let speaker = utterance.speaker, paths[speaker] != nil { own.insert(speaker) }
      return min(number, paths.count - own.count)
    }.filter { $0 > 0 }
    guard let least = counts.min(), let most = counts.max() else { return nil }
    return least...most
  }

  private func pool(_ folder: String?) -> [Talker] {
    folder.map { files(in: $0).map { Talker(path: $0) } } ?? talkers
  }

  /// Somebody else in another recording, as far as one knows.
  private static func isOther(_ talker: Talker, than utterance: Utterance) -> Bool {
    talker.id != utterance.id && talker.span.path != utterance.path
      && (talker.speaker == nil || talker.speaker != utterance.speaker)
  }

  /// Adds one talker's recordings, one after the other and again from the first, until `sum` is full;
  /// each at the nominal active level. The first one begins somewhere within.
  ///
  /// - Returns: that one, and from where on; nil where none of them has any speech.
  private func add(
    _ share: [Talker], offset: UInt64, to sum: inout [Float]
  ) -> NoiseSource? {
    var position = 0
    var source: NoiseSource?
    while position < sum.count {
      let before = position
      for talker in share where position < sum.count {
        guard let audio = try? cache.audio(talker.span), let level = audio.level else { continue }
        let gain = Float(amplitude(decibels: Mixture.nominalLevel - level.active))
        let skipped = source == nil ? Int(offset % UInt64(audio.samples.count)) : 0
        source = source ?? NoiseSource(talker.span.path, sample: skipped, after: talker.span.start)
        for sample in audio.samples[skipped...].prefix(sum.count - position) {
          sum[position] += gain * sample
          position += 1
        }
      }
      if position == before { return nil }
    }
    return source
  }

  /// The order kept, but the first recording of every speaker comes before the second of any.
  private static func distinctFirst(_ talkers: [Talker]) -> [Talker] {
    var seen: [String: Int] = [:]
    let rounds = talkers.enumerated().map { index, talker in
      let speaker = talker.speaker ?? talker.id
      defer { seen[speaker, default: 0] += 1 }
      return (round: seen[speaker, default: 0], index: index, talker: talker)
    }
    return rounds.sorted { ($0.round, $0.index) < ($1.round, $1.index) }.map(\.talker)
  }
}
