import Fusion
import LipEncoder
import NN

/// What a reader sees with, and what it does with what it sees: scratch of its own over weights that
/// all readers share.
final class Eyes {
  private let sight: Sight
  private var lips: LipNetwork
  private var agreement: LipAgreement
  private var fusion: LipFusion

  /// Eyes with scratch of their own.
  init(_ models: LipModels.Seeing) {
    sight = models.sight
    lips = LipNetwork(weights: models.lips)
    agreement = LipAgreement(weights: models.agreement)
    fusion = LipFusion(models.fusion, baselines: models.baselines)
  }

  /// What can be seen in a segment, as it was when that was said. Where `auto` looks, a few glimpses
  /// show whether there are lips to read. Only where there is a known face does it matter how far the
  /// picture is from the sound, which `survey` measures.
  func look(
    at picture: PictureSource, _ task: SegmentTask,
    survey: () throws(TranscriptionError) -> LipSurvey
  ) throws(TranscriptionError) -> Look {
    if task.recording.options.lips == .auto, let strange = strangers(in: picture, task) {
      return strange
    }
    var found = glance(at: picture, task)
    guard let sync = picture.sync, sync.known != 0, found.mouths.contains(where: isKnown) else {
      return found
    }
    let late = try sync.offset(survey)
    if late != 0 { found = glance(at: picture, task, later: late) }
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
    return glimpses.strangers { crops, quality in
      let frames = quality.count / LipSequence.qualities
      let times = (0..<frames).map { Float(LipGrid.time(of: $0)) }
      return lips.embed(crops: crops, quality: quality, times: times).faceDistance / lips.threshold
    }
  }

  /// Whether the networks know how to read these lips.
  private func isKnown(_ mouth: MouthTrack) -> Bool {
    lips.embed(crops: mouth.crops, quality: mouth.quality, times: mouth.times).isKnownFace
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
    for mouth in look.mouths {
      let part = mouth.part(from: start, to: end)
      guard part.count > 0 else { continue }
      let sequence = lips.embed(crops: part.crops, quality: part.quality, times: part.times)
      let score = agreement.score(audio: audio, lips: sequence)
      if best.map({ Self.isBetter((sequence, score), than: ($0.lips, $0.score)) }) ?? true {
        best = (mouth, sequence, score)
      }
    }
    guard let best else { return Percept(embeddings: method.unseen(audio)) }
    look.mouths = [best.mouth]
    look.sighting.isKnownFace = best.lips.isKnownFace
    let result = fusion.fuse(
      audio, by: method, noisiness: noisiness, lips: best.lips, agreement: best.score)
    return Percept(
      embeddings: result.embeddings,
      evidence: LipEvidence(face: best.mouth.place, gate: result.gate), seen: result.beside)
  }

  /// A known face goes before a strange one, then the one whose lips fit the sound better.
  private static func isBetter(
    _ a: (lips: LipSequence, score: Float), than b: (lips: LipSequence, score: Float)
  ) -> Bool {
    if a.lips.isKnownFace != b.lips.isKnownFace { return a.lips.isKnownFace }
    return a.score > b.score
  }
}

extension Eyes {
  /// How well the lips of the best known face agree with a segment's sound at every shift.
  ///
  /// - Parameters:
  ///   - audio: after the adapter.
  ///   - picture: of the recording.
  ///   - start: seconds of the recording at which the audio begins.
  ///   - end: seconds of the recording at which it ends.
  ///   - reach: lip frames of the largest shift.
  /// - Returns: the faces seen, and the curve of the one whose curve has the highest top; nil where no
  ///   face is known.
  func agreements(
    _ audio: Embeddings, in picture: PictureSource, from start: Double, to end: Double,
    reach: Int
  ) -> (faces: Int, best: AgreementCurve?) {
    let mouths = sight.look(at: picture, from: start, to: end).mouths
    var best: AgreementCurve?
    for mouth in mouths {
      let sequence = lips.embed(crops: mouth.crops, quality: mouth.quality, times: mouth.times)
      guard sequence.isKnownFace, !sequence.presentFrames.isEmpty else { continue }
      let curve = AgreementCurve(
        agreement.curve(audio: audio, lips: sequence, reach: reach), reach: reach)
      if best.map({ curve.top > $0.top }) ?? true { best = curve }
    }
    return (mouths.count, best)
  }
}
