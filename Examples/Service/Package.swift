// swift-tools-version: 6.2
import PackageDescription

// A service over HTTP. It is a package of its own because it needs swift-nio, which the other examples do not.
let package = Package(
  name: "Service",
  dependencies: [
    // A user's package names the repository instead: .package(url: "...", from: "0.2.0")
    .package(name: "Viseme", path: "../.."),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.3"),
  ],
  targets: [
    .executableTarget(
      name: "service",
      dependencies: [
        .product(name: "Viseme", package: "Viseme"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
