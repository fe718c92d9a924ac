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
  /// Whether no space stands before it.
  package var isJoined = false
}

extension AlignedWord {
  /// Groups the tokens of `sequence` into words and finds their frames.
  ///
  /// - Parameters:
  ///   - sequence: what the decoder wrote.
  ///   - vocabulary: gives the tokens' text.
  ///   - heads: those whose attention was recorded.
  ///   - pauseWeight: as of `TokenAlignment`.
  ///   - voice: probability of voice in each frame, or empty when unknown.
  ///   - isSpaced: whether the language has spaces between words; where it has none, every token that
  ///     begins with a letter counts as a word.
  ///   - given: the tokens of each word, in order, where they are known; nil where they are to be found.
  /// - Returns: the words in order; of given ones those that have a text.
  package static func words(
    of sequence: TokenSequence, vocabulary: Vocabulary, heads: [AlignmentHead],
    pauseWeight: Float, voice: [Float] = [], isSpaced: Bool = true, given: [Range<Int>]? = nil
  ) -> [AlignedWord] {
    let tokens = sequence.tokens
    let isMark = tokens.map { isPunctuation(vocabulary.text([$0])) }
    let groups =
      given ?? (isSpaced ? groups(tokens, vocabulary) : units(tokens, vocabulary, isMark))
    let starts = Set(isSpaced && given == nil ? [] : groups.map(\.lowerBound))
    let pausesBefore = tokens.indices.map {
      $0 == 0 || isMark[$0] || vocabulary.startsWord(tokens[$0]) || starts.contains($0)
    }
    let alignment = TokenAlignment(
      sequence, heads: heads, pausesBefore: pausesBefore, pauseWeight: pauseWeight, voice: voice)
    return groups.compactMap { group in
      let text = vocabulary.text(tokens[group])
      guard !text.isEmpty else { return nil }
      let letters = group.filter { !isMark[$0] }
      let spoken = letters.isEmpty ? Array(group) : letters
      let first = alignment.ranges[spoken.first ?? group.lowerBound]
      let last = alignment.ranges[spoken.last ?? group.lowerBound]
      let confidence = spoken.reduce(Float(1)) { $0 * sequence.probabilities[$1] }
      return AlignedWord(
        text: text, frames: first.lowerBound..<max(first.lowerBound, last.upperBound),
        confidence: confidence,
        isJoined: !isSpaced && !vocabulary.startsWord(tokens[group.lowerBound]))
    }
  }

  /// Token ranges of words: a word begins where a piece begins with a space and some text has
  /// been written since the last one.
  private static func groups(_ tokens: [Int32], _ vocabulary: Vocabulary) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    for index in tokens.indices.dropFirst() where vocabulary.startsWord(tokens[index]) {
      guard !vocabulary.text(tokens[start..<index]).isEmpty else { continue }
      groups.append(start..<index)
      start = index
    }
    if !tokens.isEmpty { groups.append(start..<tokens.count) }
    return groups
  }

  /// Token ranges of what is shown together in a language without spaces: a token whose bytes are whole
  /// letters, with those that end in the middle of one before it and with punctuation behind it.
  private static func units(
    _ tokens: [Int32], _ vocabulary: Vocabulary, _ isMark: [Bool]
  ) -> [Range<Int>] {
    var units: [Range<Int>] = []
    var start = 0
    for index in tokens.indices.dropFirst() {
      guard !isMark[index], !opensMidLetter(vocabulary.bytes(of: tokens[index])),
        !vocabulary.text(tokens[start..<index]).isEmpty
      else { continue }
      units.append(start..<index)
      start = index
    }
    if !tokens.isEmpty { units.append(start..<tokens.count) }
    return units
  }

  /// Whether bytes go on with a letter that began before: in the middle of its UTF-8, or with a mark that
  /// combines with it.
  private static func opensMidLetter(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first else { return true }
    if first & 0xC0 == 0x80 { return true }
    guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else {
      return true
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return false
    }
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
  package func meanWordLogProbability(_ vocabulary: Vocabulary) -> Double? {
    var sum = Double(regret)
    var words = 0
    for (index, token) in tokens.enumerated() {
      if AlignedWord.isPunctuation(vocabulary.text([token])) { continue }
      sum += log(max(Double(probabilities[index]), 1e-9))
      if words == 0 || vocabulary.startsWord(token) { words += 1 }
    }
    return words == 0 ? nil : sum / Double(words)
  }
}
