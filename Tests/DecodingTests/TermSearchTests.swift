import Testing

@testable import Decoding

/// The rule by which terms are written, on a scripted source of logits.
@Suite struct TermSearchTests {
  /// "_" is the space mark.
  private static let pieces = [
    "<unk>", "<s>", "</s>", "_how", "_h", "ale", "ales", "s", ".", "_said", "e", "_New", "_york",
    "_York",
    "_new", "ide", "_Hale", "_he", "l",
  ]
  private static let end: Int32 = 2

  /// Tokens by their pieces.
  private static func tokens(_ text: String) -> [Int32] {
    text.split(separator: " ").map { Int32(pieces.firstIndex(of: String($0)) ?? 0) }
  }

  /// What a source says comes next: pieces and their logits, all others having -20.
  private typealias Script = (_ written: String) -> [String: Float]

  /// Writes to the end; forks where `terms` ask for it.
  private func write(
    _ terms: [String], budget: Float = 3, tries: Int = 8, _ script: Script
  ) throws -> (text: String, regret: Float, steps: Int) {
    let tokenizer = try TokenizerTests.tokenizer(Self.pieces.map(TokenizerTests.piece))
    var search = TermSearch(
      TermTree(terms, pieces: TermPieces(tokenizer)),
      rule: .init(budget: { _ in budget }, tries: tries))
    var written: [Int32] = []
    var steps = 0
    while written.last != Self.end {
      steps += 1
      try #require(steps < 100, "goes round in circles")
      let text = written.map { Self.pieces[Int($0)] }.joined(separator: " ")
      var logits = [Float](repeating: -20, count: Self.pieces.count)
      for (piece, logit) in script(text) {
        logits[try #require(Self.pieces.firstIndex(of: piece))] = logit
      }
      let token = try #require(logits.indices.max { logits[$0] < logits[$1] })
      let move = search.choose(
        count: written.count, greedy: .init(token: Int32(token), probability: 0.5), logits: logits)
      #expect(move.keep <= written.count)
      #expect((0...0.5).contains(move.choice.probability))
      written = written.prefix(move.keep) + [move.choice.token]
    }
    let text = written.map { Self.pieces[Int($0)] }.joined(separator: " ")
    return (text, search.regret, steps)
  }

  /// "how said", and behind "h" what the test wants.
  private static func how(_ start: Float, _ others: [String: [String: Float]] = [:]) -> Script {
    { written in
      if let next = others[written] { return next }
      switch written {
      case "": return ["_how": 0, "_h": start]
      case "_h": return ["ale": 0, "e": -1]
      case "_how", "_h ale": return ["_said": 0]
      default: return ["</s>": 0]
      }
    }
  }

  @Test
  func aTermWithinItsBudgetIsWritten() throws {
    let (text, regret, _) = try write(["hale"], Self.how(-2))
    #expect(text == "_h ale _said </s>" && regret == 2)
  }

  @Test
  func aTermBeyondItsBudgetIsNotTried() throws {
    let (text, regret, steps) = try write(["hale"], Self.how(-4))
    #expect(text == "_how _said </s>" && regret == 0 && steps == 3)
  }

  @Test
  func regretAddsUp() throws {
    let unlikely: [String: [String: Float]] = ["_h": ["e": 0, "ale": -2]]
    let (text, regret, steps) = try write(["hale"], Self.how(-2, unlikely))
    #expect(text == "_how _said </s>" && regret == 0)
    #expect(steps == 4, "one step for the token that was taken back")
    #expect(try write(["hale"], budget: 4, Self.how(-2, unlikely)).text == "_h ale _said </s>")
  }

  @Test(arguments: [
    ("l", "_how _said </s>"), ("s", "_h ale s </s>"), (".", "_h ale . </s>"),
    ("_said", "_h ale _said </s>"), ("</s>", "_h ale </s>"),
  ])
  func aTermEndsWhereAWordMayEnd(next: String, text: String) throws {
    #expect(try write(["hale"], Self.how(-2, ["_h ale": [next: 0]])).text == text)
  }

  @Test
  func whatIsMostLikelyAnywayCostsNothing() throws {
    let (text, regret, steps) = try write(["how", "hale"], Self.how(-2))
    #expect(text == "_how _said </s>" && regret == 0 && steps == 3)
  }

  @Test
  func theNextTermIsTriedWhereOneFails() throws {
    let script = Self.how(-2, ["": ["_how": 0, "_he": -1, "_h": -2], "_he": ["ide": 0, "l": -9]])
    let (text, regret, steps) = try write(["hel", "hale"], script)
    #expect(text == "_h ale _said </s>" && regret == 2 && steps == 5)
    #expect(try write(["hel", "hale"], tries: 1, script).text == "_how _said </s>")
  }

  @Test
  func termsOfSeveralWordsAndCapitals() throws {
    let script: Script = { written in
      switch written {
      case "": ["_new": 0, "_New": -1]
      case "_new": ["_york": 0]
      case "_New": ["_york": 0, "_York": -1]
      default: ["</s>": 0]
      }
    }
    #expect(try write(["New York"], script).text == "_New _York </s>")
    // The first one of equals costs nothing.
    #expect(try write(["new york"], script).text == "_new _york </s>")
    #expect(try write(["new"], script).text == "_new _york </s>")
  }

  @Test
  func aTokenMayBeTheTermOrAPartOfIt() throws {
    let tokenizer = try TokenizerTests.tokenizer(Self.pieces.map(TokenizerTests.piece))
    let tree = TermTree(["hale", "hales"], pieces: TermPieces(tokenizer))
    let root = tree.entries(at: TermTree.root)
    #expect(root.map(\.token) == Self.tokens("_h _Hale"))
    let behind = tree.entries(at: try #require(root.first).node)
    #expect(behind.map(\.token) == Self.tokens("ale ales"))
    #expect(behind.map { tree.lettersOfTerm(endingAt: $0.node) } == [4, 5])
    #expect(tree.lettersOfTerm(endingAt: try #require(root.first).node) == nil)
    #expect(tree.lettersOfLongestTerm(through: try #require(root.first).node) == 5)
  }
}
