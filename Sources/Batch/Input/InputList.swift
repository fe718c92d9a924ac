import Foundation
import Support

/// The recordings that operands and manifests name: files, folders with all that lies below, patterns.
package struct InputList: Sendable {
  /// In the order found; folders' files sorted by name.
  package private(set) var items: [BatchItem] = []
  package private(set) var faults: [EntryFault] = []

  /// Endings of files that are still being written or carried over.
  private static let unfinished = [".part", ".partial", ".crdownload", ".tmp", ".download"]

  /// Expands `operands`, then the manifests. A recording that is named twice counts once, a manifest's
  /// line before an operand.
  package init(operands: [String], manifests: [String]) {
    for path in manifests {
      let manifest = BatchManifest(path: path)
      items += manifest.items
      faults += manifest.faults
    }
    for operand in operands { add(operand) }
    // By their bytes: texts are equal that are the same to a reader, "é" in one character or in two.
    var seen: Set<[UInt8]> = []
    items = items.filter {
      seen.insert(Array("\($0.path)\u{0}\($0.options.output ?? "")".utf8)).inserted
    }
    let listed = Set(items.filter { $0.options != ItemOptions() }.map { Array($0.path.utf8) })
    items.removeAll { listed.contains(Array($0.path.utf8)) && $0.options == ItemOptions() }
  }

  private mutating func add(_ operand: String) {
    var status = stat()
    if stat(operand.fileBytes, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        addFolder(operand)
      } else {
        addFile(operand, place: Self.name(operand))
      }
      return
    }
    let code = errno
    guard code == ENOENT, operand.contains(where: { "*?[".contains($0) }) else {
      faults.append(EntryFault(name: operand, cause: .unreadable(code)))
      return
    }
    let fixed = Self.fixedFolder(operand)
    let paths = Self.matches(operand)
    if paths.isEmpty { faults.append(EntryFault(name: operand, cause: .noMatch)) }
    for path in paths {
      var status = stat()
      if stat(path.fileBytes, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        addFolder(path, below: fixed)
      } else {
        addFile(path, place: String(path.dropFirst(fixed.count)))
      }
    }
  }

  private mutating func addFile(_ path: String, place: String) {
    items.append(BatchItem(path: path, place: place, isNamed: true))
  }

  /// Adds every regular file below a folder that may be a recording.
  private mutating func addFolder(_ folder: String, below fixed: String? = nil) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let listing = FolderListing(of: folder) { !Self.isUnfinished($0) }
    faults += listing.unreadable.map { EntryFault(name: $0.path, cause: .unreadable($0.code)) }
    let prefix = fixed?.count ?? base.count
    items += listing.files.map {
      BatchItem(path: $0, place: String($0.dropFirst(prefix)), isNamed: false)
    }
  }

  private static func isUnfinished(_ name: String) -> Bool {
    unfinished.contains { name.hasSuffix($0) }
  }

  /// Paths that fit a shell pattern, in the order of their names.
  private static func matches(_ pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern.fileBytes, 0, nil, &result) == 0 else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { index in
      result.gl_pathv[index].map { path in
        String(fileBytes: Array(UnsafeRawBufferPointer(start: path, count: strlen(path))))
      }
    }
  }

  /// The folders before the first part of a pattern that is one: "a/b/" of "a/b/*/c.mp4".
  private static func fixedFolder(_ pattern: String) -> String {
    let fixed = pattern.prefix { !"*?[".contains($0) }
    return fixed.lastIndex(of: "/").map { String(fixed[...$0]) } ?? ""
  }

  private static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
