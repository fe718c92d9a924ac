import CProcess
import Foundation

/// The temporary files and folders that exist now, so that a process that must end at once can remove
/// them. Files are removed when it crashes, too.
package enum TemporaryFiles {
  private static let folders = Guarded(Set<String>())

  /// Takes note of a temporary file that is about to be made.
  package static func remember(_ path: String) { viseme_temporary_add(path.fileBytes) }

  /// Strikes a file off that was removed or renamed.
  package static func forget(_ path: String) { viseme_temporary_remove(path.fileBytes) }

  /// Takes note of a folder that goes with all that lies in it.
  package static func remember(folder path: String) {
    _ = folders.withLock { $0.insert(path) }
  }

  /// Strikes a folder off that was removed or renamed.
  package static func forget(folder path: String) {
    _ = folders.withLock { $0.remove(path) }
  }

  /// Removes every temporary file and folder. For use just before the process ends.
  package static func removeAll() {
    viseme_temporary_remove_all()
    folders.withLock { folders in
      for path in folders { try? FileManager.default.removeItem(atPath: path) }
      folders = []
    }
  }
}
