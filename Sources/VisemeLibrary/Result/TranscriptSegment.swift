internal import Transcript

/// A stretch of speech that was recognised as one.
public struct TranscriptSegment: Sendable, Hashable {
  /// Seconds from time zero of the recording.
  public var start: Double
  /// Seconds from time zero of the recording.
  public var end: Double
  /// Number of the audio track, from 1.
  public var track: Int
  /// Number of the channel, from 1, where each was transcribed by itself.
  public var channel: Int?
  /// Name of who speaks; nil where it is not known.
  public var speaker: String?
  /// Name of the speech model that read it where that is not the transcript's; nil elsewhere.
  public var model: String?
  /// In the order spoken.
  public var words: [TranscriptWord]
  /// The middle of the speaker's mouth, as shares of the picture's width and height; nil where the
  /// picture was not looked at or no face was seen.
  public var mouth: (x: Double, y: Double)? {
    get { place.map { ($0.x, $0.y) } }
    set { place = newValue.map { MouthPosition(x: $0.x, y: $0.y) } }
  }
  private var place: MouthPosition?

  /// A segment of words.
  public init(start: Double, end: Double, track: Int = 1, words: [TranscriptWord]) {
    self.start = start
    self.end = end
    self.track = track
    self.words = words
  }

  /// The words, with spaces between them where their language has any.
  public var text: String { stored.text }

  /// Mean confidence of the words, from 0 to 1; 0 without words.
  public var confidence: Double { stored.confidence }
}

/// A recognised word.
public struct TranscriptWord: Sendable, Hashable {
  /// With its punctuation and without spaces.
  public var text: String
  /// Seconds from time zero of the recording.
  public var start: Double
  /// Seconds from time zero of the recording.
  public var end: Double
  /// Probability that the word is right, from 0 to 1.
  public var confidence: Double
  /// No space stands before it, as in languages that are written without.
  public var isJoined = false
  /// Number in the recording, from 1, of the face that was seen speaking it; nil where there was none.
  public var face: Int?
  /// How far lips counted for the word, from 0 (heard only) to 1; nil without a face.
  public var lipShare: Double?

  /// A word that was heard.
  public init(text: String, start: Double, end: Double, confidence: Double = 1) {
    self.text = text
    self.start = start
    self.end = end
    self.confidence = confidence
  }
}

/// A stretch in which one speaker talks, whether or not words of it were understood.
public struct SpeakerTurn: Sendable, Hashable {
  /// Name of who talks.
  public var speaker: String
  /// Number of the audio track, from 1.
  public var track: Int
  /// Seconds from time zero of the recording.
  public var start: Double
  /// Seconds from time zero of the recording.
  public var end: Double

  /// A turn of `speaker`.
  public init(speaker: String, track: Int = 1, start: Double, end: Double) {
    self.speaker = speaker
    self.track = track
    self.start = start
    self.end = end
  }
}

// What the pipeline makes and the writers take.
extension TranscriptSegment {
  init(_ segment: Segment) {
    self.init(
      start: segment.start, end: segment.end, track: segment.track,
      words: segment.words.map(TranscriptWord.init))
    (channel, speaker, place) = (segment.channel, segment.speaker, segment.mouth)
    model = segment.model
  }

  var stored: Segment {
    var segment = Segment(start: start, end: end, track: track, words: words.map(\.stored))
    (segment.channel, segment.speaker, segment.mouth) = (channel, speaker, place)
    segment.model = model
    return segment
  }
}

extension TranscriptWord {
  init(_ word: Word) {
    self.init(text: word.text, start: word.start, end: word.end, confidence: word.confidence)
    (isJoined, face, lipShare) = (word.isJoined, word.lips?.face, word.lips?.gate)
  }

  fileprivate var stored: Word {
    Word(
      text: text, start: start, end: end, confidence: confidence,
      lips: face.map { WordLips(face: $0, gate: lipShare ?? 0) }, isJoined: isJoined)
  }
}

extension SpeakerTurn {
  init(_ turn: VoiceTurn) {
    self.init(speaker: turn.speaker, track: turn.track, start: turn.start, end: turn.end)
  }

  var stored: VoiceTurn { VoiceTurn(speaker: speaker, track: track, start: start, end: end) }
}
