/// The price of a cue, in units of about one awkward break. Layout makes the sum least.
struct CueCost: Sendable {
  /// Of every cue, so that short ones are joined.
  private static let cue = 0.6
  /// Of a full cue; grows with the square of the text, so that cues are of similar size.
  private static let fullness = 0.5
  /// Of a sentence ending inside a cue that holds whole sentences only, or parts of some.
  private static let joinedSentences = 0.3
  private static let brokenSentences = 0.9
  /// Of a single letter that is no sentence; falls to nothing at `fragmentLength`.
  private static let fragment = 1.2
  private static let fragmentLength = 30
  /// Of a single word, so that one that stands near others joins them.
  private static let lone = 1.5
  /// Per second of silence inside a cue beyond what is no pause at all.
  private static let silence = 1.6
  private static let noPause = 350
  /// A pause this long halves the price of the break in it.
  private static let halvingPause = 500.0
  private static let shortfall = 4.0
  private static let shortfallSlope = 12.0
  private static let speed = 8.0

  let timing: CueTiming
  let maxReadingSpeed: Double
  let capacity: Double

  init(_ profile: CueProfile) {
    timing = CueTiming(profile)
    maxReadingSpeed = profile.maxReadingSpeed
    capacity = Double(profile.maxLines * profile.maxLineLength)
  }

  /// What is known of a cue's words apart from its lines.
  struct Contents {
    var characters = 0
    var words = 0
    /// Milliseconds of pauses that a reader would notice.
    var silence = 0
    var sentenceEnds = 0

    /// Counts a word in front of `follower`, the first of the words so far.
    mutating func prepend(_ word: CueWord, before follower: CueWord?) {
      characters += word.length
      words += 1
      guard let follower else { return }
      characters += follower.gap
      silence += max(0, follower.pause - CueCost.noPause)
      if follower.boundary == .sentence { sentenceEnds += 1 }
    }
  }

  /// The price of ending a cue before `next`; of a run's end there is none.
  func breaking(before next: CueWord?) -> Double {
    guard let next else { return 0 }
    return next.boundary.penalty / (1 + Double(next.pause) / Self.halvingPause)
  }

  /// The price of the text from `first` to `last` as one cue.
  ///
  /// `next` is the start of the next cue in milliseconds, nil where none is near; `endsSentence`
  /// says whether the text ends where a sentence or the run of speech does.
  func cue(
    _ contents: Contents, from first: CueWord, to last: CueWord, next: Int?, endsSentence: Bool
  ) -> Double {
    let isWhole = first.opensSentence && endsSentence
    let fill = Double(contents.characters) / capacity
    var cost = Self.cue + Self.fullness * fill * fill
    cost += Self.silence * Double(contents.silence) / 1000
    cost +=
      Double(contents.sentenceEnds) * (isWhole ? Self.joinedSentences : Self.brokenSentences)
    if !isWhole {
      let missing = 1 - Double(contents.characters) / Double(Self.fragmentLength)
      cost += Self.fragment * max(0, missing)
    }
    if contents.words == 1 { cost += Self.lone }
    let end = timing.end(
      start: first.start, speechEnd: last.end, characters: contents.characters, next: next)
    return cost + haste(characters: contents.characters, shown: end - first.start)
  }

  /// The price of showing a cue for too short a time.
  private func haste(characters: Int, shown: Int) -> Double {
    let shown = max(shown, timing.floor)
    var cost = 0.0
    if shown < timing.minDuration {
      let missing = 1 - Double(shown) / Double(timing.minDuration)
      cost += Self.shortfall + Self.shortfallSlope * missing
    }
    let excess = Double(characters) * 1000 / Double(shown) / maxReadingSpeed - 1
    // A cue timed to exactly the reading speed may miss it by a rounded millisecond.
    return excess > 1e-9 ? cost + Self.speed * excess * (1 + excess) : cost
  }
}
