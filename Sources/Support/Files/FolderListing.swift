import Foundation

/// What lies in a folder.
package struct FolderListing: Sendable {
  /// Regular files, in the order of their paths, which begin with the folder as given.
  package private(set) var files: [String] = []
  /// Folders that could not be looked into.
  package private(set) var unreadable: [(path: String, code: Int32)] = []

  /// Regular files below `folder`, hidden ones and those in hidden folders left out. Links to files
  /// are followed; a folder behind a link could hold the folder that the link lies in.
  ///
  /// - Parameters:
  ///   - folder: where to look.
  ///   - isDeep: look into its folders, too.
  ///   - isWanted: whether a file or folder of this name counts.
  package init(
    of folder: String, isDeep: Bool = true, where isWanted: (String) -> Bool = { _ in true }
  ) {
    let base = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    var open = [base]
    while let next = open.popLast() {
      let names: [String]
      do throws(FolderNames.Unreadable) { names = try FolderNames.read(next) } catch {
        unreadable.append((next, error.code))
        continue
      }
      for name in names where !name.hasPrefix(".") && isWanted(name) {
        switch Self.kind(next + name) {
        case .folder where isDeep: open.append(next + name + "/")
        case .file: files.append(next + name)
        case .folder, .other: continue
        }
      }
    }
    files.sort()
  }

  private enum Kind {
    case file
    case folder
    /// A folder behind a link included.
    case other
  }

  private static func kind(_ path: String) -> Kind {
    var status = stat()
    guard lstat(path.fileBytes, &status) == 0 else { return .other }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    if isLink, stat(path.fileBytes, &status) != 0 { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR where !isLink: return .folder
    default: return .other
    }
  }
}

/// The names in a folder.
package enum FolderNames {
  /// It cannot be looked into.
  package struct Unreadable: Error, Sendable, Hashable {
    /// `errno`.
    package let code: Int32
  }

  /// All names but "." and "..", in no order; of the current folder where `path` is empty.
  package static func read(_ path: String) throws(Unreadable) -> [String] {
    guard let folder = opendir((path.isEmpty ? "." : path).fileBytes) else {
      throw Unreadable(code: errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(fileBytes: Array(bytes.prefix { $0 != 0 }))
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw Unreadable(code: errno) }
    return names
  }
}
