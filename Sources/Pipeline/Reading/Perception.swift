import AudioEncoder
import Demux
import Fusion
import NN
import SpeechModels

/// A segment as the decoder shall hear it, and what the picture had to do with it.
struct Percept {
  /// `[T, width]`.
  var embeddings: Embeddings
  /// Nil where the picture was not looked at.
  var evidence: LipEvidence?
  /// The segment as the lips alone say it, and how much they count in the choice of words (late fusion).
  var seen: (embeddings: Embeddings, weight: Float)?
  /// The share of the noise adapter's change that it got, 0...1; nil without an adapter.
  var opening: Float?
}

/// What lips did for a segment.
struct LipEvidence: Sendable {
  /// Where the face is whose lips were read.
  let face: FacePlace
  /// How far the gate was open in each audio frame, `[T]`, 0...1.
  let gate: [Float]

  /// How far the gate was open in a word that is spoken in `frames`.
  func gate(in frames: Range<Int>) -> Double {
    let range = frames.clamped(to: gate.indices)
    let sum = gate[range].reduce(0, +)
    return range.isEmpty ? 0 : Double(sum) / Double(range.count)
  }
}

/// What one reader hears and sees: audio encoder, noise compensation, lips and their fusion, each with
/// scratch of its own.
///
///     samples [N] -> encoder -> x [T, d] -> adapter -> a [T, d] -> a + gate x change(a, lips)
///
/// Without lip models it is the encoder alone.
struct Perception: ~Copyable {
  private let models: TranscriptionModels
  private var encoder: any SpeechEncoder & ~Copyable
  private var compensation: NoiseCompensation?
  /// Nil until there is something to look at.
  private var eyes: Eyes?
  private let permits: ComputePermits
  private let encoding: StageClock
  private let looking: StageClock

  /// Perception under `permits`, measured by `clocks`.
  init(models: TranscriptionModels, permits: ComputePermits, clocks: ReaderClocks) {
    self.models = models
    encoder = models.speech.hearing.makeEncoder()
    if let lips = models.lips { compensation = NoiseCompensation(lips) }
    self.permits = permits
    encoding = clocks.encoding
    looking = clocks.looking
  }

  /// Hears samples of a segment, and looks at the recording's picture where that may help.
  ///
  /// - Parameters:
  ///   - samples: 16 kHz, `[N]`, from the segment's sample `first` on.
  ///   - task: the segment that they belong to.
  ///   - first: the place of the first sample in the segment.
  ///   - look: what can be seen in the whole segment, where it was looked at already; afterwards
  ///     too where it was looked at now.
  /// - Returns: what the decoder shall read.
  /// - Throws: why the networks that see could not be loaded.
  mutating func perceive(
    _ samples: [Float], of task: SegmentTask, from first: Int, look: inout Look?
  ) throws(TranscriptionError) -> Percept {
    let isWhole = samples.count == task.speech.samples.count
    let heard =
      (isWhole ? Self.encoded(task) : nil) ?? permits.work(encoding) { encoder.encode(samples) }
    guard heard.frames > 0, let lips = models.lips else { return Percept(embeddings: heard) }
    let change = try permits.work(encoding) { () throws(TranscriptionError) in
      try compensation?.apply(to: heard)
    }
    guard let adapted = change else { return Percept(embeddings: heard) }
    let options = task.recording.options
    guard let picture = task.recording.picture,
      Self.wantsToLook(options.lips, adapted.noisiness, lips)
    else {
      return Percept(
        embeddings: options.fusion.unseen(adapted.embeddings), opening: adapted.opening)
    }
    let start = Double(first) / Double(deliveredSampleRate)
    let end = Double(first + samples.count) / Double(deliveredSampleRate)
    return try permits.work(looking) { () throws(TranscriptionError) in
      let eyes = try openedEyes(lips)
      var seen =
        if let look { look } else { try self.look(at: picture, task, eyes, lips, (samples, heard)) }
      defer { look = seen }
      var percept = eyes.fuse(
        adapted.embeddings, by: options.fusion, noisiness: adapted.noisiness, from: start, to: end,
        look: &seen)
      percept.opening = adapted.opening
      return percept
    }
  }

  /// Whether faces were in view all through a segment and no mouth moved.
  ///
  /// - Parameters:
  ///   - task: a segment of which only this is asked.
  ///   - look: what can be seen in it, where it was looked at already.
  /// - Returns: false too where looking is not allowed, and where fusion is compared.
  /// - Throws: why the networks that see could not be loaded.
  mutating func seesStillMouths(
    in task: SegmentTask, look: Look?
  ) throws(TranscriptionError) -> Bool {
    if let isStill = look?.isStill { return isStill }
    let options = task.recording.options
    guard options.lips != .never, !options.fusion.isBaseline, let lips = models.lips,
      let picture = task.recording.picture
    else { return false }
    return try permits.work(looking) { () throws(TranscriptionError) in
      try openedEyes(lips).glance(at: picture, task).isStill ?? false
    }
  }

  private mutating func openedEyes(_ lips: LipModels) throws(TranscriptionError) -> Eyes {
    if let eyes { return eyes }
    let opened = Eyes(try lips.seeing())
    eyes = opened
    return opened
  }

  /// How the whole of a segment was encoded by those who listened to it before.
  private static func encoded(_ task: SegmentTask) -> Embeddings? {
    task.embeddings ?? task.recording.picture?.sync?.takeHeard(task.speech.samples)
  }

  private func look(
    at picture: PictureSource, _ task: SegmentTask, _ eyes: Eyes, _ lips: LipModels,
    _ encoded: (samples: [Float], embeddings: Embeddings)
  ) throws(TranscriptionError) -> Look {
    try eyes.look(at: picture, task) { () throws(TranscriptionError) in
      try LipSurveyor(models: models, lips: lips).looked(at: picture.path, encoded: encoded)
    }
  }

  private static func wantsToLook(
    _ use: LipUse, _ noisiness: Float, _ lips: LipModels
  ) -> Bool {
    switch use {
    case .never: false
    case .auto: noisiness >= lips.leastNoisiness
    case .always: true
    }
  }
}
