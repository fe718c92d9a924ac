/// How well voices were told apart in a recording, in seconds of speech; adds up over recordings.
///
/// The diarization error rate (NIST, RT-09 evaluation plan) is what was missed, invented and given to the
/// wrong speaker, divided by what is spoken; where two speak, both count. Time nearer than a collar to the
/// start or end of a reference turn is not scored. The Jaccard error rate (Ryant et al., DIHARD II, 2019)
/// is the mean over reference speakers of the share of the time of speaker and voice that only one of
/// them has; it has no collar.
package struct DiarizationScore: Sendable, Hashable, Codable {
  /// Spoken by the reference, speaker by speaker.
  package var speech = 0.0
  package var missed = 0.0
  package var falseAlarm = 0.0
  /// Given to another speaker.
  package var confusion = 0.0
  /// Sum of the Jaccard errors of the reference's speakers.
  package var jaccard = 0.0
  /// Speakers of the reference, voices that were found, and the sum of the differences over recordings.
  package var speakers = 0
  package var voices = 0
  package var countErrors = 0

  /// Of no recording.
  package init() {}

  /// DER as a fraction; nil where nobody speaks.
  package var errorRate: Double? {
    speech > 0 ? (missed + falseAlarm + confusion) / speech : nil
  }
  /// JER as a fraction; nil where nobody speaks.
  package var jaccardErrorRate: Double? { speakers > 0 ? jaccard / Double(speakers) : nil }

  /// Scores the turns of one recording from `span.lowerBound` to `span.upperBound` seconds, with `collar`
  /// seconds on each side of the reference's starts and ends.
  package init(
    reference: [SpeakerSpan], hypothesis: [SpeakerSpan], span: ClosedRange<Double>,
    collar: Double = 0.25
  ) {
    let (reference, hypothesis) = (Self.joined(reference), Self.joined(hypothesis))
    let edges = reference.flatMap { [$0.start, $0.end] }
    let scored = SpeakerOverlap(
      reference, hypothesis, span: span, without: edges.map { $0 - collar...$0 + collar })
    speech = scored.referenceTimes.reduce(0, +)
    missed = scored.missed
    falseAlarm = scored.falseAlarm
    let right = scored.pairs.reduce(0) { $0 + scored.shared[$1.reference][$1.voice] }
    confusion = max(0, scored.both - right)

    let whole = SpeakerOverlap(reference, hypothesis, span: span, without: [])
    var errors = Dictionary(
      uniqueKeysWithValues: whole.referenceTimes.indices.map { ($0, 1.0) })
    for (reference, voice) in whole.pairs {
      let shared = whole.shared[reference][voice]
      let union = whole.referenceTimes[reference] + whole.voiceTimes[voice] - shared
      if union > 0 { errors[reference] = 1 - shared / union }
    }
    jaccard = errors.values.reduce(0, +)
    speakers = whole.referenceTimes.count
    voices = whole.voiceTimes.count
    countErrors = abs(speakers - voices)
  }

  /// The spans with those of one speaker that touch or overlap as one.
  private static func joined(_ spans: [SpeakerSpan]) -> [SpeakerSpan] {
    var last: [String: Int] = [:]
    var result: [SpeakerSpan] = []
    for span in spans.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      if let index = last[span.speaker], result[index].end >= span.start {
        result[index].end = max(result[index].end, span.end)
      } else {
        last[span.speaker] = result.count
        result.append(span)
      }
    }
    return result
  }

  package static func + (left: DiarizationScore, right: DiarizationScore) -> DiarizationScore {
    var sum = left
    sum.speech += right.speech
    sum.missed += right.missed
    sum.falseAlarm += right.falseAlarm
    sum.confusion += right.confusion
    sum.jaccard += right.jaccard
    sum.speakers += right.speakers
    sum.voices += right.voices
    sum.countErrors += right.countErrors
    return sum
  }
}
