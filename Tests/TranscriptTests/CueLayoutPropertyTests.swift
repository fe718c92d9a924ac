import Testing

@testable import Transcript

/// What holds for every input.
@Suite struct CueLayoutPropertyTests {
  /// Words as cues show them.
  private func shown(_ segments: [Segment], track: Int) -> [String] {
    segments.filter { $0.track == track }.flatMap(\.words)
      .flatMap { displayText($0.text).split(separator: " ").map(String.init) }
  }

  private func expectSound(
    _ cues: [Cue], _ segments: [Segment], gap: Double, _ place: SourceLocation = #_sourceLocation
  ) {
    for track in Set(segments.map(\.track)) {
      let own = cues.filter { $0.track == track }
      let words = own.flatMap(\.lines).flatMap { $0.split(separator: " ").map(String.init) }
      #expect(words == shown(segments, track: track), sourceLocation: place)
      for (cue, next) in zip(own, own.dropFirst()) {
        // Times are whole milliseconds as doubles, so a microsecond is room enough.
        #expect(next.start - cue.end >= gap - 1e-6, sourceLocation: place)
      }
    }
    for cue in cues {
      #expect(cue.start >= 0 && cue.end > cue.start, sourceLocation: place)
      #expect(cue.lines.allSatisfy { !$0.isEmpty }, sourceLocation: place)
    }
    #expect(cues.map(\.start) == cues.map(\.start).sorted(), sourceLocation: place)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func plausibleSpeechStaysWithinAllLimits(seed: UInt64) {
    let segments = randomSpeech(seed: seed, words: 600)
    let cues = CueLayout.cues(for: segments)
    expectSound(cues, segments, gap: 0.08)
    let starts = Set(segments.flatMap(\.words).map { milliseconds($0.start) })
    for cue in cues {
      #expect(cue.lines.count <= 2)
      #expect(cue.lines.allSatisfy { $0.count <= 42 })
      #expect(cue.end - cue.start >= 5.0 / 6 - 1e-6, "\(cue)")
      #expect(cue.end - cue.start <= 7 + 1e-6, "\(cue)")
      #expect(starts.contains(milliseconds(cue.start)), "in with its first word")
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func readingSpeedHoldsWhereSpeechIsSlower(seed: UInt64) {
    // Up to 14 characters a second: the two-frame gap after each cue still leaves time to read.
    let segments = randomSpeech(seed: seed, words: 400, charactersPerSecond: 8...14)
    for cue in CueLayout.cues(for: segments) {
      let characters = cue.lines.joined(separator: " ").count
      #expect(Double(characters) / (cue.end - cue.start) <= 20.001, "\(cue)")
    }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func brokenInputLosesNoWordAndMakesNoOverlap(seed: UInt64) {
    let segments = brokenSpeech(seed: seed, words: 200)
    expectSound(CueLayout.cues(for: segments), segments, gap: 0.08)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func anyProfileHolds(seed: UInt64) throws {
    var random = Generator(seed: seed)
    var profile = CueProfile.standard
    for field in CueProfile.Field.allCases {
      let allowed = profile.allowed(field)
      let value = Double.random(in: allowed, using: &random)
      let isWhole = [.maxLines, .maxLineLength, .gapFrames].contains(field)
      try profile.set(field, to: isWhole ? value.rounded() : value)
    }
    let segments = randomSpeech(seed: seed, words: 300)
    let cues = CueLayout.cues(for: segments, profile: profile)
    expectSound(cues, segments, gap: Double(profile.gapFrames) / profile.frameRate)
    for cue in cues {
      #expect(cue.lines.count <= profile.maxLines)
      let isLong = { (line: String) in line.count > profile.maxLineLength }
      #expect(cue.lines.allSatisfy { !isLong($0) || !$0.contains(" ") })
      #expect(cue.end - cue.start <= max(profile.maxDuration, profile.minDuration + 0.001) + 1e-6)
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func noCueSpansALongPause(seed: UInt64) {
    let segments = randomSpeech(seed: seed, words: 400)
    let words = segments.flatMap(\.words)
    let cues = CueLayout.cues(for: segments)
    let starts = Set(cues.map { milliseconds($0.start) })
    for (word, next) in zip(words, words.dropFirst()) where next.start - word.end >= 1.001 {
      #expect(starts.contains(milliseconds(next.start)))
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func howWordsAreCutIntoSegmentsChangesNothing(seed: UInt64) {
    let segments = randomSpeech(seed: seed, words: 400)
    let words = segments.flatMap(\.words)
    let single = words.map { Segment([$0]) }
    let cues = CueLayout.cues(for: segments)
    #expect(CueLayout.cues(for: single) == cues)
    #expect(CueLayout.cues(for: [Segment(words)]) == cues)
  }

  @Test func onlyABoundedPartOfAMonologueIsHeldBack() {
    // Thirty minutes without a pause; and the same word forever, where no break is better than
    // another and layouts never agree by themselves.
    let sentence = "we talk about the budget and about the team because it is late,"
    for text in [sentence, "again"] {
      var layout = CueLayout()
      var given = 0
      var taken = 0
      var time = 0.0
      while time < 1800 {
        let segment = spoken(text, from: time)
        given += segment.words.count
        time = segment.end
        taken += layout.add(segment).flatMap(\.lines).reduce(0) {
          $0 + $1.split(separator: " ").count
        }
        #expect(given - taken < 600)
      }
      taken += layout.finish().flatMap(\.lines).reduce(0) { $0 + $1.split(separator: " ").count }
      #expect(given == taken)
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func layoutIsTheCheapestOfAll(seed: UInt64) {
    // One run, so that all breaks are chosen together.
    let words = randomSpeech(seed: seed, words: 150).flatMap(\.words)
    var time = 0.0
    let run = words.map { word in
      defer { time += word.end - word.start }
      return Word(word.text, time, time + word.end - word.start)
    }
    let cues = CueLayout.cues(for: [Segment(run)])
    let counts = cues.map { $0.lines.joined(separator: " ").split(separator: " ").count }
    let reference = Exhaustive(run)
    // Sums of the same prices in another order differ by rounding only.
    #expect(abs(reference.price(of: counts) - reference.least) < 1e-9)
  }
}

/// Cue layout by the definition: all breaks, nothing settled early, nothing left out.
private struct Exhaustive {
  private let words: [CueWord]
  private let cost = CueCost(.standard)

  init(_ run: [Word]) {
    var words: [CueWord] = []
    for word in run {
      let token = Token(word.text)
      let boundary = words.last.map {
        PhraseBoundary(left: $0.token, right: token, before: $0.boundary)
      }
      words.append(
        CueWord(
          text: word.text, length: word.text.count, gap: 1, start: milliseconds(word.start),
          end: milliseconds(word.end),
          pause: max(0, milliseconds(word.start) - (words.last?.end ?? .max)),
          boundary: boundary ?? .sentence, token: token, confidence: word.confidence,
          lips: word.lips))
    }
    self.words = words
  }

  private func price(_ range: Range<Int>) -> Double {
    let next = range.upperBound < words.count ? words[range.upperBound] : nil
    let (first, last) = (words[range.lowerBound], words[range.upperBound - 1])
    guard range.count == 1 || last.end - first.start <= cost.timing.maxDuration else {
      return .infinity
    }
    var lines = LineTable(.standard)
    var contents = CueCost.Contents()
    for index in range.reversed() {
      guard lines.prepend(words[index]) else { return .infinity }
      contents.prepend(
        words[index], before: index + 1 < range.upperBound ? words[index + 1] : nil)
    }
    let cue = cost.cue(
      contents, from: first, to: last, next: next?.start,
      endsSentence: next?.opensSentence ?? true)
    return cue + lines.cost + cost.breaking(before: next)
  }

  func price(of counts: [Int]) -> Double {
    var position = 0
    return counts.reduce(0) { sum, count in
      defer { position += count }
      return sum + price(position..<position + count)
    }
  }

  var least: Double {
    var best = [0.0]
    for end in 1...words.count {
      best.append((max(0, end - 60)..<end).map { best[$0] + price($0..<end) }.min() ?? .infinity)
    }
    return best[words.count]
  }
}
