/// Terms to be expected in speech, as a prefix tree over their UTF-8 bytes that is walked in tokens.
///
/// A term is its text with a space before it. It is matched on bytes, not on one
/// tokenisation: from a node every token leads on whose piece is a prefix of what remains of a term.
/// A letter that begins the term or one of its words may be written as a capital too, for sentences
/// that begin with it and for headings.
package struct TermTree: Sendable {
  /// A token that may be written at a node, and where it leads.
  struct Entry: Sendable {
    let token: Int32
    let node: Int
  }

  /// Where terms begin.
  static let root = 0

  /// By node, in the order of tokens.
  private let entries: [[Entry]]
  /// By node, how many letters and digits the term has that ends there; nil where none does.
  private let ends: [Int?]
  /// By node, those of the longest term that goes through it.
  private let longest: [Int]
  /// Tells where words begin and end.
  private let vocabulary: Vocabulary

  /// What a term may cost.
  let budget: TermBudget

  /// A tree of `terms`, none of them empty. Building takes time in proportion to their letters.
  package init(_ terms: [String], pieces: TermPieces, budget: TermBudget) {
    var bytes = ByteTree()
    for term in terms {
      let letters = term.unicodeScalars.count {
        $0.properties.isAlphabetic || $0.properties.numericType != nil
      }
      for form in Self.forms(of: term) {
        bytes.add([0x20] + form.utf8, letters: letters)
      }
    }
    var entries: [[Entry]] = []
    // Nodes that tokens reach get numbers of their own, in the order in which they are found.
    var numbers = [0: 0]
    var reached = [0]
    while entries.count < reached.count {
      let found = pieces.entries(of: bytes, from: reached[entries.count])
      entries.append(
        found.map { token, node in
          let number = numbers[node] ?? reached.count
          if number == reached.count {
            numbers[node] = number
            reached.append(node)
          }
          return Entry(token: token, node: number)
        })
    }
    self.entries = entries
    ends = reached.map { bytes.nodes[$0].letters }
    longest = reached.map { bytes.nodes[$0].longest }
    vocabulary = pieces.vocabulary
    self.budget = budget
  }

  /// As written; with a capital at the start; with one at the start of every word.
  private static func forms(of term: String) -> Set<String> {
    let words = term.split(separator: " ").map(String.init)
    let capitals = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    let first = (capitals.prefix(1) + words.dropFirst()).joined(separator: " ")
    return [words.joined(separator: " "), first, capitals.joined(separator: " ")]
  }

  /// Tokens that may be written at `node`.
  func entries(at node: Int) -> [Entry] { entries[node] }

  /// Letters and digits of the term that ends at `node`; nil where none does.
  func lettersOfTerm(endingAt node: Int) -> Int? { ends[node] }

  /// Letters and digits of the longest term through `node`.
  func lettersOfLongestTerm(through node: Int) -> Int { longest[node] }

  /// Whether a word begins with `token`.
  func startsWord(_ token: Int32) -> Bool { vocabulary.startsWord(token) }

  /// Whether a word may end before `token`: another one begins, punctuation or nothing follows, or the s of
  /// a plural or a genitive.
  func endsWord(before token: Int32) -> Bool {
    let piece = vocabulary.bytes(of: token)
    if piece.isEmpty || piece.elementsEqual([0x73]) || piece.first == 0x20 {
      return true
    }
    guard let scalar = String(decoding: piece, as: UTF8.self).unicodeScalars.first else {
      return true
    }
    return !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
      && scalar != "\u{FFFD}"
  }
}

/// The bytes of terms as a tree.
private struct ByteTree {
  struct Node {
    var children: [UInt8: Int] = [:]
    var letters: Int?
    var longest = 0
  }

  private(set) var nodes = [Node()]

  mutating func add(_ bytes: [UInt8], letters: Int) {
    var node = 0
    nodes[node].longest = max(nodes[node].longest, letters)
    for byte in bytes {
      if nodes[node].children[byte] == nil {
        nodes[node].children[byte] = nodes.count
        nodes.append(Node())
      }
      node = nodes[node].children[byte] ?? node
      nodes[node].longest = max(nodes[node].longest, letters)
    }
    nodes[node].letters = letters
  }
}

/// Which token has which bytes, for any number of trees; making it takes some milliseconds.
package struct TermPieces: Sendable {
  fileprivate let vocabulary: Vocabulary
  private var tokens: [ArraySlice<UInt8>: Int32] = [:]
  private var starts = PrefixFilter()

  /// Of tokens with equal bytes (a letter's own and the one that stands for its byte) the last one counts,
  /// which is the letter's own.
  package init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    tokens.reserveCapacity(vocabulary.count)
    for token in 0..<Int32(vocabulary.count) {
      let piece = vocabulary.bytes(of: token)
      guard !piece.isEmpty else { continue }
      tokens[piece] = token
      starts.add(piece)
    }
  }

  /// Tokens whose bytes lead from `node` to another, in the order of tokens.
  fileprivate func entries(of tree: ByteTree, from node: Int) -> [(token: Int32, node: Int)] {
    var found: [(token: Int32, node: Int)] = []
    // The bytes on the way to a node are those before it in `bytes`.
    var open = [(node: node, depth: 0, last: 0 as UInt8, prefix: PrefixFilter.empty)]
    var bytes: [UInt8] = []
    while let next = open.popLast() {
      if next.depth > 0 {
        bytes.removeLast(bytes.count - (next.depth - 1))
        bytes.append(next.last)
        if let token = tokens[bytes[...]] { found.append((token, next.node)) }
      }
      for (byte, child) in tree.nodes[next.node].children {
        let prefix = PrefixFilter.prefix(next.prefix, byte)
        if starts.mayHave(prefix) { open.append((child, next.depth + 1, byte, prefix)) }
      }
    }
    return found.sorted { $0.token < $1.token }
  }
}
