import Foundation

/// Reference values and recordings that lie beside the repository; tests that need them are
/// skipped, and say so, where they are absent.
package enum SharedData {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared", directoryHint: .isDirectory)

  /// A file or folder below `../shared`; nil when it is absent.
  package static func url(_ path: String) -> URL? {
    let url = root.appending(path: path)
    return FileManager.default.isReadableFile(atPath: url.path) ? url : nil
  }

  /// The President's eleven seconds; nil when absent.
  package static let jfk = url("data/jfk.flac")
  /// The folder of GRID; nil when absent.
  package static let grid = url("data/grid")
}
