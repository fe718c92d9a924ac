import Demux
import Foundation
import Pipeline
import Support

/// Recordings that are used again and again: decoded once and kept while there is room.
package final class RecordingCache: Sendable {
  /// Part of a recording.
  struct Span: Hashable, Sendable {
    let path: String
    var start: Double?
    var end: Double?
    /// How its channels become lanes.
    var channels = ChannelChoice.mix
  }

  /// Audio at 16 kHz from the span's start on, and the level of what is said in it.
  struct Audio: Sendable {
    let samples: [Float]
    /// The sum of squares of every tenth of a second.
    let energies: [Double]
    /// Nil where nothing can be heard.
    let level: ActiveLevel?

    /// Samples in a tenth of a second.
    static let block = deliveredSampleRate / 10

    init(_ samples: [Float]) {
      self.samples = samples
      level = ActiveLevel(samples)
      energies = stride(from: 0, to: samples.count, by: Self.block).map { start in
        samples[start..<min(start + Self.block, samples.count)]
          .reduce(0.0) { $0 + Double($1) * Double($1) }
      }
    }

    /// Mean square over all samples; 0 for none.
    var power: Double { energies.reduce(0, +) / Double(max(samples.count, 1)) }
  }

  private struct State {
    var kept: [Span: (result: Result<[Audio], DemuxError>, used: Int)] = [:]
    var samples = 0
    var clock = 0
  }

  private let state = Guarded(State())
  private let room: Int
  private let process: @Sendable ([Float]) -> [Float]

  /// A cache for `megabytes` of samples; recordings go through `process` after decoding.
  init(megabytes: Int, process: @escaping @Sendable ([Float]) -> [Float] = { $0 }) {
    room = megabytes * 1_000_000 / MemoryLayout<Float>.stride
    self.process = process
  }

  /// Audio of a recording's automatic track as one.
  func audio(_ span: Span) throws(DemuxError) -> Audio {
    var span = span
    span.channels = .mix
    return try lanes(span).first ?? Audio([])
  }

  /// Audio of a recording's automatic track: as one, or each of its channels.
  func lanes(_ span: Span) throws(DemuxError) -> [Audio] {
    if let found = lookUp(span) { return try found.get() }
    let result: Result<[Audio], DemuxError>
    do throws(DemuxError) {
      result = .success(try Self.read(span).map { Audio(process($0)) })
    } catch {
      result = .failure(error)
    }
    keep(result, span)
    return try result.get()
  }

  private func lookUp(_ span: Span) -> Result<[Audio], DemuxError>? {
    state.withLock { state in
      state.clock += 1
      state.kept[span]?.used = state.clock
      return state.kept[span]?.result
    }
  }

  private func keep(_ result: Result<[Audio], DemuxError>, _ span: Span) {
    let count = Self.count(result)
    guard count <= room else { return }
    state.withLock { state in
      if let old = state.kept.removeValue(forKey: span) { state.samples -= Self.count(old.result) }
      while state.samples + count > room,
        let oldest = state.kept.min(by: { $0.value.used < $1.value.used })
      {
        state.kept[oldest.key] = nil
        state.samples -= Self.count(oldest.value.result)
      }
      state.kept[span] = (result, state.clock)
      state.samples += count
    }
  }

  private static func count(_ result: Result<[Audio], DemuxError>) -> Int {
    // A failure takes little room, but not none.
    (try? result.get().reduce(0) { $0 + $1.samples.count }) ?? 64
  }

  /// Decodes a span as one or channel by channel, all equally long; silence stands before audio that
  /// begins later than it.
  static func read(_ span: Span) throws(DemuxError) -> [[Float]] {
    var request = TranscriptionRequest(input: span.path)
    request.options.channels = span.channels
    (request.options.start, request.options.end) = (span.start, span.end)
    var separation: ChannelSurvey?
    var demuxer = try request.demuxer(from: span.start, separation: &separation)
    let numbers = demuxer.lanes.map(\.number)
    let origin = Int64(
      saturating: ((span.start ?? 0) * Double(deliveredSampleRate)).rounded(.up))
    var lanes = [[Float]](repeating: [], count: max(1, numbers.count))
    if let seconds = demuxer.info.duration, seconds.isFinite {
      let end = min(span.end ?? seconds, seconds)
      // A container may tell any length.
      let length = min(max(0, end - (span.start ?? 0)), 3600)
      let room = Int(saturating: (length + 1) * Double(deliveredSampleRate))
      for lane in lanes.indices { lanes[lane].reserveCapacity(room) }
    }
    while let item = try demuxer.next() {
      guard case .audio(let block) = item, let lane = numbers.firstIndex(of: block.track)
      else { continue }
      let missing = Int(block.startSample - origin) - lanes[lane].count
      if missing > 0 { lanes[lane].append(contentsOf: repeatElement(0, count: missing)) }
      lanes[lane].append(contentsOf: block.samples)
    }
    let count = lanes.map(\.count).max() ?? 0
    for lane in lanes.indices {
      lanes[lane].append(contentsOf: repeatElement(0, count: count - lanes[lane].count))
    }
    return lanes
  }
}
