/// How much an expected term may cost in likelihood, and how long it is looked for (`TermSearch`).
package struct TermBudget: Sendable, Hashable {
  /// Regret in nats that a term may have for each of its letters and digits.
  package var perLetter: Float
  /// Regret in nats that it may have at most.
  package var most: Float
  /// Forks taken at most from the start of a word on.
  package var tries: Int

  package init(perLetter: Float, most: Float, tries: Int) {
    self.perLetter = perLetter
    self.most = most
    self.tries = tries
  }

  /// Regret in nats that a term of `letters` letters and digits may have.
  func regret(letters: Int) -> Float { min(perLetter * Float(letters), most) }
}
