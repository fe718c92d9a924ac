import Foundation
import Support

/// A file by name and contents.
package struct FileChecksum: Sendable, Hashable, Codable {
  package var name: String
  /// Hexadecimal digits.
  package var sha256: String

  package init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }

  /// Of the file at `path`; nil where it cannot be read.
  package static func of(_ path: String) -> FileChecksum? {
    (try? SHA256.hexDigest(ofFile: path)).map { FileChecksum(name: path, sha256: $0) }
  }
}

extension NoiseKind {
  /// SHA-256 of the recording, or of the sums of a folder's recordings in the order of their names; nil
  /// where there is none.
  var checksum: String? {
    switch self {
    case .white, .pink, .babble(_, folder: nil): return nil
    case .file(let path): return FileChecksum.of(path)?.sha256
    case .folder(let path), .babble(_, folder: .some(let path)):
      var hash = SHA256()
      for file in FolderListing(of: path).files where !FileName.isText(file) {
        hash.update(field: FileChecksum.of(file)?.sha256 ?? "")
      }
      return hash.finish()
    }
  }
}
