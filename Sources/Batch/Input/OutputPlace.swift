import Foundation
import Transcript

/// Where the outputs of one recording go.
package struct OutputPlace: Sendable, Hashable {
  /// The folder, ending in "/"; empty for the current one.
  package let folder: String
  /// The outputs' name without an ending.
  package let stem: String

  /// Path of the output in `format`.
  package func path(_ format: TranscriptFormat) -> String { "\(folder)\(stem).\(format.suffix)" }

  /// The path without an ending.
  var base: String { folder + stem }

  private init(folder: String, stem: String) {
    self.folder = folder
    self.stem = stem
  }

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

  /// The places of all items. Where two would write the same files, they keep their own endings:
  /// "a.mp4.srt" and "a.mkv.srt"; and where even those are the same, those after the first get a number:
  /// "a.mp4-2.srt". Nil where a manifest gives the same output to several.
  package static func places(of items: [BatchItem], directory: String?) -> [OutputPlace?] {
    var places = items.map { OutputPlace($0, directory: directory) }
    var isFull = [Bool](repeating: false, count: items.count)
    // A full name may be what another recording has without its ending: "a.mp4" and "a.mp4.wav".
    while true {
      let colliding = duplicates(places).filter { !isFull[$0] && items[$0].options.output == nil }
      if colliding.isEmpty { break }
      for index in colliding {
        isFull[index] = true
        places[index] = OutputPlace(items[index], directory: directory, isFull: true)
      }
    }
    let colliding = Set(duplicates(places))
    var taken = Set(places.map(\.key))
    var seen: Set<[UInt8]> = []
    return places.indices.map { index in
      let place = places[index]
      guard colliding.contains(index) else { return place }
      if items[index].options.output != nil { return nil }
      return seen.insert(place.key).inserted ? place : place.numbered(apartFrom: &taken)
    }
  }

  private static func duplicates(_ places: [OutputPlace]) -> [Int] {
    Dictionary(grouping: places.indices) { places[$0].key }.values
      .filter { $0.count > 1 }.flatMap(\.self)
  }

  /// Tells places apart as the file system does: by bytes.
  private var key: [UInt8] { Array(base.utf8) }

  /// This place with the first number from 2 on that is free.
  private func numbered(apartFrom taken: inout Set<[UInt8]>) -> OutputPlace {
    var number = 2
    while true {
      let place = OutputPlace(folder: folder, stem: "\(stem)-\(number)")
      if taken.insert(place.key).inserted { return place }
      number += 1
    }
  }
}
