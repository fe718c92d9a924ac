import CLipModel
import Fusion
import LipEncoder
import NN

/// Networks that learned from many people and so tell of anybody's face whether its lips move with the sound.
/// They read no words: those need a known face.
struct PeopleModel: Sendable {
  let lips: LipNetworkWeights
  let agreement: LipAgreementWeights
  let evidence: AgreementEvidence

  /// Those that come with the program; nil where they were trained beside another speech model than
  /// `audioModel`, whose embeddings have `width` values.
  static func bundled(beside width: Int, for audioModel: String) throws(WeightError) -> Self? {
    let bytes = UnsafeRawBufferPointer(
      start: viseme_people_model(), count: viseme_people_model_size())
    guard let file = try? SafetensorsFile(name: "lips-many.safetensors", staticBytes: bytes),
      LipModels.audioModel(of: file) == audioModel
    else { return nil }
    let scope = WeightScope(file)
    let lips = try LipNetworkWeights(scope, knowsFaces: false)
    let agreement = try LipAgreementWeights(scope)
    guard let evidence = try AgreementEvidence(scope), agreement.width == width else { return nil }
    try scope.finish()
    return PeopleModel(lips: lips, agreement: agreement, evidence: evidence)
  }
}

/// The same with scratch of their own.
struct People: ~Copyable {
  private var lips: LipNetwork
  private var agreement: LipAgreement
  let evidence: AgreementEvidence

  init(_ model: PeopleModel) {
    lips = LipNetwork(weights: model.lips)
    agreement = LipAgreement(weights: model.agreement)
    evidence = model.evidence
  }

  /// The lips of a mouth, which are read once.
  mutating func read(_ mouth: inout MouthTrack) -> LipSequence {
    if let read = mouth.byPeople { return read }
    let read = lips.embed(crops: mouth.crops, quality: mouth.quality, times: mouth.times)
    mouth.byPeople = read
    return read
  }

  /// How the lips of a mouth agree with the sound of its span at every shift of up to `reach` lip frames.
  mutating func curve(
    _ audio: Embeddings, _ mouth: inout MouthTrack, reach: Int
  ) -> AgreementCurve? {
    let lips = read(&mouth)
    guard !lips.presentFrames.isEmpty else { return nil }
    return AgreementCurve(agreement.curve(audio: audio, lips: lips, reach: reach), reach: reach)
  }

  /// How the lips of a mouth fit the sound of its span; nil where there are none.
  mutating func fit(_ audio: Embeddings, _ mouth: inout MouthTrack) -> FaceFit? {
    let lips = read(&mouth)
    let frames = lips.presentFrames.count
    guard frames > 0 else { return nil }
    let score = agreement.score(audio: audio, lips: lips)
    return FaceFit(
      place: mouth.place,
      ratio: evidence.ratio(score: score, seconds: Double(frames) / Double(LipGrid.rate)))
  }
}
