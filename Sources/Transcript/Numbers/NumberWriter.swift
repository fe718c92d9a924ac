/// How numbers are written in what people read.
package enum NumberStyle: String, Sendable, Hashable, CaseIterable {
  /// As the model wrote them.
  case heard
  case words
  case digits
  /// Small counts in words, all else in digits, alike within a sentence.
  case auto
}

/// Writes the numbers of English words in one style; `docs/manual/OUTPUT.md` has the rules.
struct NumberWriter {
  let style: NumberStyle

  /// The words with their numbers rewritten. What several words become has the time of all of them, the
  /// confidence of the least sure one, and the face of the one that lips changed most.
  func written(_ words: [Word]) -> [Word] {
    guard style != .heard else { return words }
    let split = words.map { SplitWord($0.text) }
    let sentences = Sentences(split)
    let found = NumberFinder(split).numbers()
    /// Sentences in which a number makes the smaller ones stand in digits.
    let counted = Set(found.filter { isManyInDigits($0, sentences) }.map(sentences.number))
    var written: [Word] = []
    var position = 0
    for number in found {
      written += words[position..<number.range.lowerBound]
      position = number.range.upperBound
      let opens = sentences.opens(number.range.lowerBound)
      let isCounted = counted.contains(sentences.number(number))
      let isLone = number.range.count == 1 && !split[number.range.lowerBound].isNumeral
      if isInDigits(number, opens: opens, besideMany: isCounted, isLone: isLone) {
        written += spelled(
          number.digits, words[number.range], split[number.range], isOpening: opens)
      } else if split[number.range].contains(where: \.isNumeral) {
        written += spelled(
          number.words ?? number.digits, words[number.range], split[number.range],
          isOpening: opens)
      } else {
        written += hyphenated(words[number.range], split[number.range])
      }
    }
    return written + words[position...]
  }

  /// Words of a number that stay, tens and units joined.
  private func hyphenated(
    _ words: ArraySlice<Word>, _ split: ArraySlice<SplitWord>
  ) -> [Word] {
    var written: [Word] = []
    for index in words.indices {
      let joins =
        index > words.startIndex
        && SpelledNumber.joins(split[index - 1].core, split[index].core)
      if joins, let left = written.popLast() {
        let text = "\(left.text)-\(words[index].text)"
        written += Respelling.words([text], for: [left, words[index]])
      } else {
        written.append(words[index])
      }
    }
    return written
  }

  private func isInDigits(
    _ number: FoundNumber, opens: Bool, besideMany: Bool, isLone: Bool
  ) -> Bool {
    switch (style, number.kind) {
    case (.words, _), (.heard, _): return false
    case (_, .year), (_, .measure): return true
    case (.digits, .count(let value)): return value != 1 || !isLone || number.isLabelled
    case (.digits, .ordinal(let value)): return value >= 10 || !isLone || number.isLabelled
    case (.auto, .ordinal(let value)): return value >= 10 || number.isLabelled
    case (.auto, .count(let value)):
      if number.isLabelled { return true }
      if opens, value < 100 { return false }
      return value >= 10 || value > 1 && besideMany
    }
  }

  /// Whether a number makes the smaller ones of its sentence stand in digits.
  private func isManyInDigits(_ number: FoundNumber, _ sentences: Sentences) -> Bool {
    guard case .count(let value) = number.kind, !number.isLabelled else { return false }
    return value >= 10 && !(sentences.opens(number.range.lowerBound) && value < 100)
  }

  /// The new words of a number, with the marks that stood around it.
  private func spelled(
    _ texts: [String], _ words: ArraySlice<Word>, _ split: ArraySlice<SplitWord>, isOpening: Bool
  ) -> [Word] {
    guard let first = split.first, let last = split.last else { return Array(words) }
    var texts = texts
    if texts.map({ $0.lowercased() }) == split.map(\.core) { return Array(words) }
    if first.isCapitalised || isOpening && first.isNumeral {
      texts[0] = texts[0].prefix(1).uppercased() + texts[0].dropFirst()
    }
    texts[0] = first.prefix + texts[0]
    texts[texts.count - 1] += last.suffix
    if texts.count == words.count {
      return zip(words, texts).map { word, text in
        var word = word
        word.text = text
        return word
      }
    }
    return Respelling.words(texts, for: words)
  }
}

/// The sentences of a segment's words.
private struct Sentences {
  private let words: [SplitWord]
  private let numbers: [Int]

  init(_ words: [SplitWord]) {
    self.words = words
    var count = 0
    numbers = words.map { word in
      defer { if word.endsSentence { count += 1 } }
      return count
    }
  }

  func number(_ found: FoundNumber) -> Int { numbers[found.range.lowerBound] }

  /// Whether a sentence begins with a word; where a segment begins, one does if the word has a capital
  /// or none to have.
  func opens(_ position: Int) -> Bool {
    if position > 0 { return words[position - 1].endsSentence }
    return words[position].isCapitalised || words[position].isNumeral
  }
}

/// Words that take the place of others.
enum Respelling {
  /// `texts`, not empty, in the time of `words`, shared by the lengths of the texts.
  static func words(_ texts: [String], for words: ArraySlice<Word>) -> [Word] {
    guard let first = words.first, let last = words.last else { return [] }
    let confidence = words.map(\.confidence).min() ?? first.confidence
    let lips = words.compactMap(\.lips).max { $0.gate < $1.gate }
    let total = Double(max(1, texts.reduce(0) { $0 + $1.count }))
    let length = max(0, last.end - first.start)
    var read = 0
    return texts.enumerated().map { index, text in
      let start = first.start + length * Double(read) / total
      read += text.count
      let end = index == texts.count - 1 ? last.end : first.start + length * Double(read) / total
      return Word(
        text: text, start: start, end: end, confidence: confidence, lips: lips,
        isJoined: index == 0 && first.isJoined)
    }
  }
}
