import Foundation
import Transcript

/// Where the outputs of one recording go.
package struct OutputPlace: Sendable, Hashable {
  /// The folder, ending in "/"; empty for the current one.
  package let folder: String
  /// The outputs' name without an ending.
  package let stem: String

  /// Path of the output in `format`.
  package func path(_ format: TranscriptFormat) -> String { "\(folder)\(stem).\(format.rawValue)" }

  /// The path without an ending.
  var base: String { folder + stem }

  /// The place of `item` below `directory`, or beside the recording where that is nil.
  init(_ item: BatchItem, directory: String?, isFull: Bool = false) {
    let root = directory.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    let place = root.map { $0 + item.place } ?? item.path
    let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
    if let output = item.options.output {
      let base = (root ?? folder) + output
      let slash = base.lastIndex(of: "/")
      self.folder = slash.map { String(base[...$0]) } ?? ""
      stem = String(base[(slash.map { base.index(after: $0) } ?? base.startIndex)...])
      return
    }
    self.folder = folder
    let name = String(place.dropFirst(folder.count))
    let dot = isFull ? nil : name.dropFirst().lastIndex(of: ".")
    stem = dot.map { String(name[..<$0]) } ?? name
  }

  /// The places of all items. Where two would write the same files, both keep their own endings:
  /// "a.mp4.srt" and "a.mkv.srt". Nil where even those would be the same.
  static func places(of items: [BatchItem], directory: String?) -> [OutputPlace?] {
    var places = items.map { OutputPlace($0, directory: directory) }
    for index in duplicates(places) {
      places[index] = OutputPlace(items[index], directory: directory, isFull: true)
    }
    let rest = duplicates(places)
    return places.indices.map { rest.contains($0) ? nil : places[$0] }
  }

  private static func duplicates(_ places: [OutputPlace]) -> Set<Int> {
    Set(
      Dictionary(grouping: places.indices) { places[$0].base }.values
        .filter { $0.count > 1 }.flatMap(\.self))
  }
}
