// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The fuzzers, apart from the program, so that its builds do not grow: `make fuzz` builds and runs them.
// The modules are those of the program, through the link Modules; all of them are built for the fuzzer and
// with the address sanitizer. The executable is linked by the Makefile, as its main function is libFuzzer's.

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
/// Where FFmpeg's headers lie, as flags for clang.
let headers: [String] = {
  let (process, output) = (Process(), Pipe())
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [
    "pkg-config", "--cflags-only-I",
    "libavformat", "libavcodec", "libswscale", "libswresample", "libavutil",
  ]
  process.standardOutput = output
  guard (try? process.run()) != nil else { return [] }
  let flags = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return flags.split(whereSeparator: \.isWhitespace).map(String.init)
}()
let fuzzed: [SwiftSetting] =
  settings + [.unsafeFlags(["-O", "-sanitize=fuzzer,address"])]
let clang: [SwiftSetting] = [.unsafeFlags(headers.flatMap { ["-Xcc", $0] })]

let package = Package(
  name: "Fuzz",
  products: [.library(name: "FuzzTargets", type: .static, targets: ["FuzzTargets"])],
  targets: [
    .target(
      name: "CKernels", path: "Modules/CKernels", cSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CProcess", path: "Modules/CProcess",
      cSettings: [.unsafeFlags(["-std=c23", "-O2", "-fsanitize=address"])]),
    .target(
      name: "Support", dependencies: ["CProcess"], path: "Modules/Support", swiftSettings: fuzzed),
    .target(
      name: "NN", dependencies: ["CKernels", "CProcess"], path: "Modules/NN", swiftSettings: fuzzed),
    .target(
      name: "ModelStore", dependencies: ["Support", "NN"], path: "Modules/ModelStore",
      swiftSettings: fuzzed),
    .target(
      name: "Transcript", dependencies: ["Support"], path: "Modules/Transcript",
      resources: [
        .embedInCode("Page/page.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
        .embedInCode("Page/listening.js"),
      ],
      swiftSettings: fuzzed),
    .target(
      name: "CFFmpeg", path: "Modules/CFFmpeg", cSettings: [.unsafeFlags(headers)],
      linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("pthread")]),
    .target(
      name: "Demux", dependencies: ["Support", "CFFmpeg"], path: "Modules/Demux",
      swiftSettings: fuzzed + clang),
    .target(
      name: "Search", dependencies: ["Support", "Transcript"], path: "Modules/Search",
      swiftSettings: fuzzed),
    // Of it, the readers of references alone.
    .target(
      name: "Evaluation", dependencies: ["Support"], path: "Modules/Evaluation/Scoring",
      sources: ["STM.swift", "RTTM.swift", "ReferenceFileError.swift", "SpokenTurn.swift"],
      swiftSettings: fuzzed),
    .target(
      name: "FuzzTargets",
      dependencies: ["Support", "NN", "ModelStore", "Transcript", "Demux", "Search", "Evaluation"],
      swiftSettings: fuzzed + clang),
  ],
  swiftLanguageModes: [.v6]
)
