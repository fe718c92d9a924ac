import Transcript

/// A kind of word by which errors are told apart. A word may be of several kinds.
package enum WordClass: String, Sendable, Hashable, Codable, CaseIterable {
  /// References write it with a capital within sentences, and never without.
  case name = "names"
  /// It has a digit, or is a word that stands for a number.
  case number = "numbers"
  /// So often in the references.
  case once = "said once"
  case few = "said 2 to 4 times"
  case some = "said 5 to 19 times"
  case many = "said 20 times or more"
  /// In no reference: only inserted words can be of this kind.
  case never = "never said"
}

/// What the references of a set tell of the words in them, under one normalisation.
struct ReferenceVocabulary: Sendable {
  private var counts: [String: Int] = [:]
  private var names: Set<String> = []

  /// The words of `references`.
  init(_ references: [Reference], normaliser: TextNormaliser) {
    var common: Set<String> = []
    for reference in references {
      for word in normaliser.words(reference.text) { counts[word, default: 0] += 1 }
      let texts =
        switch reference {
        case .text(let text): [text]
        case .segments(let turns): turns.map(\.text)
        }
      for text in texts { collect(text, normaliser, &common) }
    }
    // Without small letters capitals tell nothing.
    names = common.isEmpty ? [] : names.subtracting(common)
  }

  /// Takes the words with a capital within sentences for names, those with a small letter for common.
  private mutating func collect(
    _ text: String, _ normaliser: TextNormaliser, _ common: inout Set<String>
  ) {
    var isFirst = true
    for written in text.split(whereSeparator: \.isWhitespace) {
      defer { isFirst = written.last.map { ".?!:".contains($0) } ?? false }
      guard let letter = written.first(where: \.isLetter) else { continue }
      if letter.isLowercase {
        common.formUnion(normaliser.words(String(written)))
      } else if letter.isUppercase, !isFirst, !Self.isPronoun(written) {
        names.formUnion(normaliser.words(String(written)))
      }
    }
  }

  /// "I", "I'm", "I'll".
  private static func isPronoun(_ word: Substring) -> Bool {
    let letters = word.drop { !$0.isLetter }
    return letters.first == "I" && !(letters.dropFirst().first?.isLetter ?? false)
  }

  /// The kinds of a normalised word.
  func classes(of word: String) -> [WordClass] {
    var kinds: [WordClass] = []
    if names.contains(word) { kinds.append(.name) }
    if word.contains(where: \.isNumber) || NumberWord(word) != nil { kinds.append(.number) }
    switch counts[word] ?? 0 {
    case 0: kinds.append(.never)
    case 1: kinds.append(.once)
    case 2...4: kinds.append(.few)
    case 5...19: kinds.append(.some)
    default: kinds.append(.many)
    }
    return kinds
  }
}
