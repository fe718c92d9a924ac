import Decoding

/// Every number that is tuned to a model, with how it was measured where a model sets it.
///
/// Probabilities mean different things in different models, so no threshold on them is shared.
package struct Calibration: Sendable, Hashable {
  /// Tokens a second of audio at most, which ends hallucinated loops.
  package var tokensPerSecond: Double
  /// Beginnings of a text that are written side by side (`BeamSearch`); 1 for greedy decoding.
  package var beams: Int
  /// Mean log probability of a word below which a segment is read a second time.
  package var secondReading: Double
  /// Mean log probability of a word below which another model is asked, where there is one.
  package var secondOpinion: Double
  /// How much what it makes of a text counts beside what another model makes of it.
  package var opinionWeight: Double
  /// Mean log probability of a word below which nothing is kept.
  package var floor: Double
  /// Mean log probability below which the text must also be dense.
  package var unsure: Double
  /// Mean log probability below which words in near-silence need moving lips.
  package var doubtful: Double
  /// Words in a second of voice that unsure text must have.
  package var density: Double
  /// What an expected term may cost.
  package var terms: TermBudget
  /// Attention that a frame must get before it counts as part of a token rather than a pause
  /// (`TokenAlignment`).
  package var pauseWeight: Float
  /// Bytes of keys and values of audio that a reader alone holds at once. One of several holds two thirds
  /// as many; a single segment may always be held.
  package var audioBytes: Int

  package init(
    tokensPerSecond: Double, beams: Int, secondReading: Double, secondOpinion: Double,
    opinionWeight: Double, floor: Double, unsure: Double, doubtful: Double, density: Double,
    terms: TermBudget, pauseWeight: Float, audioBytes: Int
  ) {
    self.tokensPerSecond = tokensPerSecond
    self.beams = beams
    self.secondReading = secondReading
    self.secondOpinion = secondOpinion
    self.opinionWeight = opinionWeight
    self.floor = floor
    self.unsure = unsure
    self.doubtful = doubtful
    self.density = density
    self.terms = terms
    self.pauseWeight = pauseWeight
    self.audioBytes = audioBytes
  }
}
