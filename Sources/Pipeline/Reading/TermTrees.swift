import Decoding
import SpeechModels
import Support

/// The trees of what recordings are expected to speak of. Recordings of a batch mostly have the same terms,
/// and always the same vocabulary: neither is made again for each.
final class TermTrees: Sendable {
  private struct State {
    var pieces: TermPieces?
    var last: (context: ContextTerms, tree: TermTree)?
  }

  private let vocabulary: Vocabulary
  private let budget: TermBudget
  private let state = Guarded(State())

  init(_ model: SpeechModel) {
    vocabulary = model.vocabulary
    budget = model.calibration.terms
  }

  /// The tree of `context`; nil where nothing is expected.
  func tree(of context: ContextTerms) -> TermTree? {
    guard !context.terms.isEmpty else { return nil }
    return state.withLock { state in
      if let last = state.last, last.context == context { return last.tree }
      let pieces = state.pieces ?? TermPieces(vocabulary)
      let tree = TermTree(context.terms, pieces: pieces, budget: budget)
      state = State(pieces: pieces, last: (context, tree))
      return tree
    }
  }
}
