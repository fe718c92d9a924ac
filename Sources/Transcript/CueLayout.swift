/// Turns segments into cues as they come, each track by itself, all merged in the order of time.
///
/// Words keep their order and none is lost. Memory holds the words of about a sentence per track.
package struct CueLayout: Sendable {
  private let profile: CueProfile
  private let labelsSpeakers: Bool
  private let rules: PhraseRules
  private var tracks: [Int: TrackLayout] = [:]
  /// Settled cues that wait for another track.
  private var waiting: [Cue] = []
  /// Milliseconds; no later segment starts before.
  private var frontier = 0
  /// Milliseconds; start of the last cue handed out.
  private var released = 0

  /// A layout within the limits of `profile`, with room for the speaker's name before the text of each
  /// cue where `labelsSpeakers` says so, of speech in `language`, a BCP 47 tag.
  package init(
    profile: CueProfile = .standard, labelsSpeakers: Bool = false, language: String = "en"
  ) {
    self.profile = profile
    self.labelsSpeakers = labelsSpeakers
    rules = PhraseRules(language: language)
  }

  /// The cues of a whole list of segments, which must be in the order of their starts.
  package static func cues(
    for segments: [Segment], profile: CueProfile = .standard, language: String = "en"
  ) -> [Cue] {
    var layout = CueLayout(profile: profile, language: language)
    let cues = segments.flatMap { layout.add($0) }
    return cues + layout.finish()
  }

  /// Takes the next segment in the order of starts and returns the cues that are settled by it.
  ///
  /// Words belong between the segment's start and end. A segment that comes too late is shown as
  /// soon as the order of cues allows.
  package mutating func add(_ segment: Segment) -> [Cue] {
    frontier = max(frontier, milliseconds(segment.start))
    var layout =
      tracks.removeValue(forKey: segment.lane)
      ?? TrackLayout(track: segment.track, profile: profile, rules: rules)
    layout.turn(
      to: segment.speaker,
      label: labelsSpeakers ? segment.speaker.map { SpeakerLabel($0, profile: profile) } : nil,
      at: segment.words.first.map { milliseconds($0.start) })
    // One wild time must not carry all later words with it.
    let isSpan = segment.end.isFinite && segment.end > segment.start
    let latest = isSpan ? milliseconds(segment.end) : .max
    for word in segment.words { layout.add(word, from: released, to: latest) }
    tracks[segment.lane] = layout
    for track in tracks.keys where track != segment.lane { tracks[track]?.advance(to: frontier) }
    return release(before: frontier)
  }

  /// Ends the last run of every track and returns the rest.
  package mutating func finish() -> [Cue] {
    for track in tracks.keys { tracks[track]?.finish() }
    return release(before: .max)
  }

  /// Cues that no cue still to come can precede, ordered by start and then track.
  private mutating func release(before frontier: Int) -> [Cue] {
    var limit = frontier
    for track in tracks.keys {
      waiting += tracks[track]?.takeCues() ?? []
      limit = min(limit, tracks[track]?.firstOpenStart ?? limit)
    }
    waiting.sort { ($0.start, $0.track, $0.end) < ($1.start, $1.track, $1.end) }
    let count = waiting.prefix { milliseconds($0.start) <= limit }.count
    defer { waiting.removeFirst(count) }
    released = waiting.prefix(count).last.map { milliseconds($0.start) } ?? released
    return Array(waiting.prefix(count))
  }
}
