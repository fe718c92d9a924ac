/// A step of an alignment of hypothesis to reference, a word each, or a run of words that are the
/// same, with spaces between them.
package enum AlignedEdit: Sendable, Hashable {
  case same(String)
  case substituted(reference: String, hypothesis: String)
  case deleted(String)
  case inserted(String)
}

/// An utterance under one condition: what was said, what was written, and the sound.
package struct ErrorLine: Sendable, Hashable {
  package var utterance: String
  package var condition: ScoreCondition
  /// From the first word to the last, normalised as they were scored.
  package var edits: [AlignedEdit]
  /// The texts before normalisation.
  package var reference: String?
  package var hypothesis: String?
  package var speaker: String?
  /// Length of the audio.
  package var seconds: Double?
  /// File of the mixed audio, relative to the page, as the file system spells it.
  package var audioPath: String?

  package init(
    utterance: String, condition: ScoreCondition, edits: [AlignedEdit], reference: String? = nil,
    hypothesis: String? = nil, speaker: String? = nil, seconds: Double? = nil,
    audioPath: String? = nil
  ) {
    self.utterance = utterance
    self.condition = condition
    self.edits = edits
    self.reference = reference
    self.hypothesis = hypothesis
    self.speaker = speaker
    self.seconds = seconds
    self.audioPath = audioPath
  }

  /// Words of the reference and errors of each kind.
  struct Counts: Sendable, Hashable {
    var substitutions = 0
    var deletions = 0
    var insertions = 0
    var words = 0

    /// Errors of all kinds.
    var damage: Int { substitutions + deletions + insertions }
  }

  var counts: Counts {
    edits.reduce(into: Counts()) { counts, edit in
      switch edit {
      case .same(let words): counts.words += words.split(separator: " ").count
      case .substituted:
        counts.substitutions += 1
        counts.words += 1
      case .deleted:
        counts.deletions += 1
        counts.words += 1
      case .inserted: counts.insertions += 1
      }
    }
  }
}
