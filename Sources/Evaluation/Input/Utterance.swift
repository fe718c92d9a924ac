import Foundation

/// One recording, or a stretch of one, with what is said in it.
package struct Utterance: Sendable, Hashable {
  /// Names it in reports and seeds its noise: the path as it was written, with the span if there
  /// is one. Unique in a set.
  package var id: String
  /// Where the recording lies.
  package var path: String
  package var speaker: String?
  /// Seconds of the recording in which it lies; nil stands for the recording's own ends.
  package var start: Double?
  package var end: Double?
  /// Seconds of audio in the span; nil where the recording does not tell.
  package var seconds: Double?
  package var reference: Reference
  /// Who speaks when, in seconds of the recording; nil where that is not known.
  package var turns: [SpeakerSpan]?
  /// When each word is spoken, in seconds of the recording; nil where that is not known.
  package var wordTimes: [TimedWord]?

  /// An utterance of which only what must be known is known.
  package init(id: String, path: String, reference: Reference) {
    self.id = id
    self.path = path
    self.reference = reference
  }

  /// The path's last part without its ending, as STM, RTTM and CTM files name a recording.
  package var stem: String { FileName.stem(path) }
}

/// What is said.
package enum Reference: Sendable, Hashable {
  /// The words of one stream; an empty text says that nobody speaks.
  case text(String)
  /// Stretches with their speakers, in the order of their starts.
  case segments([SpokenTurn])

  /// All words, in the order of the segments.
  package var text: String {
    switch self {
    case .text(let text): text
    case .segments(let segments): segments.map(\.text).joined(separator: " ")
    }
  }

  /// Nobody speaks.
  package var isEmpty: Bool { text.allSatisfy(\.isWhitespace) }
}
