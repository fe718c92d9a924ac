import Transcript

/// Gives the words of a script their times.
///
/// A word that was heard as it is written has the time of what was heard. One that was heard otherwise, or not
/// at all, has the time at which it was read when its text was given to the decoder, unless that is hopeless:
/// then it was not said. Such a word stands where something else was heard in its place, or between its
/// neighbours; where nothing of a cue, or of a long passage, was said it has no time.
package struct ScriptTiming {
  /// Regret of a word, in nats, from which on it was not said, and less for one that was heard as nothing.
  static let hopeless = (instead: 9.0, unheard: 6.0)
  /// Unheard words in a row that are left out of a paragraph.
  private static let passage = 8

  /// A word's place.
  private struct Place {
    var start: Double
    var end: Double
    var confidence: Double
    var segment: Int
    var isRead = false
  }

  private let script: Script
  private let words: [ScriptWord]
  private let match: ScriptMatch
  private let recording: [HeardPassage]
  private var places: [Place?]
  private var account = AlignmentAccount()
  private var isLeftOut: [Bool]

  /// - Parameters:
  ///   - script: the text.
  ///   - match: how it compares with what was heard.
  ///   - recording: the segments that it was compared with.
  ///   - read: by segment, the words of its span as they were read when their text was given; nil for one that
  ///     was not.
  package init(
    _ script: Script, _ match: ScriptMatch, _ recording: [HeardPassage], read: [Int: [ReadWord?]]
  ) {
    self.script = script
    words = script.words
    self.match = match
    self.recording = recording
    places = Array(repeating: nil, count: words.count)
    isLeftOut = Array(repeating: false, count: words.count)
    for (word, partner) in match.partners.enumerated() {
      guard let partner, partner.likeness == 1 else { continue }
      let confidence = partner.words.reduce(1.0) { min($0, match.heard[$1].confidence) }
      places[word] = Place(
        start: partner.start, end: partner.end, confidence: confidence,
        segment: match.segments[partner.words.lowerBound])
    }
    account.spoken = words.count { $0.isSpoken }
    account.formattedCues = script.formattedCues
    account.found = places.count { $0 != nil }
    for (segment, span) in match.spans.enumerated() {
      take(span, read[segment] ?? [], segment)
    }
    for word in words.indices where places[word] == nil && words[word].isSpoken {
      takePartner(of: word, read: nil)
    }
    leaveOut()
    guess()
    findExtra()
  }

  /// Takes what was read of a segment's words, between those that were heard as written.
  private mutating func take(_ span: Range<Int>, _ read: [ReadWord?], _ segment: Int) {
    for (word, evidence) in zip(span, read) where places[word] == nil {
      guard let evidence, words[word].isSpoken else { continue }
      let limit = match.partners[word] == nil ? Self.hopeless.unheard : Self.hopeless.instead
      guard evidence.regret < limit else {
        takePartner(of: word, read: evidence)
        continue
      }
      let last = places[span.lowerBound..<word].last { $0 != nil }
      let next = places[(word + 1)..<span.upperBound].first { $0 != nil }
      let most = next??.start ?? .infinity
      let start = min(max(evidence.start, last??.end ?? 0), most)
      places[word] = Place(
        start: start, end: max(start, min(evidence.end, most)),
        confidence: evidence.probability, segment: segment, isRead: true)
      account.found += 1
    }
  }

  /// Puts a word where something else was heard in its place, or the same in another spelling.
  private mutating func takePartner(of word: Int, read: ReadWord?) {
    guard let partner = match.partners[word] else { return }
    let isSame = partner.likeness >= ScriptMatch.alike
    let heard = match.heard[partner.words]
    places[word] = Place(
      start: partner.start, end: partner.end,
      confidence: isSame
        ? (heard.first?.confidence ?? 0) * partner.likeness : read?.probability ?? 0,
      segment: match.segments[partner.words.lowerBound])
    if isSame {
      account.found += 1
    } else {
      account.unheard.append(
        .init(
          text: words[word].text, time: partner.start,
          instead: heard.map(\.text).joined(separator: " ")))
    }
  }

  /// Leaves out blocks of which no word has a time, and long passages of paragraphs.
  private mutating func leaveOut() {
    var start = 0
    for block in script.blocks {
      let range = start..<start + block.words.count
      start = range.upperBound
      if range.allSatisfy({ places[$0] == nil }) {
        leaveOut(range)
      } else if script.form == .paragraphs {
        var first = range.lowerBound
        for word in range where places[word] != nil || word == range.upperBound - 1 {
          let end = places[word] == nil ? word + 1 : word
          if (first..<end).count(where: { words[$0].isSpoken }) >= Self.passage {
            leaveOut(first..<end)
          }
          first = word + 1
        }
      }
    }
  }

  private mutating func leaveOut(_ range: Range<Int>) {
    for word in range { isLeftOut[word] = true }
    account.leftOutWords += range.count { words[$0].isSpoken }
    let before = places[..<range.lowerBound].last { $0 != nil }
    account.leftOut.append(
      .init(
        text: words[range].map(\.text).joined(separator: " "), time: before??.end ?? 0, instead: nil
      ))
  }

  /// Spreads words without a time between their neighbours.
  private mutating func guess() {
    var first = words.startIndex
    while let start = places[first...].firstIndex(where: { $0 == nil }) {
      let end = places[start...].firstIndex { $0 != nil } ?? words.endIndex
      guess(start..<end)
      first = end
    }
  }

  private mutating func guess(_ run: Range<Int>) {
    let before = run.lowerBound > 0 ? places[run.lowerBound - 1] : nil
    let after = run.upperBound < places.count ? places[run.upperBound] : nil
    guard let segment = before?.segment ?? after?.segment else { return }
    let kept = run.filter { !isLeftOut[$0] }
    let needs = kept.map { words[$0].isSpoken ? 0.1 + 0.05 * Double(words[$0].text.count) : 0 }
    let total = needs.reduce(0, +)
    // Never longer than they take to say; at the beginning close to what follows.
    let room = max(0, (after?.start ?? .infinity) - (before?.end ?? 0))
    let pace = total > 0 ? min(1, room / total) : 0
    let beginning = before?.end ?? after.map { max(0, $0.start - total) } ?? 0
    var time = min(beginning, after?.start ?? .infinity)
    for (word, seconds) in zip(kept, needs) {
      // A speaker's name and the like goes with the word behind it.
      let isLabel = !words[word].isSpoken && word == kept.last
      let start = isLabel ? after?.start ?? time : time
      places[word] = Place(
        start: start, end: start + seconds * pace,
        confidence: words[word].isSpoken ? 0 : 1, segment: segment)
      time += seconds * pace
      guard words[word].isSpoken else { continue }
      account.unheard.append(.init(text: words[word].text, time: start, instead: nil))
    }
  }

  /// Finds what was said and is not in the script: two words or one that is sure, unless the script's own
  /// words were read there.
  private mutating func findExtra() {
    let read = places.compactMap { $0 }.filter(\.isRead).map { ($0.start, $0.end) }
    var next = 0
    var first = 0
    while first < match.heard.count {
      guard !match.isScripted[first] else {
        first += 1
        continue
      }
      let end = match.isScripted[first...].firstIndex(of: true) ?? match.heard.count
      let run = match.heard[first..<end]
      first = end
      guard let begin = run.first?.start, let stop = run.last?.end else { continue }
      while next < read.count, read[next].1 <= begin { next += 1 }
      let covered = read[next...].prefix { $0.0 < stop }
        .reduce(0.0) { $0 + max(0, min($1.1, stop) - max($1.0, begin)) }
      let sure = run.reduce(0) { $0 + $1.confidence } / Double(run.count)
      guard run.count > 1 || sure >= 0.6, covered * 2 < stop - begin else { continue }
      account.extra.append(
        .init(start: begin, end: stop, text: run.map(\.text).joined(separator: " ")))
    }
  }

  /// The script as segments in the order of their starts, and what became of its words.
  package func result() -> (segments: [Segment], account: AlignmentAccount) {
    var segments: [Segment] = []
    var start = 0
    for block in script.blocks {
      let range = start..<start + block.words.count
      start = range.upperBound
      var part: [Int] = []
      for word in range where !isLeftOut[word] {
        if script.form == .paragraphs, let last = part.last, let place = places[word],
          places[last]?.segment != place.segment
        {
          append(part, of: block, to: &segments)
          part = []
        }
        part.append(word)
      }
      append(part, of: block, to: &segments)
    }
    let order = segments.indices.sorted { (segments[$0].start, $0) < (segments[$1].start, $1) }
    var account = account
    account.unheard.sort { $0.time < $1.time }
    return (order.map { segments[$0] }, account)
  }

  private func append(_ part: [Int], of block: ScriptBlock, to segments: inout [Segment]) {
    let timed = part.compactMap { word in
      places[word].map { place in
        Word(
          text: words[word].text, start: place.start, end: place.end,
          confidence: min(max(place.confidence, 0), 1), isJoined: words[word].isJoined)
      }
    }
    guard let start = timed.map(\.start).min(), let end = timed.map(\.end).max(),
      let lane = part.lazy.compactMap({ places[$0] }).first.map({ recording[$0.segment] })
    else { return }
    var segment = Segment(start: start, end: end, track: block.track ?? lane.track, words: timed)
    segment.channel = block.track == nil ? lane.channel : block.channel
    segment.speaker = block.speaker
    segment.lines = timed.count == block.words.count ? block.lines : nil
    segments.append(segment)
  }
}
