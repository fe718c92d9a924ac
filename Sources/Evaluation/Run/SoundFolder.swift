import Foundation
import Support

/// The mixtures on the disk: `audio/NOISE_SNR-FINGERPRINT/NUMBER-UTTERANCE.wav`.
package struct SoundFolder: Sendable {
  private let folder: String

  /// The mixtures below the results' folder.
  package init(in folder: String) {
    self.folder = folder
  }

  /// Where a mixture lies, from the results' folder on. `sound` is the fingerprint of the cell's
  /// sound, `number` the utterance's place in the set.
  package func path(_ cell: Cell, sound: String, number: Int, _ utterance: Utterance) -> String {
    "audio/\(cell.soundName)-\(sound.prefix(8))/\(number + 1)-\(SafeName.of(utterance.id)).wav"
  }

  /// Whether a mixture was kept.
  package func has(_ path: String) -> Bool {
    access("\(folder)/\(path)".fileBytes, F_OK) == 0
  }

  /// Whether a file, anywhere, is a mixture that was kept here: of its folder's name the end is a
  /// fingerprint.
  package func keeps(_ path: String) -> Bool {
    let file = URL(filePath: path)
    let mixtures = file.deletingLastPathComponent()
    guard mixtures.lastPathComponent.contains(/-[0-9a-f]{8}$/) else { return false }
    return mixtures.deletingLastPathComponent().resolvingSymlinksInPath().path
      == URL(filePath: folder).appending(path: "audio").resolvingSymlinksInPath().path
  }

  /// Keeps a mixture.
  func save(_ sound: AudioConditions.Sound, as path: String) throws(AtomicFileError) {
    let full = "\(folder)/\(path)"
    try FolderMaker.make(String(full[..<(full.lastIndex(of: "/") ?? full.endIndex)]))
    var file = try AtomicFile(path: full, replacing: true)
    try file.write(bytes: WaveFile.bytes(channels: sound.lanes))
    try file.commit()
  }
}
