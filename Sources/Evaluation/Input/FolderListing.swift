import Demux
import Foundation

/// What lies in a folder.
enum FolderListing {
  /// Regular files below `folder`, hidden ones and those in hidden folders left out.
  ///
  /// - Parameters:
  ///   - folder: where to look.
  ///   - isDeep: look into its folders, too.
  /// - Returns: paths that begin with `folder` as given, in the order of their names.
  static func files(in folder: String, isDeep: Bool = true) -> [String] {
    let base = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    var files: [String] = []
    var open = [base]
    while let next = open.popLast() {
      for name in FolderNames.read(next.isEmpty ? "." : next) ?? [] {
        guard !name.hasPrefix(".") else { continue }
        var status = stat()
        guard stat((next + name).fileBytes, &status) == 0 else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR where isDeep && !isLink(next + name): open.append(next + name + "/")
        case S_IFREG: files.append(next + name)
        default: continue
        }
      }
    }
    return files.sorted()
  }

  /// A folder behind a link could hold the folder that the link lies in.
  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path.fileBytes, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Endings of files that hold text about recordings and never sound.
  private static let textEndings: Set = [
    "txt", "stm", "rttm", "ctm", "align", "tsv", "csv", "json", "jsonl", "md", "srt", "vtt", "html",
    "xml", "svg", "png",
  ]

  static func isText(_ path: String) -> Bool { textEndings.contains(FileName.ending(path)) }
}
