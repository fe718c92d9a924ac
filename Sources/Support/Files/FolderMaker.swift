import Foundation

/// Makes folders.
package enum FolderMaker {
  /// Makes a folder, and those above it, where they are missing; errors name it as `name`.
  package static func make(_ folder: String, name: String? = nil) throws(AtomicFileError) {
    var path = folder.hasPrefix("/") ? "/" : ""
    for part in folder.split(separator: "/") {
      path += path.isEmpty || path == "/" ? String(part) : "/\(part)"
      guard mkdir(path, 0o777) != 0 else { continue }
      let code = errno
      var status = stat()
      let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      guard !isFolder else { continue }
      switch code {
      case ENOSPC, EDQUOT: throw .diskFull(path: name ?? folder)
      case EEXIST: throw .cannotCreate(path: name ?? folder, code: ENOTDIR)
      default: throw .cannotCreate(path: name ?? folder, code: code)
      }
    }
  }
}
