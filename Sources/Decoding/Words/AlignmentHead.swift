/// A head of the decoder's cross-attention whose weights follow the speech.
///
/// Found by measuring, for every head, how much of its weight falls on the frames of the word that
/// is written (GRID word timings; see `docs/lab/MODEL.md`).
package struct AlignmentHead: Sendable, Hashable {
  /// Which token the weights belong to.
  package enum Role: Sendable, Hashable {
    /// The token that is about to be written.
    case writing
    /// The token that is being read.
    case reading
  }

  /// Decoder layer, from 0.
  package let layer: Int
  /// Head of that layer, from 0.
  package let head: Int
  /// Which token the weights belong to.
  package let role: Role

  /// Names head `head` of layer `layer`.
  package init(layer: Int, head: Int, role: Role) {
    self.layer = layer
    self.head = head
    self.role = role
  }
}
