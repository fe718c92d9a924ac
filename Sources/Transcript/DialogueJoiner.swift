/// Joins cues of two speakers in a quick exchange into one, a line each with a dash before it:
///
///     - Is it ready?
///     - Nearly.
///
/// So the guides of broadcasters show them. Only cues of one line each are joined, never three, where
/// the second comes soon, both together stay within the limits of a cue and neither has to be read
/// faster than it would be alone, or than the reading speed.
struct DialogueJoiner: Sendable {
  private static let dash = "- "
  /// Seconds that the second cue may come after the first: who reads it then reads too far ahead.
  private static let latest = 2.5
  /// Seconds between the two; a longer silence parts an exchange.
  private static let pause = 0.5

  private let profile: CueProfile
  /// May be joined with the next one.
  private var held: Cue?

  init(_ profile: CueProfile) {
    self.profile = profile
  }

  /// Takes the next cue, in the order of starts; returns the one that is settled by it, if any.
  mutating func add(_ cue: Cue) -> Cue? {
    guard profile.joinsSpeakers, profile.maxLines > 1 else { return cue }
    if let first = held, let joined = joined(first, cue) {
      held = nil
      return joined
    }
    defer { held = cue }
    return held
  }

  /// The cue that is still held.
  mutating func finish() -> Cue? {
    defer { held = nil }
    return held
  }

  private func joined(_ first: Cue, _ second: Cue) -> Cue? {
    guard let names = names(first, second), first.lines.count == 1, second.lines.count == 1,
      first.wordLines.count == 1, second.wordLines.count == 1
    else { return nil }
    let lines = (first.lines + second.lines).map { Self.dash + $0 }
    let end = max(first.end, second.end)
    guard lines.allSatisfy({ TextColumns.count($0) <= profile.maxLineLength }),
      second.start - first.start <= Self.latest, second.start - first.end <= Self.pause,
      end - first.start <= profile.maxDuration
    else { return nil }
    let lengths = lines.map(TextColumns.count)
    let speed = Double(lengths.reduce(0, +)) / (end - first.start)
    let alone = zip([first, second], lengths).map { Double($1) / ($0.end - $0.start) }
    guard speed <= max(profile.maxReadingSpeed, alone.max() ?? 0) else { return nil }
    var cue = Cue(
      start: first.start, end: end, lines: lines, track: first.track,
      wordLines: [Self.dashed(first.wordLines[0]), Self.dashed(second.wordLines[0])],
      evidence: first.evidence + second.evidence)
    cue.lineSpeakers = names
    return cue
  }

  /// The names of two who are known and not the same.
  private func names(_ first: Cue, _ second: Cue) -> [String]? {
    guard let one = first.speaker, let other = second.speaker, one != other else { return nil }
    return [one, other]
  }

  private static func dashed(_ words: [Word]) -> [Word] {
    guard var first = words.first else { return words }
    first.text = dash + first.text
    return [first] + words.dropFirst()
  }
}
