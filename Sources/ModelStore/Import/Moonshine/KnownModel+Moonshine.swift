extension KnownModel {
  /// Moonshine tiny in English: encoder, decoder, tokenizer.
  package static let moonshineTiny = KnownModel(
    kind: .moonshine, name: "moonshine-tiny-en", licence: "MIT",
    speech: MoonshineLayout.tiny.description(languages: ["en"]),
    wheels: [
      Wheel(
        package: "moonshine-voice", version: "0.0.49",
        sha256: "03edc378e5236832421ccd382b267e43b95af8008137ad6643f5baf5ba31b579",
        platform: "manylinux_2_34_x86_64")
    ])
}
