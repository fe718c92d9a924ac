import Testing

@testable import Transcript

@Suite struct PhraseBoundaryTests {
  /// The boundary at the bar in a text such as "the | budget".
  private func boundary(_ text: String) -> PhraseBoundary? {
    let parts = text.split(separator: " ")
    guard let bar = parts.firstIndex(of: "|") else { return nil }
    var before = PhraseBoundary.sentence
    var left: Token?
    for part in parts[...parts.index(after: bar)] where part != "|" {
      let right = Token(String(part))
      if let left { before = PhraseBoundary(left: left, right: right, before: before) }
      left = right
    }
    return before
  }

  @Test(arguments: [
    ("It is late. | We should go", PhraseBoundary.sentence),
    ("\u{201C}Is it late?\u{201D} | We asked", .sentence),
    ("Well... | We could", .sentence),
    ("on June 5. | We could", .sentence),
    ("So do I. | We could", .sentence),
    ("he said this: | we go", .clause),
    ("the plan \u{2014} | which failed", .clause),
    ("the plan | (which failed)", .clause),
    ("as you know, | we go", .comma),
    ("the thing is... | well", .comma),
    ("the budget | and the plan", .beforeConjunction),
    ("we waited | because it rained", .beforeConjunction),
    ("we log in | and we wait", .beforeConjunction),
    ("the meeting | on Monday", .beforePhrase),
    ("the man thinks | we should", .beforePhrase),
    ("the phase | of the project", .loose),
    ("we read | the book", .loose),
    ("coffee | machine", .plain),
    ("new | building", .weakBond),
    ("the London | office", .weakBond),
    ("financial | report", .weakBond),
    ("pick | up", .weakBond),
    ("one | of the people", .bond),
    ("of | people", .bond),
    ("to | understand", .bond),
    ("will | understand", .bond),
    ("we've | spent", .bond),
    ("don't | think", .bond),
    ("is | not", .bond),
    ("they | spent", .bond),
    ("and | then", .bond),
    ("because | they", .bond),
    ("in | which", .bond),
    ("want | to", .bond),
    ("very | good", .bond),
    ("more | than", .bond),
    ("with Maria | Gonzalez", .bond),
    ("by J. | Smith", .bond),
    ("the U.S. | Senate", .bond),
    ("John's | car", .bond),
    ("the | budget", .strongBond),
    ("my | budget", .strongBond),
    ("an | other", .strongBond),
    ("Dr. | Smith", .strongBond),
    ("Mr | Smith", .strongBond),
    ("ten | percent", .strongBond),
    ("twenty | five", .strongBond),
    ("5 | kilometres", .strongBond),
    ("No. | 5", .strongBond),
  ])
  func phrasesAreToldApart(text: String, expected: PhraseBoundary) {
    #expect(boundary(text) == expected, "\(text)")
  }

  @Test func betterBoundariesCostLess() {
    let all: [PhraseBoundary] = [
      .sentence, .clause, .comma, .beforeConjunction, .beforePhrase, .loose, .plain, .weakBond,
      .bond, .strongBond,
    ]
    #expect(all == all.sorted())
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.penalty < $1.penalty })
  }
}
