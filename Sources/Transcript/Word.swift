/// A recognised word and the span in which it is spoken.
package struct Word: Sendable, Hashable, Codable {
  /// As the model wrote it, with its punctuation and without spaces.
  package var text: String
  /// Whether no space stands before it, as in languages that are written without.
  package var isJoined: Bool {
    get { joined ?? false }
    set { joined = newValue ? true : nil }
  }
  /// Nil rather than false, so that what was kept before it was known can still be read.
  private var joined: Bool?
  /// Seconds from time zero of the recording.
  package var start: Double
  /// Seconds from time zero of the recording.
  package var end: Double
  /// Probability that the word is right, from 0 to 1.
  package var confidence: Double
  /// What the speaker's lips had to do with it; nil where nobody looked or no face was seen.
  package var lips: WordLips?

  package init(
    text: String, start: Double, end: Double, confidence: Double, lips: WordLips? = nil,
    isJoined: Bool = false
  ) {
    self.text = text
    joined = isJoined ? true : nil
    self.start = start
    self.end = end
    self.confidence = confidence
    self.lips = lips
  }
}

/// What a face in the picture did for a word.
package struct WordLips: Sendable, Hashable, Codable {
  /// The face's number in the recording, from 1.
  package var face: Int
  /// How far the gate for lips was open, 0 (heard only) to 1.
  package var gate: Double

  package init(face: Int, gate: Double) {
    self.face = face
    self.gate = gate
  }
}

/// The middle of a mouth, as shares of the picture's width from its left and height from its top.
package struct MouthPosition: Sendable, Hashable, Codable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A stretch of speech that was recognised as one.
package struct Segment: Sendable, Hashable, Codable {
  /// Seconds from time zero of the recording.
  package var start: Double
  /// Seconds from time zero of the recording.
  package var end: Double
  /// Number of the audio track it was heard in, counted from 1.
  package var track: Int
  /// Number of the channel of the track, counted from 1, where each was heard by itself.
  package var channel: Int?
  /// Name of who speaks; nil where it is not known.
  package var speaker: String?
  /// Name of the speech model that read it where that is not the transcript's; nil elsewhere.
  package var model: String?
  /// In the order spoken.
  package var words: [Word]
  /// Where the speaker's mouth is in the picture; nil where nobody looked or no face was seen.
  package var mouth: MouthPosition?
  /// Words in each line of the cue that it is, where subtitles were given; nil where its words are laid out
  /// anew. It stands in no file.
  package var lines: [Int]?

  package init(start: Double, end: Double, track: Int, words: [Word]) {
    self.start = start
    self.end = end
    self.track = track
    self.words = words
  }

  /// Tells what was heard by itself from all else: a track, or a channel of one.
  var lane: Int { track * 128 + (channel ?? 0) }

  /// The words with spaces between them where their language has any.
  package var text: String { words.written { $0.text } }

  /// Mean confidence of the words, 0 where there are none.
  package var confidence: Double {
    words.isEmpty ? 0 : words.reduce(0) { $0 + $1.confidence } / Double(words.count)
  }
}

extension Sequence where Element == Word {
  /// What `text` makes of each word, one after the other, with spaces where the language has any.
  func written(_ text: (Word) -> String) -> String {
    enumerated().reduce(into: "") { result, word in
      if word.offset > 0, !word.element.isJoined { result += " " }
      result += text(word.element)
    }
  }
}
