import Foundation

/// A text output that appears under its name only when it is complete.
///
/// What is written gathers in a temporary file in the same folder; `commit()` flushes it to the
/// disk and renames it. Without a commit nothing is left behind: `deinit` removes the temporary
/// file, and `TemporaryFiles.removeAll()` does when the process must end at once. A symbolic link
/// is followed, so the file it names is replaced and not the link; an existing file keeps its
/// permissions. A device or a named pipe cannot be replaced and is written straight, and so is what a
/// path such as `/dev/stdout` names: a descriptor of this process, which goes on where it is.
package struct AtomicFile: ~Copyable {
  /// The output's path as given.
  package let path: String
  /// The path that links lead to.
  private let target: String
  /// Nil when writing straight to a device.
  private let temporary: String?
  /// There was no file of that name when this one was begun.
  private let isNew: Bool
  private var stream: BufferedDescriptor
  private var isComplete = false
  private var isCommitted = false

  /// Makes the temporary file.
  ///
  /// - Parameters:
  ///   - path: where the output shall be.
  ///   - replacing: whether a file of that name may be replaced.
  ///   - isPrivate: nobody but its owner may read or write it (mode 0600), from its first byte on,
  ///     whatever a file of that name allowed.
  /// - Throws: why there can be no such file.
  package init(
    path: String, replacing: Bool, isPrivate: Bool = false
  ) throws(AtomicFileError) {
    if let own = OpenDescriptor.number(path) {
      let copy = fcntl(own, F_DUPFD_CLOEXEC, 0)
      guard copy >= 0 else { throw Self.failure(errno, path) }
      (self.path, target, temporary, isNew) = (path, path, nil, false)
      stream = BufferedDescriptor(descriptor: copy, path: path, isOwned: true)
      return
    }
    let existing = try Self.existing(path, replacing: replacing)
    let target = try Self.target(of: path)
    let opened = try Self.open(
      target, for: path, existing: existing, mode: isPrivate ? 0o600 : existing?.mode)
    self.path = path
    self.target = target
    isNew = existing == nil
    temporary = opened.temporary
    stream = BufferedDescriptor(descriptor: opened.descriptor, path: path, isOwned: true)
  }

  /// Makes the file under the temporary name given, which must not exist and must be on the same
  /// file system. A link at `path` is replaced and not followed.
  package init(path: String, temporary: String, replacing: Bool) throws(AtomicFileError) {
    let existing = try Self.existing(path, replacing: replacing)
    let descriptor = Foundation.open(
      temporary.fileBytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(errno, path) }
    TemporaryFiles.remember(temporary)
    if let existing { fchmod(descriptor, existing.mode) }
    self.path = path
    target = path
    isNew = existing == nil
    self.temporary = temporary
    stream = BufferedDescriptor(descriptor: descriptor, path: path, isOwned: true)
  }

  /// Adds text, as UTF-8.
  package mutating func write(_ text: String) throws(AtomicFileError) {
    try stream.write(text)
  }

  /// Adds bytes.
  package mutating func write(bytes: some Collection<UInt8>) throws(AtomicFileError) {
    try stream.write(bytes: bytes)
  }

  /// Brings everything written to the disk, still under the temporary name.
  package mutating func complete() throws(AtomicFileError) {
    try stream.flush()
    if temporary != nil { try stream.synchronize() }
    isComplete = true
  }

  /// Completes the file and puts it in its place.
  package mutating func commit() throws(AtomicFileError) {
    if !isComplete { try complete() }
    guard let temporary else { return }
    guard rename(temporary.fileBytes, target.fileBytes) == 0 else {
      throw .writeFailed(path: path, code: errno)
    }
    TemporaryFiles.forget(temporary)
    isCommitted = true
  }

  /// Takes a committed file away again where there was none of its name before. What it replaced is gone, so
  /// that one stays.
  package mutating func withdraw() {
    guard isCommitted, isNew else { return }
    unlink(target.fileBytes)
  }

  deinit {
    guard let temporary, !isCommitted else { return }
    unlink(temporary.fileBytes)
    TemporaryFiles.forget(temporary)
  }

  private struct Existing {
    let isRegular: Bool
    let mode: mode_t
  }

  private static func existing(
    _ path: String, replacing: Bool
  ) throws(AtomicFileError) -> Existing? {
    var status = stat()
    guard stat(path.fileBytes, &status) == 0 else { return nil }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .isDirectory(path: path) }
    let isRegular = kind == S_IFREG
    if isRegular, !replacing { throw .exists(path: path) }
    guard access(path.fileBytes, W_OK) == 0 else { throw .cannotCreate(path: path, code: errno) }
    return Existing(isRegular: isRegular, mode: status.st_mode & 0o777)
  }

  /// The path that links lead to, whether there is anything or not.
  package static func target(of path: String) throws(AtomicFileError) -> String {
    var path = path
    for _ in 0..<mostLinks {
      guard let link = linked(path) else { return path }
      path = link
    }
    throw .cannotCreate(path: path, code: ELOOP)
  }

  /// Where the symbolic link at `path` leads; nil for anything else.
  static func linked(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path.fileBytes, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let link = String(fileBytes: bytes[..<count].map { UInt8(bitPattern: $0) })
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return link.hasPrefix("/") ? link : folder + link
  }

  /// Links that follow one another at most (path_resolution(7)).
  private static let mostLinks = 40

  private static func open(
    _ target: String, for path: String, existing: Existing?, mode: mode_t?
  ) throws(AtomicFileError) -> (temporary: String?, descriptor: Int32) {
    if let existing, !existing.isRegular {
      // By its own name: what a link of /proc says need not be a path.
      let descriptor = Foundation.open(path.fileBytes, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .cannotCreate(path: path, code: errno) }
      return (nil, descriptor)
    }
    let (name, descriptor) = try makeTemporary(beside: target, for: path)
    if let mode { fchmod(descriptor, mode) }
    return (name, descriptor)
  }

  private static func makeTemporary(
    beside target: String, for path: String
  ) throws(AtomicFileError) -> (name: String, descriptor: Int32) {
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    for _ in 0..<100 {
      let name = "\(folder).viseme-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
      let descriptor = Foundation.open(
        name.fileBytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        TemporaryFiles.remember(name)
        return (name, descriptor)
      }
      let code = errno
      if code != EEXIST { throw failure(code, path) }
    }
    throw .cannotCreate(path: path, code: EEXIST)
  }

  private static func failure(_ code: Int32, _ path: String) -> AtomicFileError {
    code == ENOSPC || code == EDQUOT
      ? .diskFull(path: path) : .cannotCreate(path: path, code: code)
  }
}
