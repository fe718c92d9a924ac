import Fusion
import LipEncoder
import NN
import Support

/// What a reader sees with, and what it does with what it sees: scratch of its own over weights that
/// all readers share.
final class Eyes {
  private let sight: Sight
  private var lips: LipNetwork
  private var agreement: LipAgreement
  private var fusion: LipFusion
  /// Nil where there are no networks for strangers.
  private var people: People?

  /// Eyes with scratch of their own.
  init(_ models: LipModels.Seeing) {
    sight = models.sight
    lips = LipNetwork(weights: models.lips)
    agreement = LipAgreement(weights: models.agreement)
    fusion = LipFusion(models.fusion, baselines: models.baselines)
    people = models.people.map { People($0) }
  }

  /// What can be seen in a segment, as it was when that was said. Where `auto` looks, a few glimpses
  /// show whether there are lips to read. How far the picture is from the sound is measured by
  /// `survey`, whose looks are used again.
  func look(
    at picture: PictureSource, _ task: SegmentTask,
    survey: () throws(TranscriptionError) -> SurveyedLips
  ) throws(TranscriptionError) -> Look {
    if task.recording.options.lips == .auto, let strange = strangers(in: picture, task) {
      return strange
    }
    guard let sync = picture.sync else { return glance(at: picture, task) }
    let late = try sync.offset(survey)
    var found =
      (late == 0 ? sync.takeLook(from: task.start, seconds: task.seconds) : nil)
      ?? glance(at: picture, task, later: late)
    found.sighting.offset = late
    return found
  }

  /// What can be seen in a segment, were the picture `later` seconds later than the sound.
  func glance(at picture: PictureSource, _ task: SegmentTask, later: Double = 0) -> Look {
    sight.look(at: picture, from: task.start, to: task.start + task.seconds, later: later)
  }

  /// A segment in which no face may be a known one; nil where one may.
  private func strangers(in picture: PictureSource, _ task: SegmentTask) -> Look? {
    guard var glimpses = Glimpses(sight, picture, task) else { return nil }
    return glimpses.strangers { distance($0, $1) }
  }

  /// The lips of a mouth as the network reads them that knows faces; nil where a few moments tell that the
  /// face is none of those: then nobody need read the rest.
  private func known(_ mouth: inout MouthTrack) -> LipSequence? {
    if let read = mouth.byKnown { return read }
    mouth.isStranger = mouth.isStranger || isStranger(mouth)
    guard !mouth.isStranger else { return nil }
    let read = lips.embed(crops: mouth.crops, quality: mouth.quality, times: mouth.times)
    mouth.byKnown = read
    return read
  }

  /// Tells by a few moments of a long span, as `Glimpses` do.
  private func isStranger(_ mouth: MouthTrack) -> Bool {
    guard Double(mouth.count) >= Glimpses.leastSeconds * Double(LipGrid.rate) else { return false }
    var moments: [Double] = []
    for round in Glimpses.rounds {
      moments += round.moments
      let (crops, quality) = mouth.glimpses(moments, frames: Self.glimpse)
      let shown = (0..<quality.count / LipSequence.qualities).contains {
        LipNetwork.showsLips(quality, frame: $0)
      }
      guard shown else { return false }
      if distance(crops, quality) > round.distance { return true }
    }
    return false
  }

  /// Lip frames of a glimpse.
  private static let glimpse = Int(saturating: (Sight.glimpse * Double(LipGrid.rate)).rounded())

  /// How far a face is from the known ones, in thresholds.
  private func distance(_ crops: [UInt8], _ quality: [Float]) -> Float {
    let times = (0..<quality.count / LipSequence.qualities).map { Float(LipGrid.time(of: $0)) }
    return lips.embed(crops: crops, quality: quality, times: times).faceDistance / lips.threshold
  }

  /// Reads the lips of the face that fits the sound best, and fuses them with it.
  ///
  /// - Parameters:
  ///   - audio: after the adapter, `[T, width]`.
  ///   - method: how they are fused.
  ///   - noisiness: as the adapter told it.
  ///   - start: seconds of the segment at which the audio begins.
  ///   - end: seconds of the segment at which it ends.
  ///   - look: what can be seen in the segment; afterwards with the mouth that was read alone.
  /// - Returns: what the decoder reads.
  func fuse(
    _ audio: Embeddings, by method: FusionMethod, noisiness: Float, from start: Double,
    to end: Double, look: inout Look
  ) -> Percept {
    var best: (mouth: MouthTrack, lips: LipSequence, score: Float)?
    for index in look.mouths.indices {
      guard let sequence = read(&look.mouths[index], from: start, to: end) else { continue }
      let score = agreement.score(audio: audio, lips: sequence)
      if best.map({ Self.isBetter((sequence, score), than: ($0.lips, $0.score)) }) ?? true {
        best = (look.mouths[index], sequence, score)
      }
    }
    guard let best, best.lips.isKnownFace || people == nil else {
      judgeStrangers(audio, from: start, to: end, &look)
      return Percept(embeddings: method.unseen(audio))
    }
    look.mouths = [best.mouth]
    look.sighting.isKnownFace = best.lips.isKnownFace
    let result = fusion.fuse(
      audio, by: method, noisiness: noisiness, lips: best.lips, agreement: best.score)
    return Percept(
      embeddings: result.embeddings,
      evidence: LipEvidence(face: best.mouth.place, gate: result.gate), seen: result.beside)
  }

  /// The lips of a mouth in a part of the segment, by the network that knows faces; nil where there are none,
  /// and for a stranger where another network tells of those.
  private func read(
    _ mouth: inout MouthTrack, from start: Double, to end: Double
  ) -> LipSequence? {
    let part = mouth.part(from: start, to: end)
    guard part.count > 0 else { return nil }
    if people != nil {
      guard let whole = known(&mouth) else { return nil }
      if part.count == mouth.count, start == 0 { return whole }
    }
    return lips.embed(crops: part.crops, quality: part.quality, times: part.times)
  }

  /// How the lips of strangers fit the sound of the whole segment, those that fit best first.
  private func judgeStrangers(
    _ audio: Embeddings, from start: Double, to end: Double, _ look: inout Look
  ) {
    guard people != nil, look.sighting.fits == nil, start == 0,
      look.mouths.allSatisfy({ $0.times.allSatisfy { Double($0) < end } })
    else { return }
    var fits: [FaceFit] = []
    for index in look.mouths.indices {
      if let fit = people?.fit(audio, &look.mouths[index]) { fits.append(fit) }
    }
    look.sighting.fits = Array(fits.sorted { $0.ratio > $1.ratio }.prefix(Self.mostFits))
  }

  /// Faces of a segment of whose lips is told how they fit.
  private static let mostFits = 4

  /// A known face goes before a strange one, then the one whose lips fit the sound better.
  private static func isBetter(
    _ a: (lips: LipSequence, score: Float), than b: (lips: LipSequence, score: Float)
  ) -> Bool {
    if a.lips.isKnownFace != b.lips.isKnownFace { return a.lips.isKnownFace }
    return a.score > b.score
  }
}

extension Eyes {
  /// A segment of speech that was looked at, how well its lips agree with its sound at every shift, by the
  /// face that does best, and whether that is a known one.
  struct Agreements {
    var look: Look
    var best: (curve: AgreementCurve, isKnown: Bool)?
  }

  /// How well the lips of a segment agree with its sound at every shift; known faces go before others.
  ///
  /// - Parameters:
  ///   - audio: after the adapter.
  ///   - picture: of the recording.
  ///   - start: seconds of the recording at which the audio begins.
  ///   - end: seconds of the recording at which it ends.
  ///   - reach: lip frames of the largest shift.
  /// - Returns: what was seen, and the curve of the face that does best, if any.
  func agreements(
    _ audio: Embeddings, in picture: PictureSource, from start: Double, to end: Double,
    reach: Int
  ) -> Agreements {
    var found = Agreements(look: sight.look(at: picture, from: start, to: end))
    for index in found.look.mouths.indices {
      guard let (curve, isKnown) = curve(audio, &found.look.mouths[index], reach: reach) else {
        continue
      }
      let isBetter = found.best.map {
        isKnown != $0.isKnown ? isKnown : curve.top > $0.curve.top
      }
      if isBetter ?? true { found.best = (curve, isKnown) }
    }
    return found
  }

  private func curve(
    _ audio: Embeddings, _ mouth: inout MouthTrack, reach: Int
  ) -> (AgreementCurve, isKnown: Bool)? {
    if let sequence = known(&mouth), sequence.isKnownFace, !sequence.presentFrames.isEmpty {
      let sums = agreement.curve(audio: audio, lips: sequence, reach: reach)
      return (AgreementCurve(sums, reach: reach), true)
    }
    return people?.curve(audio, &mouth, reach: reach).map { ($0, false) }
  }
}
