import Support

extension Popped {
  /// The element, nil at the end.
  ///
  /// - Throws: `.cancelled` when the run was.
  func element() throws(TranscriptionError) -> Element? {
    switch self {
    case .element(let element): element
    case .end: nil
    case .cancelled: throw .cancelled
    }
  }
}
