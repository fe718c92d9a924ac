import AudioEncoder
import Demux
import Fusion
import LipEncoder
import NN
import SpeechModels

/// What the first minutes of a recording tell of its faces, and of how its picture lies to its sound.
package struct LipSurvey: Sendable, Hashable {
  /// Seconds by which the picture is later than the sound, to a fraction of a frame; nil where the
  /// lips that were seen do not say so clearly.
  package var offset: Double?
  /// Seconds of speech that were looked at.
  package var seconds = 0.0
  /// Seconds of those in which a face was seen whose lips the networks know how to read.
  package var knownSeconds = 0.0
  /// Seconds of those in which only other faces were seen.
  package var strangerSeconds = 0.0
  /// Faces seen at once, at most.
  package var faces = 0

  package init() {}
}

/// A survey with its looks, so that nobody need look again.
struct SurveyedLips {
  /// Bytes of mouths and sounds that are kept.
  private static let most = 16_777_216

  var survey = LipSurvey()
  private(set) var looks: [Span: Look] = [:]
  /// What was encoded, by its samples.
  private(set) var heard: [[Float]: Embeddings] = [:]
  private var bytes = 0

  /// A span of a recording; both numbers come from samples, so that equal spans have equal ones.
  struct Span: Hashable {
    let start: Double
    let seconds: Double
  }

  mutating func keep(_ look: Look, from start: Double, seconds: Double) {
    let size = look.mouths.reduce(0) { $0 + $1.crops.count }
    guard bytes + size <= Self.most else { return }
    bytes += size
    looks[Span(start: start, seconds: seconds)] = look
  }

  /// Keeps how `samples` were encoded.
  mutating func keep(_ embeddings: Embeddings, of samples: [Float]) {
    let size = (samples.count + embeddings.values.count) * MemoryLayout<Float>.size
    guard bytes + size <= Self.most else { return }
    bytes += size
    heard[samples] = embeddings
  }
}

/// Surveys recordings: agreement of lips and sound (`docs/lab/MODEL.md`, Agreement) summed over speech,
/// for every shift between them.
package struct LipSurveyor: Sendable {
  /// Seconds of speech that are enough, of the recording's beginning that is searched for it, and of
  /// speech of known faces, or of others, without which no offset is told.
  private static let (enough, searched, least) = (24.0, 120.0, 6.0)
  /// Lip frames that the picture may be shifted either way: 0.6 s.
  private static let reach = 15
  /// By how much agreement at the best shift must exceed its mean over all, and the second best that
  /// is not beside it.
  private static let (height, lead): (Float, Float) = (0.1, 0.02)

  let models: TranscriptionModels
  let lips: LipModels

  /// A surveyor with the lip networks of `models`; nil where it has none.
  package init?(_ models: TranscriptionModels) {
    guard let lips = models.lips else { return nil }
    self.init(models: models, lips: lips)
  }

  init(models: TranscriptionModels, lips: LipModels) {
    self.models = models
    self.lips = lips
  }

  /// The survey of the recording at `path`, whose sound is the audio track that a player would choose.
  package func survey(path: String) throws(TranscriptionError) -> LipSurvey {
    try looked(at: path).survey
  }

  /// The same with what was seen and heard, of which `encoded` was encoded before.
  func looked(
    at path: String, encoded: (samples: [Float], embeddings: Embeddings)? = nil
  ) throws(TranscriptionError) -> SurveyedLips {
    var result = SurveyedLips()
    var (known, others) = (AgreementCurve(reach: Self.reach), AgreementCurve(reach: Self.reach))
    let eyes = Eyes(try lips.seeing())
    var compensation = NoiseCompensation(lips)
    var encoder = models.speech.hearing.makeEncoder()
    let source = PictureSource(path: path)
    for speech in Self.speech(path: path, voiceActivity: models.voiceActivity) {
      let before = encoded.flatMap { $0.samples == speech.samples ? $0.embeddings : nil }
      let heard = before ?? encoder.encode(speech.samples)
      guard heard.frames > 0 else { continue }
      if before == nil { result.keep(heard, of: speech.samples) }
      let audio = try compensation.apply(to: heard).embeddings
      let start = Double(speech.startSample) / Double(deliveredSampleRate)
      let found = eyes.agreements(
        audio, in: source, from: start, to: start + speech.seconds, reach: Self.reach)
      result.survey.seconds += speech.seconds
      result.survey.faces = max(result.survey.faces, found.look.mouths.count)
      result.keep(found.look, from: start, seconds: speech.seconds)
      guard let (curve, isKnown) = found.best else { continue }
      if isKnown {
        result.survey.knownSeconds += speech.seconds
        known.add(curve)
      } else {
        result.survey.strangerSeconds += speech.seconds
        others.add(curve)
      }
    }
    result.survey.offset = Self.offset(result.survey, known: known, others: others)
    return result
  }

  /// Known faces tell the offset where they were seen for long enough, else the others.
  private static func offset(
    _ survey: LipSurvey, known: AgreementCurve, others: AgreementCurve
  ) -> Double? {
    let isKnown = survey.knownSeconds >= least
    guard isKnown || survey.strangerSeconds >= least else { return nil }
    return (isKnown ? known : others).peak(height: height, lead: lead).map {
      Double($0) / Double(LipGrid.rate)
    }
  }

  /// The first segments of speech, as far as they can be read.
  private static func speech(
    path: String, voiceActivity: VoiceActivityWeights
  ) -> [SpeechSegment] {
    var segmenter = Segmenter(config: SegmenterConfig(), weights: voiceActivity)
    var segments: [SpeechSegment] = []
    do throws(DemuxError) {
      var demuxer = try Demuxer(path: path, options: DemuxOptions(end: searched))
      while segments.reduce(0, { $0 + $1.seconds }) < enough, let item = try demuxer.next() {
        guard case .audio(let block) = item else { continue }
        segments += segmenter.process(startSample: block.startSample, samples: block.samples)
      }
    } catch {
      // The rest of a damaged recording is not needed.
    }
    return segments.isEmpty ? segmenter.finish() : segments
  }
}

/// Mean agreement of lips and sound for every shift between them, over any number of segments.
struct AgreementCurve {
  private let reach: Int
  private var sums: [Float]
  private var counts: [Int]

  /// A curve over shifts of up to `reach` lip frames to either side.
  init(reach: Int) {
    self.reach = reach
    sums = Array(repeating: 0, count: 2 * reach + 1)
    counts = Array(repeating: 0, count: 2 * reach + 1)
  }

  /// The curve of a segment, from the sums and counts at every shift from `-reach` to `reach`.
  init(_ segment: (sums: [Float], counts: [Int]), reach: Int) {
    precondition(segment.sums.count == 2 * reach + 1 && segment.counts.count == 2 * reach + 1)
    self.reach = reach
    (sums, counts) = segment
  }

  /// Adds another segment of the same reach.
  mutating func add(_ other: AgreementCurve) {
    precondition(other.reach == reach)
    for index in sums.indices {
      sums[index] += other.sums[index]
      counts[index] += other.counts[index]
    }
  }

  /// Mean at each shift, from `-reach` on; 0 where nothing was added.
  var values: [Float] { zip(sums, counts).map { $1 > 0 ? $0 / Float($1) : 0 } }

  /// The highest mean.
  var top: Float { values.max() ?? 0 }

  /// The shift of the maximum in lip frames, positive where lips are later than the sound: that of the
  /// parabola through it and its neighbours. Nil where it lies at an end, or does not stand out by
  /// `height` over the mean and by `lead` over every shift more than two frames away.
  func peak(height: Float, lead: Float) -> Float? {
    let values = values
    guard let top = values.indices.max(by: { values[$0] < values[$1] }),
      top > 0, top < values.count - 1
    else { return nil }
    let mean = values.reduce(0, +) / Float(values.count)
    let others = values.indices.filter { abs($0 - top) > 2 }.map { values[$0] }.max() ?? 0
    guard values[top] - mean >= height, values[top] - others >= lead else { return nil }
    let (before, after) = (values[top - 1], values[top + 1])
    let bend = before - 2 * values[top] + after
    let fraction = bend < 0 ? (before - after) / (2 * bend) : 0
    return Float(top - reach) + fraction
  }
}
