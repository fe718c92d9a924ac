/// Why an output could not be written. Each names the output as the user knows it; codes are
/// `errno` values.
package enum AtomicFileError: Error, Sendable, Hashable {
  /// There is such a file, and replacing it was not asked for.
  case exists(path: String)
  /// There is a file that holds something else than what would be added to it or replaced.
  case holdsOther(path: String)
  /// The path is that of a folder.
  case isDirectory(path: String)
  /// The file cannot be made: no such folder, no permission, read-only system, name too long.
  case cannotCreate(path: String, code: Int32)
  /// No room is left (the quota included).
  case diskFull(path: String)
  /// Nobody reads the pipe any more.
  case brokenPipe(path: String)
  /// Any other failure to write, flush or rename.
  case writeFailed(path: String, code: Int32)
}
