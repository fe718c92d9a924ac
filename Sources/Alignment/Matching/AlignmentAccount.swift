/// What became of a script's words, and what was said beside them.
package struct AlignmentAccount: Sendable, Hashable {
  /// A word, or several, of the script.
  package struct Unheard: Sendable, Hashable {
    /// As written.
    package let text: String
    /// Where it would be, in seconds.
    package let time: Double
    /// What was heard instead; nil where nothing was.
    package let instead: String?
  }

  /// Speech that is not in the script.
  package struct Extra: Sendable, Hashable {
    /// Seconds.
    package let start: Double
    package let end: Double
    /// As it was understood.
    package let text: String
  }

  /// Words of the script that can be spoken.
  package var spoken = 0
  /// Those of them that were heard, or read when their text was given.
  package var found = 0
  /// Words that were not said; they stand in the transcript at guessed times, with confidence 0 where nothing
  /// was heard in their place.
  package var unheard: [Unheard] = []
  /// Cues, segments and passages of which nothing was said; they do not stand in the transcript.
  package var leftOut: [Unheard] = []
  /// Words in `leftOut`.
  package var leftOutWords = 0
  package var extra: [Extra] = []
  /// Cues whose formatting is not kept.
  package var formattedCues = 0
}
