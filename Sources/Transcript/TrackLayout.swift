/// Lays out the words of one audio track, holding only those whose cue is not settled yet.
///
/// A run is speech without a long pause. Within it the breaks between cues are those with the
/// least total price, found by dynamic programming over the words: since the price of a cue
/// depends on its own words and the start of the next word alone, the best layout up to a word
/// extends the best layout up to the start of its cue. Cues are handed out once every layout that
/// could still win shares them (as survivor paths of the Viterbi algorithm merge), so that the
/// result is the best one however the words arrive.
struct TrackLayout: Sendable {
  private struct Node {
    /// Of the best layout of the words before this position.
    var cost: Double
    /// Where its last cue starts.
    var back: Int
  }

  /// How often settled cues are looked for, in words.
  private static let settleInterval = 32
  /// Words held at most; only text without any structure comes near, and is then settled early.
  private static let capacity = 512
  /// Words kept open when a run is settled early; more than a cue holds in any sensible profile.
  private static let lookahead = 96

  private let track: Int
  private var speaker: String?
  /// For which each cue has room.
  private var label: SpeakerLabel?
  private let profile: CueProfile
  private let cost: CueCost
  private let rules: PhraseRules
  private var words: [CueWord] = []
  /// One for each position from before the first word to before the last.
  private var nodes: [Node] = []
  /// The first position from which a cue can reach the newest word.
  private var reach = 0
  /// Milliseconds at which the last cue handed out ends.
  private var lastEnd: Int?
  /// Milliseconds at which the newest word starts.
  private var newestStart = 0
  private var settledCues: [Cue] = []

  /// A layout of what is said in `track`, of whose speaker nothing is known; lines are broken by `rules`.
  init(track: Int, profile: CueProfile, rules: PhraseRules) {
    self.track = track
    self.rules = rules
    self.profile = profile
    cost = CueCost(profile)
  }

  /// The next words are those of `speaker`, with room for `label` in every cue; where another spoke
  /// before, his last cue ends before `time` (milliseconds), so that no cue has words of both.
  mutating func turn(to speaker: String?, label: SpeakerLabel?, at time: Int?) {
    guard speaker != self.speaker else { return }
    endRun(next: time.map { max($0, newestStart) })
    self.speaker = speaker
    self.label = label
  }

  /// Start in milliseconds of the first word that no cue holds yet.
  var firstOpenStart: Int? { words.first.map { cueStart($0) } }

  /// Start of a cue whose first word is `word` and that follows the last one handed out.
  private func cueStart(_ word: CueWord) -> Int {
    max(word.start, lastEnd.map { $0 + cost.timing.gap } ?? 0)
  }

  /// The cues settled since the last call, in order.
  mutating func takeCues() -> [Cue] {
    defer { settledCues.removeAll() }
    return settledCues
  }

  /// Takes the next word. One that seems to start before its predecessor or before `earliest` is
  /// taken to start with it, and one after `latest` to start there (milliseconds).
  mutating func add(_ word: Word, from earliest: Int, to latest: Int) {
    let text = displayText(word.text)
    guard !text.isEmpty else { return }
    let heard = min(milliseconds(word.start), latest)
    let start = max(heard, newestStart, earliest)
    newestStart = start
    let end = max(start, milliseconds(word.end), start > heard ? words.last?.end ?? 0 : 0)
    let pause = words.last.map { max(0, start - $0.end) } ?? 0
    if pause >= cost.timing.pauseLimit { endRun(next: start) }
    let token = Token(text)
    let boundary = words.last.map {
      PhraseBoundary(
        left: $0.token, right: token, before: $0.boundary, rules: rules, isJoined: word.isJoined)
    }
    append(
      CueWord(
        text: text, length: TextColumns.count(text), gap: word.isJoined ? 0 : 1, start: start,
        end: end,
        pause: words.isEmpty ? 0 : pause, boundary: boundary ?? .sentence, token: token,
        confidence: word.confidence, lips: word.lips))
    if words.count.isMultiple(of: Self.settleInterval) { settle() }
  }

  /// Ends the run where no word before `time` can change it any more.
  mutating func advance(to time: Int) {
    guard let last = words.last else { return }
    let timing = cost.timing
    let reach = max(timing.pauseLimit, timing.maxDuration + timing.gap + timing.closedGap)
    if time >= last.end + reach { endRun(next: nil) }
  }

  mutating func finish() { endRun(next: nil) }

  private mutating func append(_ word: CueWord) {
    if words.isEmpty {
      nodes = [Node(cost: 0, back: 0)]
      reach = 0
    } else {
      nodes.append(bestCue(before: word, next: word.start))
    }
    words.append(word)
  }

  /// The best last cue of all words, to be followed by `follower` in the same run, if any.
  private mutating func bestCue(before follower: CueWord?, next: Int?) -> Node {
    var lines = LineTable(profile)
    var contents = CueCost.Contents()
    contents.characters += label?.room ?? 0
    var best = Node(cost: .infinity, back: 0)
    let last = words[words.count - 1]
    let turn = cost.breaking(before: follower)
    let endsSentence = follower.map(\.opensSentence) ?? true
    for first in stride(from: words.count - 1, through: reach, by: -1) {
      let isSingle = first == words.count - 1
      guard isSingle || last.end - words[first].start <= cost.timing.maxDuration,
        lines.prepend(words[first])
      else {
        reach = first + 1
        break
      }
      contents.prepend(words[first], before: isSingle ? nil : words[first + 1])
      let cue = cost.cue(
        contents, from: words[first], to: last, next: next, endsSentence: endsSentence)
      let total = nodes[first].cost + lines.labelled(label).cost + turn + cue
      if total < best.cost { best = Node(cost: total, back: first) }
    }
    return best
  }

  private mutating func endRun(next: Int?) {
    guard !words.isEmpty else { return }
    nodes.append(bestCue(before: nil, next: next))
    emit(upTo: words.count, next: next)
    words.removeAll(keepingCapacity: true)
  }

  /// Hands out the cues that every layout still in play has in common.
  private mutating func settle() {
    var position = commonAncestor()
    if position == 0, words.count >= Self.capacity {
      position = words.count - 1
      while position > words.count - Self.lookahead { position = nodes[position].back }
    }
    guard position > 0 else { return }
    emit(upTo: position, next: words[position].start)
    let open = words[position...]
    words.removeAll(keepingCapacity: true)
    for word in open { append(word) }
  }

  /// The latest position through which the best layouts up to every open position pass.
  private func commonAncestor() -> Int {
    var isOpen = nodes.indices.map { $0 >= reach }
    var openCount = nodes.count - reach
    for position in nodes.indices.reversed() where isOpen[position] {
      if openCount == 1 { return position }
      let back = nodes[position].back
      if isOpen[back] { openCount -= 1 }
      isOpen[back] = true
    }
    return 0
  }

  private mutating func emit(upTo end: Int, next: Int?) {
    var bounds = [end]
    while let first = bounds.last, first > 0 { bounds.append(nodes[first].back) }
    bounds.reverse()
    for (first, last) in zip(bounds, bounds.dropFirst()) {
      emit(words[first..<last], next: last < words.count ? words[last].start : next)
    }
  }

  /// Times and sets one cue. Where words come faster than cues can be shown, it starts late.
  private mutating func emit(_ text: ArraySlice<CueWord>, next: Int?) {
    guard let first = text.first, let last = text.last else { return }
    let timing = cost.timing
    let start = cueStart(first)
    let characters = text.reduce((label?.room ?? 0) - first.gap) { $0 + $1.gap + $1.length }
    let end = max(
      start + timing.floor,
      timing.end(start: start, speechEnd: last.end, characters: characters, next: next))
    lastEnd = end
    let evidence = text.map {
      WordEvidence(text: $0.text, confidence: $0.confidence, lips: $0.lips)
    }
    let lines = setLines(text)
    settledCues.append(
      Cue(
        start: Double(start) / 1000, end: Double(end) / 1000, lines: lines.map(Self.line),
        labelledLines: label.map { label in
          label.put(before: setLines(text, besides: label).map(Self.line))
        } ?? [],
        track: track, speaker: speaker, wordLines: lines.map { $0.map(\.word) },
        evidence: profile.notes.evidence(of: evidence)))
  }

  private static func line(_ words: ArraySlice<CueWord>) -> String {
    words.enumerated().reduce(into: "") { line, word in
      if word.offset > 0, word.element.gap > 0 { line += " " }
      line += word.element.text
    }
  }

  /// The words of each line of a cue, the first with room for `label`.
  private func setLines(
    _ text: ArraySlice<CueWord>, besides label: SpeakerLabel? = nil
  ) -> [ArraySlice<CueWord>] {
    var table = LineTable(profile)
    for word in text.reversed() { _ = table.prepend(word) }
    var rest = text
    return table.labelled(label).wordsPerLine.map { count in
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
  }
}

/// The text without what could break a subtitle file: controls and line breaks; runs of white
/// space become one space.
func displayText(_ text: String) -> String {
  let isClean = text.unicodeScalars.allSatisfy {
    !$0.properties.isWhitespace && $0.properties.generalCategory != .control
  }
  if isClean { return text }
  let parts = text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace)
  return parts.map { part in
    String(String.UnicodeScalarView(part.filter { $0.properties.generalCategory != .control }))
  }.filter { !$0.isEmpty }.joined(separator: " ")
}
