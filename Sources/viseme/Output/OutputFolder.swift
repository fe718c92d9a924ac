import Foundation
import Pipeline

/// Folders for outputs.
enum OutputFolder {
  /// Makes a folder, and those above it, where they are missing.
  static func make(_ folder: String) throws(AtomicFileError) {
    let isAbsolute = folder.hasPrefix("/")
    var path = ""
    for name in folder.split(separator: "/") {
      path += path.isEmpty && !isAbsolute ? "\(name)" : "/\(name)"
      guard mkdir(path, 0o777) != 0 else { continue }
      let code = errno
      var status = stat()
      let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      guard isFolder else {
        throw .cannotCreate(path: folder, code: code == EEXIST ? ENOTDIR : code)
      }
    }
  }
}
