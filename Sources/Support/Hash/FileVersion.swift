import Foundation

/// Tells versions of a file apart without reading it.
package enum FileVersion {
  /// Path, size and time of the last change of the file at `path`; the path alone where there is none.
  package static func text(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    return "\(path) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }
}
