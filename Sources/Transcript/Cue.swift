/// What is shown at once: one or more lines, for a while.
package struct Cue: Sendable, Hashable {
  /// Seconds from time zero of the recording, a whole number of milliseconds.
  package var start: Double
  /// Seconds, a whole number of milliseconds, later than `start`.
  package var end: Double
  /// From top to bottom; each has at least one character and no line break.
  package var lines: [String]
  /// The lines with the speaker's name before them; empty where no room was asked for.
  package var labelledLines: [String]
  /// Number of the audio track it was heard in, counted from 1.
  package var track: Int
  /// Name of who speaks; nil where it is not known, and where two do.
  package var speaker: String?
  /// Where two speak, a line each (``DialogueJoiner``): their names, in the order of the lines.
  package var lineSpeakers: [String] = []
  /// The words of each of `lines`, as they are shown; their times need not lie within the cue's.
  package var wordLines: [[Word]]
  /// How its words were come by, where the profile asks for that.
  package var evidence: [WordEvidence]

  package init(
    start: Double, end: Double, lines: [String], labelledLines: [String] = [], track: Int = 1,
    speaker: String? = nil, wordLines: [[Word]] = [], evidence: [WordEvidence] = []
  ) {
    self.start = start
    self.end = end
    self.lines = lines
    self.labelledLines = labelledLines
    self.track = track
    self.speaker = speaker
    self.wordLines = wordLines
    self.evidence = evidence
  }
}

/// A word of a cue and how it was come by.
package struct WordEvidence: Sendable, Hashable {
  /// As it is shown.
  package var text: String
  /// Probability that the word is right, from 0 to 1.
  package var confidence: Double
  /// What the speaker's lips had to do with it; nil where nobody looked or no face was seen.
  package var lips: WordLips?

  /// Rounds to three decimals, as JSON does, so that subtitles made of a stored transcript are the
  /// same.
  package init(text: String, confidence: Double, lips: WordLips? = nil) {
    self.text = text
    self.confidence = share(confidence)
    self.lips = lips.map { WordLips(face: $0.face, gate: share($0.gate)) }
  }
}

/// Which cues say how their words were come by.
package enum CueNotes: String, Sendable, Hashable, CaseIterable {
  /// Those in which lips changed what was heard.
  case lips
  /// All.
  case all
  /// None.
  case none

  /// What a cue of these words says of them.
  func evidence(of words: [WordEvidence]) -> [WordEvidence] {
    switch self {
    case .lips: words.contains { $0.lips.map { $0.gate > 0 } ?? false } ? words : []
    case .all: words
    case .none: []
    }
  }
}

/// Times and lengths of a profile in whole milliseconds, in which all layout is done, so that
/// rounding cannot make cues overlap.
struct CueTiming: Sendable {
  let minDuration: Int
  let maxDuration: Int
  let gap: Int
  let linger: Int
  let closedGap: Int
  let pauseLimit: Int
  /// The least for which a cue is shown when words come faster than any reader.
  let floor: Int
  private let millisecondsPerCharacter: Double

  init(_ profile: CueProfile) {
    let frame = 1000 / profile.frameRate
    minDuration = Int((profile.minDuration * 1000).rounded(.up))
    maxDuration = max(minDuration, Int(profile.maxDuration * 1000))
    gap = Int((Double(profile.gapFrames) * frame).rounded(.up))
    linger = Int(profile.linger * 1000)
    closedGap = Int(profile.closedGap * 1000)
    pauseLimit = Int((profile.pauseLimit * 1000).rounded(.up))
    floor = max(1, min(minDuration, Int(frame)))
    millisecondsPerCharacter = 1000 / profile.maxReadingSpeed
  }

  /// Milliseconds it takes to read `characters`.
  func readingTime(_ characters: Int) -> Int {
    Int((Double(characters) * millisecondsPerCharacter).rounded(.up))
  }

  /// When a cue goes out: soon after its last word, later where that is too soon to have read it,
  /// up to the next cue where hardly any gap would be left, and never into the next cue.
  ///
  /// May lie before `start` where the next cue comes at the same time.
  func end(start: Int, speechEnd: Int, characters: Int, next: Int?) -> Int {
    let latest = start + maxDuration
    let wanted = min(
      latest, max(speechEnd + linger, start + readingTime(characters), start + minDuration))
    guard let next else { return wanted }
    let limit = next - gap
    return limit - wanted <= closedGap ? min(limit, latest) : wanted
  }
}

/// Milliseconds of a time in seconds, from 0 to about 30 years; 0 where it is no finite number.
func milliseconds(_ seconds: Double) -> Int {
  seconds > 0 && seconds.isFinite ? Int((min(seconds, 1e9) * 1000).rounded()) : 0
}

/// From 0 to 1 with three decimals; 0 where it is not a number.
func share(_ value: Double) -> Double {
  Double(milliseconds(value > 0 ? min(1, value) : 0)) / 1000
}
