import Decoding
import Support

/// The trees of what recordings are expected to speak of. Recordings of a batch mostly have the same terms,
/// and always the same vocabulary: neither is made anew for each.
final class TermTrees: Sendable {
  private struct State {
    var pieces: TermPieces?
    var last: (context: ContextTerms, tree: TermTree)?
  }

  private let tokenizer: Tokenizer
  private let state = Guarded(State())

  init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
  }

  /// The tree of `context`; nil where nothing is expected.
  func tree(of context: ContextTerms) -> TermTree? {
    guard !context.terms.isEmpty else { return nil }
    return state.withLock { state in
      if let last = state.last, last.context == context { return last.tree }
      let pieces = state.pieces ?? TermPieces(tokenizer)
      let tree = TermTree(context.terms, pieces: pieces)
      state = State(pieces: pieces, last: (context, tree))
      return tree
    }
  }
}
