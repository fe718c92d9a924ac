// swift-tools-version: 6.2
import PackageDescription

/// Strictness shared by every Swift target.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Numeric targets are optimised in debug builds too, or the tests would take minutes.
let numeric: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "Viseme",
  products: [.executable(name: "viseme", targets: ["viseme"])],
  targets: [
    .systemLibrary(
      name: "CFFmpeg",
      pkgConfig: "libavformat libavcodec libswscale libswresample libavutil",
      providers: [
        .apt([
          "libavformat-dev", "libavcodec-dev", "libswscale-dev", "libswresample-dev",
          "libavutil-dev",
        ])
      ]),
    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("m")]),
    .target(name: "NN", dependencies: ["CKernels"], swiftSettings: numeric),
    .target(name: "Demux", dependencies: ["CFFmpeg"], swiftSettings: strict),
    .target(name: "AudioEncoder", dependencies: ["NN"], swiftSettings: numeric),
    .target(name: "LipEncoder", dependencies: ["NN"], swiftSettings: numeric),
    .target(name: "Fusion", dependencies: ["NN"], swiftSettings: numeric),
    .target(name: "Transcript", swiftSettings: strict),
    .target(name: "ModelStore", dependencies: ["NN"], swiftSettings: numeric),
    .target(
      name: "Pipeline",
      dependencies: ["Demux", "AudioEncoder", "LipEncoder", "Fusion", "Transcript", "ModelStore"],
      swiftSettings: strict),
    .executableTarget(
      name: "viseme", dependencies: ["Pipeline", "Demux", "ModelStore", "Transcript", "NN"],
      swiftSettings: strict),
    .target(
      name: "CPeaks", path: "Benchmarks/Peaks",
      cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
    .executableTarget(
      name: "viseme-bench",
      dependencies: [
        "CPeaks", "CKernels", "NN", "Demux", "AudioEncoder", "Fusion", "ModelStore", "Pipeline",
      ],
      path: "Benchmarks/Kernels", swiftSettings: strict),
    .target(
      name: "Fixtures", dependencies: ["ModelStore", "NN"], path: "Tests/Fixtures",
      swiftSettings: strict),
    .testTarget(name: "NNTests", dependencies: ["NN", "CKernels"], swiftSettings: strict),
    .testTarget(
      name: "BenchTests", dependencies: ["viseme-bench", "AudioEncoder", "Fusion"],
      swiftSettings: strict),
    .testTarget(name: "DemuxTests", dependencies: ["Demux"], swiftSettings: strict),
    .testTarget(
      name: "AudioEncoderTests", dependencies: ["AudioEncoder", "NN", "Fixtures", "ModelStore"],
      exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "LipEncoderTests", dependencies: ["LipEncoder", "ModelStore"], swiftSettings: strict),
    .testTarget(
      name: "FusionTests",
      dependencies: ["Fusion", "AudioEncoder", "NN", "Fixtures", "ModelStore"],
      swiftSettings: strict),
    .testTarget(
      name: "TranscriptTests", dependencies: ["Transcript"], exclude: ["Snapshots"],
      swiftSettings: strict),
    .testTarget(name: "ModelStoreTests", dependencies: ["ModelStore"], swiftSettings: strict),
    .testTarget(
      name: "PipelineTests", dependencies: ["Pipeline", "Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "CLITests", dependencies: ["viseme"], exclude: ["Snapshots"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
