import Glibc

/// Cuts one unbroken stretch of audio into segments by the probability of speech of its chunks.
///
/// Chunks of speech form runs, with hysteresis and a shortest pause between them. Runs wait until
/// a pause longer than `joinPause` follows or they become longer than a segment may be; then the
/// cheapest partition into segments is taken (`CutPoint.cheapest`). A long pause costs little, so
/// segments end where sentences end and are near the preferred length. A run that alone is longer
/// than the maximum is cut at its best dip: low probability of speech, little power.
///
/// A decision depends on the chunks so far alone, not on how they were delivered, and no more than
/// the longest segment and pause are kept.
package struct SegmentCutter {
  /// Chunks of speech, the end excluded.
  private struct Run {
    var start: Int
    var end: Int
  }

  /// Chunks before the onset that may already be speech, at the offset threshold.
  private static let onsetReach = 8
  /// Chunks at either end of a run within which it is not cut: half a second.
  private static let dipMargin = 16
  private static let chunk = VoiceActivityConfig.chunk

  private let config: SegmenterConfig
  private let padding: Int
  private let preferred: Int
  private let maximum: Int
  private let silence: Float
  private let minimumPause: Int
  private let joinPause: Int
  private let minimumSpeech: Int

  private var track: AudioStretch
  /// Runs that wait, in order.
  private var runs: [Run] = []
  /// Whether the last run still goes on.
  private var isOpen = false
  /// End of the segment before, as a position.
  private var floor = 0
  /// Whether some of the speech since the last long pause has been handed out.
  private var hasEmitted = false

  /// Starts a stretch at the sample `origin` of the recording. `config` must be valid.
  package init(config: SegmenterConfig, origin: Int64) {
    precondition(config.isValid, "segmenter settings contradict one another")
    let rate = Double(VoiceActivityConfig.sampleRate)
    func chunks(_ seconds: Double) -> Int {
      Int((seconds * rate / Double(Self.chunk)).rounded(.up))
    }
    self.config = config
    padding = Int(config.padding * rate)
    preferred = max(Int(config.preferredSeconds * rate), 1)
    maximum = Int(config.maximumSeconds * rate)
    silence = Float(pow(10, config.silenceLevel / 10))
    minimumPause = max(chunks(config.minimumPause), 1)
    joinPause = max(minimumPause, chunks(config.joinPause), chunks(2 * config.padding))
    minimumSpeech = chunks(config.minimumSpeech)
    track = AudioStretch(origin: origin)
  }

  /// Takes the next 512 samples (only the last chunk of a stretch may be shorter) with their
  /// probability of speech; returns the segments that are complete.
  package mutating func append(
    _ samples: ArraySlice<Float>, probability: Float
  ) -> [SpeechSegment] {
    track.append(samples, probability: probability, silence: silence)
    let now = track.chunkCount - 1
    let isLongPause = follow(now)
    var segments: [SpeechSegment] = []
    if isLongPause {
      segments = closeIsland()
    } else {
      while let first = runs.first, let last = runs.last,
        last.end * Self.chunk + padding - start(of: first) > maximum
      {
        let boundaries = boundaries(end: last.end * Self.chunk + padding)
        let cuts = CutPoint.cheapest(
          boundaries, preferred: preferred, maximum: maximum, isOpen: true)
        segments.append(cut(boundaries, at: cuts[0], from: 0))
      }
    }
    forget()
    return segments
  }

  /// Ends the stretch; returns the last segments. Nothing may be appended afterwards.
  package mutating func finish() -> [SpeechSegment] {
    isOpen = false
    return closeIsland()
  }

  // MARK: Runs

  /// Continues, opens or closes a run with chunk `now`; true when a long pause has followed one.
  private mutating func follow(_ now: Int) -> Bool {
    let probability = track.probability(now)
    if isOpen, let last = runs.indices.last {
      if probability >= config.offsetThreshold {
        runs[last].end = now + 1
      } else if now + 1 - runs[last].end >= minimumPause {
        isOpen = false
      }
    } else if probability >= config.onsetThreshold {
      isOpen = true
      runs.append(Run(start: onset(before: now), end: now + 1))
      return false
    }
    guard !isOpen, let last = runs.last else { return false }
    return now + 1 - last.end >= joinPause
  }

  /// The first of the chunks up to `now` that already were above the offset threshold.
  private func onset(before now: Int) -> Int {
    let free = max(runs.last?.end ?? 0, (floor + Self.chunk - 1) / Self.chunk)
    let earliest = max(free, now - Self.onsetReach, track.oldestChunk)
    var start = now
    while start > earliest, track.probability(start - 1) >= config.offsetThreshold { start -= 1 }
    return start
  }

  // MARK: Boundaries

  /// Where the audio of a first waiting run starts.
  private func start(of run: Run) -> Int { max(floor, run.start * Self.chunk - padding) }

  /// The start, every place where the waiting runs may be cut, and the end.
  private func boundaries(end: Int) -> [CutPoint] {
    var result: [CutPoint] = []
    for (index, run) in runs.enumerated() {
      let before =
        index == 0
        ? CutPoint(leftEnd: floor, rightStart: start(of: run), cost: 0, run: 0)
        : pause(before: index)
      result.append(before)
      let after = index + 1 < runs.count ? pause(before: index + 1).leftEnd : end
      if after - before.rightStart > maximum { result += dips(in: index) }
    }
    result.append(CutPoint(leftEnd: end, rightStart: end, cost: 0, run: runs.count))
    return result
  }

  /// The boundary in the pause before run `index`. Each side has its padding; a pause too short
  /// for both is shared at its quietest point.
  private func pause(before index: Int) -> CutPoint {
    let start = runs[index - 1].end * Self.chunk
    let end = runs[index].start * Self.chunk
    let seconds = Float(end - start) / Float(VoiceActivityConfig.sampleRate)
    // Half a length's worth at no pause at all, half of that at 0.3 s.
    var boundary = CutPoint(
      leftEnd: start + padding, rightStart: end - padding, cost: 0.5 / (1 + seconds / 0.3),
      run: index)
    if boundary.leftEnd > boundary.rightStart {
      let range = max(start, boundary.rightStart)..<min(end, boundary.leftEnd)
      boundary.leftEnd = track.quietest(in: range).position
      boundary.rightStart = boundary.leftEnd
    }
    return boundary
  }

  /// The places within a run, one in each chunk that is not near an end, where a breath would
  /// become a segment of its own. Dearer than any pause: from 2 for a dip of 30 dB that the network
  /// takes for silence up to 6.
  private func dips(in index: Int) -> [CutPoint] {
    let run = runs[index]
    let level = 10 * log10f(track.power(run.start..<run.end) + 1e-12)
    let margin = max(min(Self.dipMargin, (run.end - run.start) / 4), 1)
    return (run.start + margin..<max(run.end - margin, run.start + margin)).map { chunk in
      let dip = track.quietest(in: chunk * Self.chunk..<(chunk + 1) * Self.chunk)
      let depth = (level - 10 * log10f(dip.power + 1e-12)) / 30
      // The network's answer comes a chunk or two after the sound.
      let probability = (chunk..<min(chunk + 3, run.end)).map(track.probability).min() ?? 1
      return CutPoint(
        leftEnd: dip.position, rightStart: dip.position,
        cost: 2 + 2 * probability + 2 * (1 - min(max(depth, 0), 1)), run: index, chunk: chunk)
    }
  }

  // MARK: Segments

  /// The segment from boundary `start` to boundary `end`, whose runs wait no longer.
  private mutating func cut(
    _ boundaries: [CutPoint], at end: Int, from start: Int
  ) -> SpeechSegment {
    let boundary = boundaries[end]
    let range = boundaries[start].rightStart..<boundary.leftEnd
    runs.removeFirst(boundary.run - boundaries[start].run)
    if let chunk = boundary.chunk { runs[0].start = chunk }
    floor = boundary.leftEnd
    hasEmitted = true
    return track.segment(range, endsInSpeech: boundary.chunk != nil)
  }

  /// Hands out all runs that wait, unless they are too little to be speech.
  private mutating func closeIsland() -> [SpeechSegment] {
    defer {
      runs = []
      hasEmitted = false
    }
    guard let last = runs.last else { return [] }
    let speech = runs.reduce(0) { $0 + $1.end - $1.start }
    guard hasEmitted || speech >= minimumSpeech else { return [] }
    let boundaries = boundaries(end: min(last.end * Self.chunk + padding, track.sampleCount))
    let cuts = CutPoint.cheapest(
      boundaries, preferred: preferred, maximum: maximum, isOpen: false)
    let ends = cuts + [boundaries.count - 1]
    return zip([0] + cuts, ends).map { cut(boundaries, at: $1, from: $0) }
  }

  /// Lets go of what no segment can need any more.
  private mutating func forget() {
    let position =
      runs.first.map { start(of: $0) }
      ?? max(floor, (track.chunkCount - Self.onsetReach) * Self.chunk - padding)
    track.forget(before: max(position, 0) / Self.chunk)
  }
}
