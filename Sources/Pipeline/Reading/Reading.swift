import Transcript

/// What a reader returns: what was read in a segment of speech. It is a value, which may be kept in a
/// file (`Checkpoints`), and so names its recording by number.
package struct Reading: Sendable, Hashable {
  /// Which reading of the segment it is.
  enum Round: Sendable, Hashable {
    /// A second one is to follow; this one is worth so much.
    case first(ReadingGrade)
    /// None is to follow. What was seen in the segment; nil where it was not looked at.
    case final(Sighting?)
  }

  /// Ordinal of the recording (`RecordingRun`).
  let recording: Int
  /// Position of the first sample of the segment of speech.
  let startSample: Int64
  /// The words; nil when nothing credible was said. Their faces have no numbers yet.
  var words: Segment?
  /// Where the face was whose lips were read; nil where it was not looked at or none was seen.
  let face: FacePlace?
  /// Which reading it is.
  private(set) var round: Round
  /// The share of the noise adapter's change that the segment got, 0...1; nil without an adapter. Nil
  /// too in a reading from a file, which does not hold it.
  private(set) var opening: Float?
  /// What a second model made of it; nil where none was asked.
  var opinion: Opinion?

  /// Whether nothing is left to do.
  package var isFinal: Bool {
    switch round {
    case .first: false
    case .final: true
    }
  }

  /// Whether a second reading of `grade` is the better one.
  func isWorse(than grade: ReadingGrade) -> Bool {
    switch round {
    case .first(let own): grade.isBetter(than: own)
    case .final: false
    }
  }

  /// What a first reading is worth; nil for the final one.
  var grade: ReadingGrade? {
    switch round {
    case .first(let grade): grade
    case .final: nil
    }
  }

  /// This reading as the final one, since the second was no better.
  func final(_ sighting: Sighting?) -> Reading {
    var reading = self
    reading.round = .final(sighting)
    return reading
  }
}

extension Reading: Codable {
  private enum CodingKeys: CodingKey {
    case recording, startSample, words, face, sighting, grade, opinion
  }

  /// Reads what `encode(to:)` writes. With a grade it is a first reading, without one the final one.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    recording = try values.decode(Int.self, forKey: .recording)
    startSample = try values.decode(Int64.self, forKey: .startSample)
    words = try values.decodeIfPresent(Segment.self, forKey: .words)
    face = try values.decodeIfPresent(FacePlace.self, forKey: .face)
    opinion = try values.decodeIfPresent(Opinion.self, forKey: .opinion)
    if let grade = try values.decodeIfPresent(ReadingGrade.self, forKey: .grade) {
      round = .first(grade)
    } else {
      round = .final(try values.decodeIfPresent(Sighting.self, forKey: .sighting))
    }
  }

  /// Writes it as journals hold it: a change here needs another version of `ReadingLine`.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(recording, forKey: .recording)
    try values.encode(startSample, forKey: .startSample)
    try values.encodeIfPresent(words, forKey: .words)
    try values.encodeIfPresent(face, forKey: .face)
    try values.encodeIfPresent(opinion, forKey: .opinion)
    switch round {
    case .first(let grade): try values.encode(grade, forKey: .grade)
    case .final(let sighting): try values.encodeIfPresent(sighting, forKey: .sighting)
    }
  }
}
