/// Cues that somebody else has laid out: each segment is one, in its own lines (`Segment.lines`).
///
/// A cue stays as long as one that is laid out here would (`CueTiming.end`), and not into the next.
struct GivenCues: Sendable {
  private let profile: CueProfile
  private let timing: CueTiming
  private let labelsSpeakers: Bool
  /// The end of the last one is known when the next one begins.
  private var waiting: Segment?

  /// Cues with the speaker's name before their text where `labelsSpeakers` says so.
  init(profile: CueProfile, labelsSpeakers: Bool) {
    self.profile = profile
    self.labelsSpeakers = labelsSpeakers
    timing = CueTiming(profile)
  }

  /// Takes the next segment in the order of starts; returns the cue before it.
  mutating func add(_ segment: Segment) -> [Cue] {
    defer { waiting = segment }
    return waiting.map { [cue($0, next: milliseconds(segment.start))] } ?? []
  }

  /// Returns the last cue.
  mutating func finish() -> [Cue] {
    defer { waiting = nil }
    return waiting.map { [cue($0, next: nil)] } ?? []
  }

  private func cue(_ segment: Segment, next: Int?) -> Cue {
    var words = segment.words[...]
    var wordLines = (segment.lines ?? []).map { count in
      defer { words = words.dropFirst(count) }
      return shown(words.prefix(count))
    }
    wordLines.append(shown(words))
    wordLines.removeAll(where: \.isEmpty)
    let lines = wordLines.map { $0.written(\.text) }
    let start = milliseconds(segment.start)
    let end = timing.end(
      start: start, speechEnd: milliseconds(segment.end),
      characters: lines.reduce(0) { $0 + TextColumns.count($1) }, next: next)
    // Where two begin at once the first one is still there for a moment.
    let shownEnd = max(end, start + min(timing.floor, max(1, (next ?? .max) - start)))
    let label = labelsSpeakers ? segment.speaker.map { SpeakerLabel($0, profile: profile) } : nil
    let evidence = wordLines.joined().map {
      WordEvidence(text: $0.text, confidence: $0.confidence, lips: $0.lips)
    }
    return Cue(
      start: Double(start) / 1000, end: Double(shownEnd) / 1000, lines: lines,
      labelledLines: label?.put(before: lines) ?? [],
      track: segment.track, speaker: segment.speaker, wordLines: wordLines,
      evidence: profile.notes.evidence(of: evidence))
  }

  private func shown(_ words: ArraySlice<Word>) -> [Word] {
    words.compactMap { word in
      var word = word
      word.text = displayText(word.text)
      return word.text.isEmpty ? nil : word
    }
  }
}
