/// Scores what was heard of one utterance.
struct UtteranceScorer {
  /// Seconds around a turn in which a word still belongs to it.
  static let turnCollar = 0.5

  let utterance: Utterance
  let heard: ScoredHearing
  var hearing: Hearing { heard.hearing }

  /// Counts under one normalisation.
  func score(_ normaliser: TextNormaliser) -> UtteranceResult.Score {
    var score = UtteranceResult.Score(
      text: UtteranceScore(
        reference: utterance.reference.text, hypothesis: hearing.text, normaliser: normaliser))
    if case .segments(let turns) = utterance.reference {
      let reference = SpeakerStream.streams(turns, normaliser: normaliser)
      let hypothesis = streams(normaliser)
      let meeting = MeetingScore.cpWER(reference: reference, hypothesis: hypothesis)
      score.cpWER = meeting.counts
      score.speakers = meeting.pairs.reduce(into: [:]) { counts, pair in
        if let name = pair.reference { counts[name, default: .zero] += pair.counts }
      }
      if heard.times != .none {
        score.tcpWER = MeetingScore.tcpWER(reference: reference, hypothesis: hypothesis).counts
      }
    }
    return score
  }

  /// The words of each voice or channel, or all as one speaker's where none were told apart, segment by
  /// segment: a normaliser may join words, as of a number, so words are not normalised one by one.
  private func streams(_ normaliser: TextNormaliser) -> [SpeakerStream] {
    var turns: [Int: [TimedWords]] = hearing.speakers == nil ? [1: []] : [:]
    for (index, words) in hearing.segments.enumerated() {
      guard let first = words.first, let last = words.last else { continue }
      let text = words.map(\.text).joined(separator: " ")
      // Words of nobody are one more speaker's.
      let speaker = hearing.speakers.map { $0[index] ?? 0 } ?? 1
      turns[speaker, default: []].append(
        TimedWords(start: first.start, end: last.end, words: normaliser.words(text)))
    }
    return turns.sorted { $0.key < $1.key }
      .map { SpeakerStream(speaker: String($0.key), turns: $0.value) }
  }

  /// How well voices were told apart; nil where they were not, or the reference does not tell.
  var diarization: DiarizationScore? {
    guard let voices = hearing.voices, let reference = spokenTurns else { return nil }
    let start = utterance.start ?? 0
    return DiarizationScore(
      reference: reference,
      hypothesis: voices.map {
        SpeakerSpan(
          session: utterance.id, speaker: String($0.speaker), start: $0.start, end: $0.end)
      },
      span: start...start + hearing.seconds)
  }

  /// Who speaks when, by the RTTM, or else by the STM.
  private var spokenTurns: [SpeakerSpan]? {
    if let turns = utterance.turns { return turns }
    guard case .segments(let turns) = utterance.reference else { return nil }
    return turns.map {
      SpeakerSpan(session: $0.session, speaker: $0.speaker, start: $0.start, end: $0.end)
    }
  }

  /// Distance of the words' times from the reference's; nil where one of them has none of its own.
  var wordTimes: WordTimeErrors? {
    guard heard.times == .words, heard.hasWords else { return nil }
    return utterance.wordTimes.map { reference in
      WordTimeErrors(
        reference: reference,
        hypothesis: hearing.segments.joined().map {
          TimedWord(text: $0.text, start: $0.start, end: $0.end)
        })
    }
  }

  /// Words where nobody speaks: all of them where the reference is empty, else those in time that
  /// lies outside every turn of the RTTM; nil where the reference does not tell.
  var invented: HallucinationRate? {
    guard heard.hasWords else { return nil }
    let words = hearing.segments.joined()
    if utterance.reference.isEmpty {
      return HallucinationRate(words: words.count, seconds: hearing.seconds)
    }
    guard heard.times != .none, let turns = utterance.turns else { return nil }
    let speech = turns.map { $0.start - Self.turnCollar..<$0.end + Self.turnCollar }
    let outside = words.count { word in
      !speech.contains { $0.contains((word.start + word.end) / 2) }
    }
    return HallucinationRate(words: outside, seconds: silence(outside: speech))
  }

  /// Seconds of the utterance in none of the spans.
  private func silence(outside speech: [Range<Double>]) -> Double {
    let start = utterance.start ?? 0
    let end = start + hearing.seconds
    var (covered, reached) = (0.0, start)
    for span in speech.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let (from, upTo) = (max(span.lowerBound, reached), min(span.upperBound, end))
      guard from < upTo else { continue }
      covered += upTo - from
      reached = upTo
    }
    return max(0, end - start - covered)
  }
}
