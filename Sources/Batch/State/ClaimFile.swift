import Foundation
import Support

/// What a claim's file holds.
struct ClaimText: Sendable, Hashable, Codable {
  /// Tells this claim from all others.
  var nonce: String
  /// What is claimed, as it names files here.
  var key: String
  /// The outputs' name.
  var stem: String
  var worker: Worker
  /// Workers that died with this recording in work before.
  var deaths: Int?

  /// Most deaths that are counted; a file may say any number.
  static let mostDeaths = 100

  /// Workers that died with this recording, the one that made the claim included.
  var deathsWithIts: Int { min(max(deaths ?? 0, 0), Self.mostDeaths) + 1 }

  /// Whether its names can be those of files in the state folder: what another program, or another hand,
  /// wrote there must not lead out of it.
  var isSound: Bool {
    Self.isName(nonce) && !nonce.isEmpty && Self.isName(stem) && key == StateFolder.key(stem)
  }

  /// An ending follows wherever it is used, so "." and ".." are names like others.
  private static func isName(_ text: String) -> Bool {
    text.utf8.count <= 255 && !text.utf8.contains { $0 == 0x2F || $0 == 0 }
  }
}

/// The file of a claim, or of what was one, as it is found.
struct ClaimFile: Sendable, Hashable {
  /// What it says; nil where that is no claim: a crash of the machine can leave an empty file.
  let text: ClaimText?
  /// When it was last touched, in nanoseconds by the file system's clock.
  let touched: Int64

  /// Bytes that a claim has at most.
  private static let most = 4096

  /// The file at `path`; nil without one. Where it goes by the name of a recording, `key` is that
  /// name, and a claim of another one counts as none. So does what cannot be opened.
  init?(at path: String, key: String? = nil) {
    var status = stat()
    // Opening it has a network file system ask again; a pipe of that name must not keep us waiting.
    let descriptor = open(path.fileBytes, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    let isFound =
      descriptor >= 0 ? fstat(descriptor, &status) == 0 : lstat(path.fileBytes, &status) == 0
    guard isFound else { return nil }
    touched = status.st_mtim.nanoseconds
    let isReadable = descriptor >= 0 && status.st_mode & S_IFMT == S_IFREG
    text = isReadable ? Self.read(descriptor, key) : nil
  }

  private static func read(_ descriptor: Int32, _ key: String?) -> ClaimText? {
    var buffer = [UInt8](repeating: 0, count: most)
    let count = buffer.withUnsafeMutableBytes {
      Foundation.read(descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0,
      let text = try? JSONDecoder().decode(ClaimText.self, from: Data(buffer[..<count])),
      text.isSound, key.map({ $0 == text.key }) ?? true
    else { return nil }
    return text
  }
}
