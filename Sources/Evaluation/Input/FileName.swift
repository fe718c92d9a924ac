/// The parts of a path.
enum FileName {
  /// "a/b.c.wav" gives "b.c".
  static func stem(_ path: String) -> String {
    let name = last(path)
    guard let dot = name.dropFirst().lastIndex(of: ".") else { return String(name) }
    return String(name[..<dot])
  }

  /// "a/b.c.WAV" gives "wav"; empty where there is none.
  static func ending(_ path: String) -> String {
    let name = last(path)
    guard let dot = name.dropFirst().lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// "a/b.c" gives "a/", "b.c" gives "".
  static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// A path as it is written in a file that lies in `folder`.
  static func resolved(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") ? path : folder + path
  }

  /// Endings of files that hold text about recordings and never sound.
  private static let textEndings: Set = [
    "txt", "stm", "rttm", "ctm", "align", "tsv", "csv", "json", "jsonl", "md", "srt", "vtt", "html",
    "xml", "svg", "png",
  ]

  /// Whether a file holds text by its name.
  static func isText(_ path: String) -> Bool { textEndings.contains(ending(path)) }

  private static func last(_ path: String) -> Substring {
    path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
  }
}
