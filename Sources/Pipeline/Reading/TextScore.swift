import Decoding
import Foundation
import NN
import Transcript

/// What a model makes of the words of a text that it is given (teacher forcing).
struct TextScore {
  /// Log probability of each word, given those before it: the sum of those of its tokens; then that of the end.
  let words: [Double]

  /// Log probability of the words in `range` and of what follows them, a word or the end. That one counts
  /// because its probability tells how well it goes with them.
  func sum(_ range: Range<Int>) -> Double {
    words[range.lowerBound..<min(range.upperBound + 1, words.count)].reduce(0, +)
  }

  /// Scores of `words`, which have so many tokens each.
  init(_ sequence: TokenSequence, counts: [Int]) {
    let logarithms = sequence.probabilities.map(Self.log)
    var start = 0
    var sums: [Double] = []
    for count in counts {
      sums.append(logarithms[start..<start + count].reduce(0, +))
      start += count
    }
    words = sums + [Self.log(sequence.endProbability)]
  }

  private static func log(_ probability: Float) -> Double {
    Foundation.log(max(Double(probability), 1e-9))
  }

  /// What `decoder` makes of each of `texts` behind `prompt`; nil where it cannot write one of them.
  static func scores(
    of texts: [Segment], _ tokenizer: Tokenizer, _ decoder: inout TextDecoder,
    behind prompt: [Int32], _ embeddings: Embeddings, isSpaced: Bool
  ) -> [TextScore]? {
    var lists: [[[Int32]]] = []
    for text in texts {
      let words = text.words.enumerated().map { index, word in
        tokenizer.tokens(of: word.text, hasSpace: index == 0 ? isSpaced : !word.isJoined)
      }
      let count = words.reduce(0) { $0 + $1.count }
      guard !words.isEmpty, !words.contains(where: \.isEmpty),
        count <= decoder.forcedLimit(behind: prompt)
      else { return nil }
      lists.append(words)
    }
    let forced = decoder.force(lists.map { $0.flatMap(\.self) }, behind: prompt, embeddings)
    return zip(forced, lists).map { TextScore($0.sequence, counts: $1.map(\.count)) }
  }
}
