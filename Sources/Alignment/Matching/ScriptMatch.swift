/// Which words of a script are those that were heard, and in which segment the others are to be looked for.
package struct ScriptMatch: Sendable {
  /// What was heard for a word of the script.
  struct Partner: Sendable, Hashable {
    /// Heard words, by their number in the recording.
    var words: ClosedRange<Int>
    /// Seconds; where one heard word is several of the script, this one's part of it.
    var start: Double
    var end: Double
    /// How alike the spellings are, 0...1; 1 for the same.
    var likeness: Double
  }

  /// Units on each side of a pair among which there must be others that pair.
  private static let reach = 6
  /// One in so many of them must be alike.
  private static let rarest = 3

  /// Of each word of the script.
  let partners: [Partner?]
  /// The words of the script that belong to each segment; empty where none do.
  package let spans: [Range<Int>]
  private let isSpoken: [Bool]
  let heard: [HeardWord]
  /// The segment of each heard word.
  let segments: [Int]
  /// Whether a word of the script was heard instead of each.
  let isScripted: [Bool]
  /// Share of the script's spoken words that were heard, spelt alike, 0...1.
  package let scriptShare: Double
  /// Share of the heard words that the script has, 0...1.
  package let heardShare: Double

  /// Compares `script` with what was heard, segments in the order of their starts.
  package init(_ script: [ScriptWord], _ recording: [HeardPassage]) {
    isSpoken = script.map(\.isSpoken)
    heard = recording.flatMap(\.words)
    segments = recording.enumerated().flatMap { segment in
      segment.element.words.map { _ in segment.offset }
    }
    var maker = AlignmentUnits()
    let written = maker.units(of: script.map { $0.isSpoken ? $0.text : nil })
    let spoken = maker.units(of: heard.map(\.text))
    let pairs = Self.supported(SequenceAlignment.pairs(written, spoken), written, spoken)
    partners = Self.partners(pairs, written, spoken, heard, count: script.count)
    var isScripted = [Bool](repeating: false, count: heard.count)
    for pair in pairs { isScripted[spoken[pair.second].word] = true }
    self.isScripted = isScripted
    let alike = partners.count { $0.map { $0.likeness >= Self.alike } ?? false }
    scriptShare = Double(alike) / Double(max(1, script.count { $0.isSpoken }))
    let told = Set(
      pairs.filter { AlignmentUnit.likeness(written[$0.first], spoken[$0.second]) >= Self.alike }
        .map { spoken[$0.second].word })
    heardShare = Double(told.count) / Double(max(1, heard.count))
    spans = ScriptSpans.spans(script, partners, segments, recording)
  }

  /// Likeness from which on two spellings are taken for one word.
  static let alike = 0.5

  /// Whether words of `span` that can be spoken were not heard as they are written.
  package func differs(in span: Range<Int>) -> Bool {
    span.contains { isSpoken[$0] && partners[$0]?.likeness != 1 }
  }

  /// Pairs among others: text that was not said and speech that is not in the script have the small words in
  /// common.
  private static func supported(
    _ pairs: [SequenceAlignment.Pair], _ a: [AlignmentUnit], _ b: [AlignmentUnit]
  ) -> [SequenceAlignment.Pair] {
    let isAlike = pairs.map { AlignmentUnit.likeness(a[$0.first], b[$0.second]) >= alike }
    return pairs.indices.filter { index in
      let pair = pairs[index]
      var count = 0
      for step in [-1, 1] {
        var other = index + step
        while pairs.indices.contains(other), abs(pairs[other].first - pair.first) <= reach,
          abs(pairs[other].second - pair.second) <= reach
        {
          count += isAlike[other] ? 1 : 0
          other += step
        }
      }
      let room = min(
        min(pair.first, reach) + min(a.count - 1 - pair.first, reach),
        min(pair.second, reach) + min(b.count - 1 - pair.second, reach))
      return count * rarest >= room
    }.map { pairs[$0] }
  }

  private static func partners(
    _ pairs: [SequenceAlignment.Pair], _ a: [AlignmentUnit], _ b: [AlignmentUnit],
    _ heard: [HeardWord], count: Int
  ) -> [Partner?] {
    var partners = [Partner?](repeating: nil, count: count)
    var units = [Int](repeating: 0, count: count)
    for unit in a { units[unit.word] += 1 }
    for pair in pairs {
      let (unit, other) = (a[pair.first], b[pair.second])
      let word = heard[other.word]
      let seconds = word.end - word.start
      let likeness = AlignmentUnit.likeness(unit, other) / Double(units[unit.word])
      let part = Partner(
        words: other.word...other.word, start: word.start + other.share.lowerBound * seconds,
        end: word.start + other.share.upperBound * seconds, likeness: likeness)
      guard var whole = partners[unit.word] else {
        partners[unit.word] = part
        continue
      }
      whole.words = whole.words.lowerBound...part.words.upperBound
      whole.end = part.end
      whole.likeness += likeness
      partners[unit.word] = whole
    }
    // Sums of equal parts may miss 1 by a hair.
    return partners.map { partner in
      guard var partner else { return nil }
      if partner.likeness > 0.999 { partner.likeness = 1 }
      return partner
    }
  }
}
