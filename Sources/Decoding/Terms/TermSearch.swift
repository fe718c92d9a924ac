import Foundation

/// Finds expected terms while a segment is decoded greedily: contextual biasing in the manner of shallow
/// fusion (Zhao et al., Interspeech 2019), with a budget for each term instead of a bonus for each token.
///
/// Where a word begins, and while a term is being written, tokens of the tree of terms may be written in
/// place of the most likely one. What a term costs is its **regret**, the sum of
/// `max log p - log p(token)` over its tokens, each given what was written before. A term stays when its
/// regret is within its budget and a word may end behind it. Otherwise the decoder goes back to the last
/// fork at which another token of the tree was likely enough, and at last on as if there were no term.
struct TermSearch {
  /// How much a term may cost, and how long it is looked for.
  struct Rule: Sendable {
    /// Regret in nats that a term of `letters` letters and digits may have.
    var budget: @Sendable (_ letters: Int) -> Float
    /// Forks taken at most from the start of a word on.
    var tries: Int

    /// `docs/EVALUATION.md` has what it was chosen on.
    static let standard = Rule(budget: { min(0.4 * Float($0), 3) }, tries: 8)
  }

  /// What the decoder writes: it keeps the first `keep` tokens of the segment and goes on with `choice`.
  struct Move: Equatable {
    var keep: Int
    var choice: Choice
  }

  /// A token and the model's probability of it.
  struct Choice: Equatable {
    var token: Int32
    var probability: Float
  }

  /// How far a term has been written.
  private struct Path {
    var node: Int
    var regret: Float
    /// Nothing but the most likely tokens since the first fork.
    var isGreedy: Bool
  }

  private struct Option {
    var choice: Choice
    var path: Path
  }

  /// A place where more than one token could be written.
  private struct Fork {
    let count: Int
    let greedy: Choice
    /// Not tried yet, the most likely last.
    var options: [Option]
  }

  private let tree: TermTree
  private let rule: Rule
  private var path: Path?
  private var forks: [Fork] = []
  private var tries = 0
  /// Regret of the terms that stayed, in nats.
  private(set) var regret: Float = 0

  /// A search at the start of a segment.
  init(_ tree: TermTree, rule: Rule = .standard) {
    self.tree = tree
    self.rule = rule
  }

  /// Chooses the next token.
  ///
  /// - Parameters:
  ///   - count: tokens written so far.
  ///   - greedy: the most likely next token.
  ///   - logits: of the next token, `[vocabulary]`.
  /// - Returns: how many tokens stay, and the one behind them.
  mutating func choose(count: Int, greedy: Choice, logits: UnsafePointer<Float>) -> Move {
    if let path {
      if let letters = tree.lettersOfTerm(endingAt: path.node), path.regret <= rule.budget(letters),
        tree.endsWord(before: greedy.token)
      {
        keep(path)
      } else if let move = follow(path, count, greedy, logits) {
        return move
      } else if let move = turnBack() {
        return move
      }
    }
    if let path, let move = follow(path, count, greedy, logits) { return move }
    forget()
    if tree.startsWord(greedy.token) {
      let start = Path(node: TermTree.root, regret: 0, isGreedy: true)
      if let move = follow(start, count, greedy, logits) { return move }
    }
    return Move(keep: count, choice: greedy)
  }

  /// Another way to go on where the segment would end inside a term that is not the most likely text; nil
  /// where it may end.
  mutating func retreat() -> Move? {
    path?.isGreedy == false ? turnBack() : nil
  }

  /// The term stays; a longer one that begins with it may follow.
  private mutating func keep(_ path: Path) {
    regret += path.regret
    forget()
    self.path = Path(node: path.node, regret: 0, isGreedy: true)
  }

  private mutating func forget() {
    path = nil
    forks = []
    tries = 0
  }

  /// Takes the most likely token that leads on from `start`; nil when none is likely enough.
  private mutating func follow(
    _ start: Path, _ count: Int, _ greedy: Choice, _ logits: UnsafePointer<Float>
  ) -> Move? {
    var options: [Option] = []
    let most = logits[Int(greedy.token)]
    for entry in tree.entries(at: start.node) {
      let regret = start.regret + most - logits[Int(entry.token)]
      guard regret <= rule.budget(tree.lettersOfLongestTerm(through: entry.node)) else { continue }
      let isGreedy = start.isGreedy && entry.token == greedy.token
      options.append(
        Option(
          choice: Choice(
            token: entry.token, probability: greedy.probability * exp(start.regret - regret)),
          path: Path(node: entry.node, regret: regret, isGreedy: isGreedy)))
    }
    // The greedy token first, then by regret; of equals the first token.
    options.sort { ($0.path.regret, $0.choice.token) > ($1.path.regret, $1.choice.token) }
    guard !options.isEmpty else { return nil }
    forks.append(Fork(count: count, greedy: greedy, options: options))
    return takeOption()
  }

  /// The next untried token of the last fork that has one; nil when there is none, or enough was tried.
  private mutating func takeOption() -> Move? {
    while let last = forks.indices.last, tries < rule.tries {
      if let option = forks[last].options.popLast() {
        // What is most likely anyway costs nothing.
        if !option.path.isGreedy { tries += 1 }
        path = option.path
        return Move(keep: forks[last].count, choice: option.choice)
      }
      if last == 0 { return nil }
      forks.removeLast()
    }
    return nil
  }

  /// Leaves the path: to another option, or to the most likely token of the first fork. Nil where that
  /// is what has been written.
  private mutating func turnBack() -> Move? {
    let isGreedy = path?.isGreedy ?? true
    if let move = takeOption() { return move }
    defer { forget() }
    guard !isGreedy, let first = forks.first else { return nil }
    return Move(keep: first.count, choice: first.greedy)
  }
}
