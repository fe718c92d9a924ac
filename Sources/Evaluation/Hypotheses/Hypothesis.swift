import Support

/// What any system wrote of one recording.
package struct Hypothesis: Sendable, Hashable {
  /// How much is known of when it was said.
  package enum Times: Sendable, Hashable {
    case none
    /// The starts and ends of segments; words share them by their length.
    case segments
    case words
  }

  /// A stretch that one person says.
  package struct Segment: Sendable, Hashable {
    package var speaker: String?
    /// Times in seconds of the sound that was given to the system; 0 where there are none.
    package var words: [HeardWord]

    /// Words with times of their own.
    init(speaker: String?, words: [HeardWord]) {
      self.speaker = speaker
      self.words = words
    }

    /// The words of a text, which share the time from `start` to `end` by their numbers of letters.
    init(speaker: String?, text: String, start: Double, end: Double) {
      self.speaker = speaker
      let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
      self.words = WordSpan.spans(TimedWords(start: start, end: end, words: words)).map {
        HeardWord(text: $0.word, start: $0.start, end: $0.end)
      }
    }
  }

  /// Whom it is about: the recording's name with the folders before it, as far as the file tells; where
  /// several are possible, the likeliest first.
  package var places: [[String]]
  /// The file that it comes from.
  package var file: String
  package var format: HypothesisFormat
  package var times: Times
  /// In the order of their starts; nil where only who speaks is told.
  package var segments: [Segment]?
  /// Who speaks when; nil where nobody is told apart.
  package var voices: [SpeakerSpan]?

  /// No word was heard.
  var isEmpty: Bool { segments?.allSatisfy(\.words.isEmpty) ?? false }
}

/// The formats of hypotheses; of one recording in several formats the first is taken.
package enum HypothesisFormat: Int, Sendable, Hashable, Comparable {
  /// The JSON of `viseme transcribe`.
  case transcript
  /// The JSON of Whisper and whisperX.
  case whisper
  /// SegLST, the JSON of CHiME and MeetEval.
  case segmentList
  case stm
  case ctm
  /// A text for each recording, or a line for each (`.trans.txt`).
  case text
  /// Who speaks when, without words: joined to one of the others.
  case rttm

  package static func < (left: HypothesisFormat, right: HypothesisFormat) -> Bool {
    left.rawValue < right.rawValue
  }
}
