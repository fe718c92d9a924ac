import Foundation
import Support

/// `manifest.json` of an installed model: where it came from and what its files are.
struct Manifest: Codable, Sendable, Hashable {
  struct File: Codable, Sendable, Hashable {
    let name: String
    let bytes: Int
    let sha256: String
  }

  static let fileName = "manifest.json"

  let name: String
  let version: String
  let licence: String
  let source: String
  /// Checksum of the wheel; absent for what was imported from other files.
  let sourceSHA256: String?
  /// Of a speech model; absent where it was installed before manifests told it.
  var speech: ModelDescription?
  let files: [File]

  /// Bytes of all files, as far as they can be summed up.
  var bytes: Int { files.reduce(0) { $0.saturatingSum(max($1.bytes, 0)) } }

  /// Bytes of a manifest at most.
  private static let most = 1 << 20

  /// Reads the manifest in `folder`, or nil if there is none.
  static func read(in folder: URL, model: String) throws(ModelStoreError) -> Manifest? {
    let url = folder.appending(path: fileName)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let text: String
    do throws(TextFile.Fault) {
      text = try TextFile.read(url.path, limit: most, takesPipe: false)
    } catch {
      guard case .unreadable(let code) = error, code != EFBIG else {
        throw .damaged(model: model, file: fileName)
      }
      throw .cannotRead(path: url.path, SystemError(code: code))
    }
    do {
      return try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
    } catch {
      throw .damaged(model: model, file: fileName)
    }
  }

  /// Writes the manifest into `folder`.
  func write(in folder: URL) throws(ModelStoreError) {
    let url = folder.appending(path: Self.fileName)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try (encoder.encode(self) + Data("\n".utf8)).write(to: url)
    } catch {
      throw .cannotWrite(path: url.path, SystemError(error))
    }
  }
}
