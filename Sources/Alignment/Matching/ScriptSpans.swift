/// Gives each segment of speech the words of the script that belong to it.
enum ScriptSpans {
  /// Silence at the ends of a segment, in seconds.
  private static let margin = 0.3
  /// Seconds that a word takes at least, and those for each letter more.
  private static let leastSeconds = (word: 0.08, letter: 0.02)

  /// The words of each segment: from the first that was heard in it to the last, and between two segments
  /// what was not heard, where there is most room for it.
  static func spans(
    _ script: [ScriptWord], _ partners: [ScriptMatch.Partner?], _ segments: [Int],
    _ recording: [HeardPassage]
  ) -> [Range<Int>] {
    var spans = [Range<Int>](repeating: 0..<0, count: recording.count)
    for (word, partner) in partners.enumerated() {
      guard let partner else { continue }
      let segment = segments[partner.words.lowerBound]
      let start = spans[segment].isEmpty ? word : spans[segment].lowerBound
      spans[segment] = start..<word + 1
    }
    var last: Int?
    for segment in spans.indices where !spans[segment].isEmpty {
      let start = last.map { spans[$0].upperBound } ?? 0
      place(start..<spans[segment].lowerBound, last, segment, &spans, partners, script, recording)
      last = segment
    }
    if let last {
      place(spans[last].upperBound..<script.count, last, nil, &spans, partners, script, recording)
    }
    return spans
  }

  /// Gives the unheard words of `gap`, behind the segment `before` and before the segment `after`, to the
  /// one with most room, or in their order to all those between that have none, by their length.
  private static func place(
    _ gap: Range<Int>, _ before: Int?, _ after: Int?, _ spans: inout [Range<Int>],
    _ partners: [ScriptMatch.Partner?], _ script: [ScriptWord], _ recording: [HeardPassage]
  ) {
    let needed = gap.reduce(0.0) { $0 + seconds(script[$1]) }
    guard needed > 0 else { return }
    let tail = before.map { segment in
      let end = partners[spans[segment].upperBound - 1]?.end ?? recording[segment].end
      return recording[segment].end - margin - end
    }
    let head = after.map { segment in
      let start = partners[spans[segment].lowerBound]?.start ?? recording[segment].start
      return start - recording[segment].start - margin
    }
    let between = ((before.map { $0 + 1 }) ?? 0)..<(after ?? recording.count)
    let lengths = between.map { max(0, recording[$0].end - recording[$0].start - 2 * margin) }
    let middle = lengths.reduce(0, +)
    let most = max(tail ?? 0, head ?? 0, middle)
    guard most >= needed else { return }
    if let before, tail == most {
      spans[before] = spans[before].lowerBound..<gap.upperBound
    } else if let after, head == most {
      spans[after] = gap.lowerBound..<spans[after].upperBound
    } else {
      spread(gap, over: zip(between, lengths), middle / needed, &spans, script)
    }
  }

  /// Divides `gap` among segments by their lengths, `pace` seconds for each second that it needs.
  private static func spread(
    _ gap: Range<Int>, over segments: some Sequence<(Int, Double)>, _ pace: Double,
    _ spans: inout [Range<Int>], _ script: [ScriptWord]
  ) {
    var word = gap.lowerBound
    var room = 0.0
    for (segment, length) in segments {
      let start = word
      room += length
      while word < gap.upperBound, seconds(script[word]) * pace <= room + 0.05 {
        room -= seconds(script[word]) * pace
        word += 1
      }
      if word > start { spans[segment] = start..<word }
    }
  }

  /// Seconds in which a word can be spoken in haste.
  private static func seconds(_ word: ScriptWord) -> Double {
    guard word.isSpoken else { return 0 }
    return leastSeconds.word + leastSeconds.letter * Double(word.text.count)
  }
}
