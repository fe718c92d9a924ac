/// Where the errors of a cell are: by speaker, by kind of word, and which ones are most frequent.
package struct ErrorBreakdown: Sendable, Hashable, Codable {
  /// The words of a speaker or of a kind.
  package struct Group: Sendable, Hashable, Codable {
    package var name: String
    package var counts: EditCounts
    /// Of the rate; nil where fewer than two utterances have words of the group.
    package var interval: Interval?
  }

  /// A word in another's place, or none: `reference` is nil where the word was inserted, `hypothesis`
  /// where it was deleted.
  package struct Confusion: Sendable, Hashable, Codable {
    package var reference: String?
    package var hypothesis: String?
    package var count: Int
  }

  /// In the order of their names. Of references with turns the errors of cpWER, without what no speaker
  /// said.
  package var speakers: [Group]
  /// Reference words by kind, with the inserted words of that kind.
  package var wordClasses: [Group]
  /// The most frequent ones of each sort, the most frequent first.
  package var substitutions: [Confusion]
  package var deletions: [Confusion]
  package var insertions: [Confusion]

  /// Confusions of a sort that are kept at most.
  static let most = 50
}

/// Adds up what `ErrorBreakdown` tells.
struct ErrorTally {
  private let vocabulary: ReferenceVocabulary
  private var speakers: [String: [EditCounts]] = [:]
  private var classes: [WordClass: [EditCounts]] = [:]
  private var confusions: [ErrorBreakdown.Confusion: Int] = [:]

  /// Nothing counted yet.
  init(_ vocabulary: ReferenceVocabulary) {
    self.vocabulary = vocabulary
  }

  /// Takes in an utterance.
  mutating func add(
    _ utterance: Utterance, hypothesis: [String], _ score: UtteranceResult.Score,
    _ normaliser: TextNormaliser
  ) {
    if let counts = score.speakers {
      for (name, counts) in counts { speakers[name, default: []].append(counts) }
    } else if let name = utterance.speaker {
      speakers[name, default: []].append(score.text.words)
    }
    let reference = normaliser.words(utterance.reference.text)
    var own: [WordClass: EditCounts] = [:]
    for edit in Alignment(reference: reference, hypothesis: hypothesis).edits {
      count(edit, reference, hypothesis, &own)
    }
    for (kind, counts) in own { classes[kind, default: []].append(counts) }
  }

  private mutating func count(
    _ edit: Edit, _ reference: [String], _ hypothesis: [String],
    _ own: inout [WordClass: EditCounts]
  ) {
    let word: String
    let counted: WritableKeyPath<EditCounts, Int>
    var confusion = ErrorBreakdown.Confusion(reference: nil, hypothesis: nil, count: 0)
    switch edit {
    case .hit(let place, _): (word, counted) = (reference[place], \.hits)
    case .substitution(let place, let heard):
      (word, counted) = (reference[place], \.substitutions)
      (confusion.reference, confusion.hypothesis) = (word, hypothesis[heard])
    case .deletion(let place):
      (word, counted) = (reference[place], \.deletions)
      confusion.reference = word
    case .insertion(let heard):
      (word, counted) = (hypothesis[heard], \.insertions)
      confusion.hypothesis = word
    }
    if counted != \.hits { confusions[confusion, default: 0] += 1 }
    for kind in vocabulary.classes(of: word) { own[kind, default: .zero][keyPath: counted] += 1 }
  }

  /// What was counted.
  func breakdown(_ bootstrap: Bootstrap) -> ErrorBreakdown {
    func group(_ name: String, _ counts: [EditCounts]) -> ErrorBreakdown.Group {
      let items = counts.filter { $0.referenceLength > 0 || $0.insertions > 0 }
        .map { ErrorRatio($0) }
      let isKnown = items.count { $0.length > 0 } > 1
      return ErrorBreakdown.Group(
        name: name, counts: counts.reduce(.zero, +),
        interval: isKnown ? bootstrap.interval(items) : nil)
    }
    return ErrorBreakdown(
      speakers: speakers.sorted { $0.key < $1.key }.map { group($0.key, $0.value) },
      wordClasses: WordClass.allCases.compactMap { kind in
        classes[kind].map { group(kind.rawValue, $0) }
      },
      substitutions: top { $0.reference != nil && $0.hypothesis != nil },
      deletions: top { $0.hypothesis == nil }, insertions: top { $0.reference == nil })
  }

  private func top(
    _ isMeant: (ErrorBreakdown.Confusion) -> Bool
  ) -> [ErrorBreakdown.Confusion] {
    let all = confusions.filter { isMeant($0.key) }.map { key, count in
      ErrorBreakdown.Confusion(
        reference: key.reference, hypothesis: key.hypothesis, count: count)
    }
    let sorted = all.sorted { left, right in
      (right.count, left.reference ?? "", left.hypothesis ?? "")
        < (left.count, right.reference ?? "", right.hypothesis ?? "")
    }
    return Array(sorted.prefix(ErrorBreakdown.most))
  }
}
