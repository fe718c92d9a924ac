import Testing

@testable import Transcript

/// Repeatable random numbers (SplitMix64).
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &self) < probability
  }
}

/// Text spoken at an even pace: 14 characters a second, 0.15 s after a comma, 0.5 s after a
/// sentence, times `pace`.
func spoken(_ text: String, from start: Double = 0, pace: Double = 1, track: Int = 1) -> Segment {
  var time = start
  var words: [Word] = []
  for part in text.split(separator: " ") {
    let end = time + pace * Double(part.count + 1) / 14
    words.append(Word(text: String(part), start: time, end: end, confidence: 0.9))
    time = end
    if part.hasSuffix(",") { time += pace * 0.15 }
    if part.hasSuffix(".") || part.hasSuffix("?") { time += pace * 0.5 }
  }
  return Segment(start: start, end: words.last?.end ?? start, track: track, words: words)
}

extension Word {
  init(_ text: String, _ start: Double, _ end: Double) {
    self.init(text: text, start: start, end: end, confidence: 1)
  }
}

extension Segment {
  init(_ words: [Word], track: Int = 1) {
    self.init(
      start: words.first?.start ?? 0, end: words.last?.end ?? 0, track: track, words: words)
  }
}

/// Random speech of a plausible pace, with commas, sentences and pauses.
func randomSpeech(
  seed: UInt64, words count: Int, charactersPerSecond: ClosedRange<Double> = 8...16
) -> [Segment] {
  let vocabulary = [
    "the", "a", "of", "to", "and", "in", "that", "I", "we", "is", "was", "budget", "meeting",
    "team",
    "responsibility", "go", "think", "quarter", "Maria", "London", "seven", "because", "it's",
    "infrastructure", "no", "yes", "on", "with", "customers", "release", "very", "good",
  ]
  var random = Generator(seed: seed)
  var segments: [Segment] = []
  var words: [Word] = []
  var time = Double.random(in: 0...2, using: &random)
  for _ in 0..<count {
    var text = vocabulary[Int.random(in: 0..<vocabulary.count, using: &random)]
    var pause = 0.0
    if random.chance(0.1) {
      text += "."
      pause = .random(in: 0.2...1.4, using: &random)
    } else if random.chance(0.1) {
      text += ","
      pause = .random(in: 0...0.4, using: &random)
    }
    let pace = Double.random(in: charactersPerSecond, using: &random)
    let end = time + Double(text.count + 1) / pace
    words.append(Word(text, time, end))
    time = end + pause
    if random.chance(0.04) {
      segments.append(Segment(words))
      words = []
      time += .random(in: 0...3, using: &random)
    }
  }
  return words.isEmpty ? segments : segments + [Segment(words)]
}

/// Words with every defect that times and texts can have.
func brokenSpeech(seed: UInt64, words count: Int) -> [Segment] {
  let texts = [
    "", " ", "a", "two words", "line\nbreak", "\u{0}\u{7}", "-->", "<i>", "&", "caf\u{E9}",
    "\u{1F469}\u{200D}\u{1F4BB}", String(repeating: "ha", count: 40), "\u{2028}", "Yes.", "the",
  ]
  let oddTimes = [Double.nan, .infinity, -.infinity, -5, 1e300, 0]
  var random = Generator(seed: seed)
  var segments: [Segment] = []
  for _ in 0..<(count / 5) {
    let base = Double.random(in: 0...200, using: &random)
    let words = (0..<5).map { _ in
      let text = texts[Int.random(in: 0..<texts.count, using: &random)]
      let start = base + Double.random(in: -1...1, using: &random)
      let isOdd = random.chance(0.05)
      let odd = oddTimes[Int.random(in: 0..<oddTimes.count, using: &random)]
      let end = random.chance(0.3) ? start : start + Double.random(in: -2...9, using: &random)
      return Word(text, isOdd ? odd : start, end)
    }
    segments.append(
      Segment(start: base, end: base + 1, track: random.chance(0.3) ? 2 : 1, words: words))
  }
  return segments
}
