/// What a speech model writes where nobody speaks, because it has learned from subtitles. Texts are compared
/// by their letters and digits alone.
package struct SilenceSentences: Sendable, Hashable {
  /// What is found of a text.
  package enum Verdict: Sendable, Hashable {
    case spoken
    /// People say it too: it needs a sure model.
    case doubtful
    /// Nobody says it in a recording that is not about it.
    case invented
  }

  private let invented: Set<String>
  private let doubtful: Set<String>
  /// Names that stand in many invented sentences.
  private let marks: [String]

  /// Sentences that nobody says, those that people say too, and what gives others away.
  package init(invented: [String] = [], doubtful: [String] = [], marks: [String] = []) {
    self.invented = Set(invented.map(Self.letters))
    self.doubtful = Set(doubtful.map(Self.letters))
    self.marks = marks.map(Self.letters)
  }

  /// What to think of a segment's whole text. One such sentence several times over is no better.
  package func verdict(on text: String) -> Verdict {
    if invented.isEmpty, doubtful.isEmpty, marks.isEmpty { return .spoken }
    let letters = Self.letters(text)
    if letters.isEmpty { return .spoken }
    if marks.contains(where: letters.contains) || isMade(of: invented, letters) { return .invented }
    return isMade(of: doubtful.union(invented), letters) ? .doubtful : .spoken
  }

  /// Whether `text` is one of `sentences` or several of them one after the other.
  private func isMade(of sentences: Set<String>, _ text: String) -> Bool {
    let lengths = Set(sentences.map(\.count)).sorted()
    let characters = Array(text)
    var reached = [Bool](repeating: false, count: characters.count + 1)
    reached[0] = true
    for start in characters.indices where reached[start] {
      for length in lengths where start + length <= characters.count {
        if sentences.contains(String(characters[start..<start + length])) {
          reached[start + length] = true
        }
      }
    }
    return reached[characters.count]
  }

  /// A text without what case and punctuation make of it.
  package static func letters(_ text: String) -> String {
    text.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}
