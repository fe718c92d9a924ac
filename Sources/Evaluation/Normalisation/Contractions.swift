/// Contracted, informal and short forms, and fillers.
enum Contractions {
  /// Lower-case text with fillers taken out and short forms written out.
  static func expanded(_ text: String) -> String {
    let runs = joined(Run.runs(text))
    var expanded = ""
    for (index, run) in runs.enumerated() {
      guard run.isWord else {
        expanded += run.text
        continue
      }
      let isSpaced = index + 2 < runs.count && runs[index + 1].isSpace
      expanded += words(run.text, before: isSpaced ? runs[index + 2].text : nil)
    }
    return expanded
  }

  /// Letters, digits and apostrophes, or what lies between such words.
  private struct Run {
    var text: String
    let isWord: Bool

    var isSpace: Bool { !isWord && text.allSatisfy(\.isWhitespace) }

    /// All of the text; apostrophes are straight in it.
    static func runs(_ text: String) -> [Run] {
      var runs: [Run] = []
      for scalar in text.unicodeScalars {
        let isWord = scalar.isLetterMarkOrNumber || scalar.isApostrophe
        if runs.last?.isWord != isWord { runs.append(Run(text: "", isWord: isWord)) }
        runs[runs.count - 1].text.unicodeScalars.append(scalar.isApostrophe ? "'" : scalar)
      }
      return runs
    }
  }

  /// Endings that were written apart ("it 's") joined to their words.
  private static func joined(_ runs: [Run]) -> [Run] {
    var joined: [Run] = []
    for run in runs {
      if let space = joined.last, space.isSpace, joined.count > 1, run.isWord,
        endings[run.text] != nil
      {
        joined.removeLast()
        joined[joined.count - 1].text += run.text
      } else {
        joined.append(run)
      }
    }
    return joined
  }

  /// What a word stands for; `next` is the word after it when only spaces lie between.
  private static func words(_ word: String, before next: String?) -> String {
    if fillers.contains(word) { return "" }
    if let full = whole[word] { return full }
    let quoted = word.trimming("'")
    if quoted != word, endings[word] == nil { return words(quoted, before: next) }
    if word.hasSuffix("n't") {
      let stem = String(word.dropLast(3))
      return "\(negated[stem] ?? words(stem, before: nil)) not"
    }
    guard let (ending, full) = endings.first(where: { word.hasSuffix($0.key) }) else {
      return word
    }
    let stem = String(word.dropLast(ending.count))
    if ending == "'s", !stem.isEmpty, stem.utf8.allSatisfy({ 48...57 ~= $0 }) { return stem + "s" }
    let meaning = next.flatMap { perfect[ending]?[$0] } ?? full
    return "\(words(stem, before: nil)) \(meaning)"
  }

  /// Sounds of hesitation and assent.
  private static let fillers: Set = ["hmm", "mm", "mhm", "mmm", "uh", "um"]

  private static let endings = [
    "'s": "is", "'re": "are", "'m": "am", "'ll": "will", "'d": "would", "'ve": "have",
    "'t": "not",
  ]

  /// What an ending means before a participle.
  private static let perfect = [
    "'s": ["been": "has", "gone": "has", "got": "has"],
    "'d": ["been": "had", "gone": "had", "done": "had"],
  ]

  /// Stems that change before "n't".
  private static let negated = ["wo": "will", "ca": "can", "sha": "shall"]

  private static let whole = [
    // Informal forms.
    "wanna": "want to", "gonna": "going to", "gotta": "got to", "i'ma": "i am going to",
    "imma": "i am going to", "woulda": "would have", "coulda": "could have",
    "shoulda": "should have", "dunno": "do not know", "kinda": "kind of", "sorta": "sort of",
    "y'all": "you all", "let's": "let us", "ain't": "aint", "'cause": "because",
    "ma'am": "madam", "o'clock": "oclock",
    // Titles and their like.
    "mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint", "prof": "professor",
    "capt": "captain", "lt": "lieutenant", "col": "colonel", "gen": "general", "gov": "governor",
    "sen": "senator", "rep": "representative", "pres": "president", "ald": "alderman",
    "rev": "reverend", "hon": "honorable", "asst": "assistant", "assoc": "associate",
    "jr": "junior", "sr": "senior", "esq": "esquire",
  ]
}
