// swift-tools-version: 6.2
import PackageDescription

// Programs that use Viseme as a library. They are a package of their own, as a user's is.
let viseme: Target.Dependency = .product(name: "Viseme", package: "Viseme")

let package = Package(
  name: "Examples",
  // A user's package names the repository instead: .package(url: "...", from: "0.2.0")
  dependencies: [.package(name: "Viseme", path: "..")],
  targets: [
    .executableTarget(name: "transcribe", dependencies: [viseme]),
    .executableTarget(name: "queue", dependencies: [viseme]),
    .executableTarget(name: "custom", dependencies: [viseme]),
    .executableTarget(name: "lipsync", dependencies: [viseme]),
  ],
  swiftLanguageModes: [.v6]
)
