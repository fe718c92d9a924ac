import Foundation

/// A word of the transcript with its place in the audio.
package struct AlignedWord: Sendable, Hashable {
  /// As written, with its punctuation.
  package let text: String
  /// Frames of the embeddings in which it is spoken; punctuation takes none.
  package let frames: Range<Int>
  /// The model's probability of the word's tokens, given what came before; punctuation counts
  /// only where it stands alone.
  package let confidence: Float
}

extension AlignedWord {
  /// Groups the tokens of `sequence` into words and finds their frames.
  ///
  /// - Parameters:
  ///   - sequence: what the decoder wrote.
  ///   - tokenizer: gives the tokens' text.
  ///   - heads: those whose attention was recorded.
  ///   - voice: probability of voice in each frame, or empty when unknown.
  /// - Returns: the words in order.
  package static func words(
    of sequence: TokenSequence, tokenizer: Tokenizer, heads: [AlignmentHead], voice: [Float] = []
  ) -> [AlignedWord] {
    let tokens = sequence.tokens
    let isMark = tokens.map { isPunctuation(tokenizer.text([$0])) }
    let pausesBefore = tokens.indices.map {
      $0 == 0 || isMark[$0] || tokenizer.startsWord(tokens[$0])
    }
    let alignment = TokenAlignment(
      sequence, heads: heads, pausesBefore: pausesBefore, voice: voice)
    return groups(tokens, tokenizer).compactMap { group in
      let text = tokenizer.text(tokens[group])
      guard !text.isEmpty else { return nil }
      let letters = group.filter { !isMark[$0] }
      let spoken = letters.isEmpty ? Array(group) : letters
      let first = alignment.ranges[spoken.first ?? group.lowerBound]
      let last = alignment.ranges[spoken.last ?? group.lowerBound]
      let confidence = spoken.reduce(Float(1)) { $0 * sequence.probabilities[$1] }
      return AlignedWord(
        text: text, frames: first.lowerBound..<max(first.lowerBound, last.upperBound),
        confidence: confidence)
    }
  }

  /// Token ranges of words: a word begins where a piece begins with a space and some text has
  /// been written since the last one.
  private static func groups(_ tokens: [Int32], _ tokenizer: Tokenizer) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    for index in tokens.indices.dropFirst() where tokenizer.startsWord(tokens[index]) {
      guard !tokenizer.text(tokens[start..<index]).isEmpty else { continue }
      groups.append(start..<index)
      start = index
    }
    if !tokens.isEmpty { groups.append(start..<tokens.count) }
    return groups
  }

  fileprivate static func isPunctuation(_ text: String) -> Bool {
    !text.isEmpty && !text.unicodeScalars.contains { CharacterSet.alphanumerics.contains($0) }
  }
}

extension TokenSequence {
  /// How sure the model was: the mean over words of the logarithm of the word's probability,
  /// punctuation left out; nil when there is no word.
  ///
  /// A mean over tokens would favour a reading that leaves out what is hard to spell. A term that was
  /// looked for counts as if its tokens had been the most likely ones: otherwise a reading that
  /// found it would lose against one that did not.
  package func meanWordLogProbability(_ tokenizer: Tokenizer) -> Double? {
    var sum = Double(regret)
    var words = 0
    for (index, token) in tokens.enumerated() {
      if AlignedWord.isPunctuation(tokenizer.text([token])) { continue }
      sum += log(max(Double(probabilities[index]), 1e-9))
      if words == 0 || tokenizer.startsWord(token) { words += 1 }
    }
    return words == 0 ? nil : sum / Double(words)
  }
}
