extension WhisperLayout {
  /// Layer and head of those whose attention follows speech, for the sizes of which it is known
  /// (`_ALIGNMENT_HEADS` of `whisper/__init__.py`); nil for others, and where several models have one size.
  var knownAlignmentHeads: [[Int]]? {
    let heads = Self.heads[modelName]
    return heads.map { pairs in
      stride(from: 0, to: pairs.count, by: 2).map { [pairs[$0], pairs[$0 + 1]] }
    }
  }

  /// Layers and heads in turn.
  private static let heads: [String: [Int]] = [
    "whisper-tiny-en": [1, 0, 2, 0, 2, 5, 3, 0, 3, 1, 3, 2, 3, 3, 3, 4],
    "whisper-tiny": [2, 2, 3, 0, 3, 2, 3, 3, 3, 4, 3, 5],
    "whisper-base-en": [3, 3, 4, 7, 5, 1, 5, 5, 5, 7],
    "whisper-base": [3, 1, 4, 2, 4, 3, 4, 7, 5, 1, 5, 2, 5, 4, 5, 6],
    "whisper-small-en": [
      6, 6, 7, 0, 7, 3, 7, 8, 8, 2, 8, 5, 8, 7, 9, 0, 9, 4, 9, 8, 9, 10, 10, 0, 10, 1, 10, 2, 10, 3,
      10, 6, 10, 11, 11, 2, 11, 4,
    ],
    "whisper-small": [5, 3, 5, 9, 8, 0, 8, 4, 8, 7, 8, 8, 9, 0, 9, 7, 9, 9, 10, 5],
    "whisper-medium-en": [
      11, 4, 14, 1, 14, 12, 14, 14, 15, 4, 16, 0, 16, 4, 16, 9, 17, 12, 17, 14, 18, 7, 18, 10, 18,
      15,
      20, 0, 20, 3, 20, 9, 20, 14, 21, 12,
    ],
    "whisper-medium": [13, 15, 15, 4, 15, 15, 16, 1, 20, 0, 23, 4],
    "whisper-large-v3": [7, 0, 10, 17, 12, 18, 13, 12, 16, 1, 17, 14, 19, 11, 21, 4, 24, 1, 25, 6],
    "whisper-large-v3-turbo": [2, 4, 2, 11, 3, 3, 3, 6, 3, 11, 3, 14],
  ]
}
