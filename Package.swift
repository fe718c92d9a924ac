// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Where FFmpeg's headers lie, as flags for clang; none where pkg-config does not tell.
///
/// Only the headers are used: FFmpeg is loaded when a recording is opened and not linked with. A
/// system library target would link it.
let headers: [String] = {
  let (process, output) = (Process(), Pipe())
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [
    "pkg-config", "--cflags-only-I",
    "libavformat", "libavcodec", "libswscale", "libswresample", "libavutil",
  ]
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return [] }
  let flags = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return process.terminationStatus == 0
    ? flags.split(whereSeparator: \.isWhitespace).map(String.init) : []
}()

/// Strictness shared by every Swift target.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(headers.flatMap { ["-Xcc", $0] }),
]

/// Numeric targets are optimised in debug builds too, or the tests would take minutes.
let numeric: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "Viseme",
  products: [
    .library(name: "Viseme", targets: ["Viseme"]),
    .executable(name: "viseme", targets: ["VisemeCommand"]),
  ],
  targets: [
    .target(
      name: "CFFmpeg",
      // The first error is the one about missing headers; those after it would hide it.
      cSettings: [
        .unsafeFlags(
          headers + ["-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", "-Wfatal-errors"])
      ],
      linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("pthread")]),
    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CLipModel",
      cSettings: [.unsafeFlags(["-std=c23", "-Wall", "-Wextra", "-Werror"])]),
    .target(
      name: "CProcess",
      cSettings: [.unsafeFlags(["-std=c23", "-O2", "-Wall", "-Wextra", "-Werror"])],
      linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("pthread")]),
    .target(name: "Support", dependencies: ["CProcess"], swiftSettings: numeric),
    .target(name: "NN", dependencies: ["CKernels", "CProcess"], swiftSettings: numeric),
    .target(name: "Demux", dependencies: ["Support", "CFFmpeg"], swiftSettings: strict),
    .target(name: "AudioEncoder", dependencies: ["NN", "CKernels"], swiftSettings: numeric),
    .target(name: "LipEncoder", dependencies: ["NN", "CKernels"], swiftSettings: numeric),
    .target(name: "Fusion", dependencies: ["NN", "CKernels"], swiftSettings: numeric),
    .target(name: "Decoding", dependencies: ["NN", "CKernels"], swiftSettings: numeric),
    .target(
      name: "SpeechModels", dependencies: ["AudioEncoder", "Decoding", "ModelStore", "NN"],
      swiftSettings: numeric),
    .target(name: "Speakers", dependencies: ["Support", "NN", "CKernels"], swiftSettings: numeric),
    .target(
      name: "Transcript", dependencies: ["Support"],
      // As bytes of the program, which has no files beside it.
      resources: [
        .embedInCode("Page/page.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
        .embedInCode("Page/listening.js"),
      ],
      swiftSettings: strict),
    .target(
      name: "Alignment", dependencies: ["Support", "Transcript", "ModelStore"],
      swiftSettings: numeric),
    .target(name: "Search", dependencies: ["Support", "Transcript"], swiftSettings: numeric),
    .target(name: "ModelStore", dependencies: ["Support", "NN"], swiftSettings: numeric),
    .target(
      name: "Pipeline",
      dependencies: [
        "Support", "Demux", "AudioEncoder", "LipEncoder", "Fusion", "Decoding", "SpeechModels",
        "Speakers", "Transcript", "ModelStore", "CLipModel", "NN", "Alignment",
      ],
      swiftSettings: strict),
    .target(
      name: "Evaluation",
      dependencies: ["Support", "Pipeline", "Fusion", "LipEncoder", "Demux", "Transcript"],
      swiftSettings: numeric),
    .target(
      name: "Batch", dependencies: ["Support", "Pipeline", "SpeechModels", "Demux", "Transcript"],
      swiftSettings: strict),
    // Neither this target nor its folder may differ from the library's by case alone: where a file system
    // does not tell cases apart, one would replace the other.
    .executableTarget(
      name: "VisemeCommand",
      dependencies: [
        "Batch", "Evaluation", "Pipeline", "Search", "SpeechModels", "Speakers", "LipEncoder",
        "Demux", "ModelStore", "Transcript", "NN", "Support", "CProcess", "Alignment",
      ],
      path: "Sources/viseme", swiftSettings: strict),
    .target(
      name: "Viseme",
      dependencies: [
        "Pipeline", "SpeechModels", "Speakers", "Demux", "ModelStore", "NN", "Transcript",
        "Support",
      ],
      path: "Sources/VisemeLibrary", swiftSettings: strict),
    .target(
      name: "CPeaks", path: "Benchmarks/Peaks",
      cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
    .executableTarget(
      name: "viseme-bench",
      dependencies: [
        "CPeaks", "CKernels", "NN", "Demux", "AudioEncoder", "Decoding", "SpeechModels",
        "ModelStore", "Pipeline",
      ],
      path: "Benchmarks/Kernels", swiftSettings: strict),
    .executableTarget(
      name: "cage-check", dependencies: ["CProcess"], path: "Tests/CageCheck",
      cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    .target(
      name: "Fixtures",
      dependencies: ["AudioEncoder", "ModelStore", "NN"], path: "Tests/Fixtures",
      exclude: ["Goldens"], swiftSettings: numeric),
    .testTarget(name: "SupportTests", dependencies: ["Support"], swiftSettings: strict),
    .testTarget(name: "NNTests", dependencies: ["NN", "CKernels"], swiftSettings: strict),
    .testTarget(
      name: "BenchTests",
      dependencies: ["viseme-bench", "AudioEncoder", "Decoding", "SpeechModels", "ModelStore"],
      swiftSettings: strict),
    .testTarget(
      name: "DemuxTests", dependencies: ["Demux", "Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "AudioEncoderTests",
      dependencies: ["AudioEncoder", "SpeechModels", "NN", "Fixtures", "ModelStore"],
      exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "LipEncoderTests",
      dependencies: ["LipEncoder", "Demux", "Fixtures", "ModelStore", "NN"], exclude: ["Goldens"],
      swiftSettings: strict),
    .testTarget(
      name: "FusionTests",
      dependencies: ["Fusion", "AudioEncoder", "LipEncoder", "NN", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "DecodingTests",
      dependencies: ["Decoding", "AudioEncoder", "SpeechModels", "NN", "Fixtures", "ModelStore"],
      swiftSettings: strict),
    .testTarget(
      name: "SpeakersTests", dependencies: ["Speakers", "NN", "Fixtures", "ModelStore"],
      exclude: ["Goldens"], swiftSettings: strict),
    .testTarget(
      name: "TranscriptTests", dependencies: ["Transcript", "Support"], exclude: ["Snapshots"],
      swiftSettings: strict),
    .testTarget(
      name: "AlignmentTests", dependencies: ["Alignment", "Transcript", "Support"],
      swiftSettings: strict),
    .testTarget(
      name: "SearchTests", dependencies: ["Search", "Transcript", "Support"],
      swiftSettings: strict),
    .testTarget(
      name: "ModelStoreTests", dependencies: ["ModelStore", "NN", "Support", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "Pipeline", "Speakers", "AudioEncoder", "Fusion", "LipEncoder", "Demux", "ModelStore",
        "SpeechModels",
        "Transcript",
        "Support", "Fixtures",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation", "Pipeline", "LipEncoder", "Demux", "Transcript", "Support", "Fixtures",
      ],
      exclude: ["Goldens", "Report/Snapshots"], swiftSettings: strict),
    .testTarget(
      name: "BatchTests",
      dependencies: [
        "Batch", "Pipeline", "SpeechModels", "LipEncoder", "Demux", "Transcript", "Support",
        "Fixtures",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "VisemeLibraryTests",
      dependencies: ["Viseme", "Pipeline", "Transcript", "Support", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "CLITests",
      dependencies: [
        "VisemeCommand", "Batch", "Pipeline", "SpeechModels", "ModelStore", "Demux", "Transcript",
        "NN",
        "Support",
      ],
      exclude: ["Snapshots"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
