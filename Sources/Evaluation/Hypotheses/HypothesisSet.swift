import Foundation
import Support

/// The hypotheses in files and folders.
package struct HypothesisSet: Sendable {
  package private(set) var hypotheses: [Hypothesis] = []
  /// Files that cannot be used.
  package private(set) var faults: [InputFault] = []

  /// Reads files, and folders with all that lies in them.
  package init(_ inputs: [String]) {
    for input in inputs {
      var status = stat()
      guard stat(input.fileBytes, &status) == 0 else {
        faults.append(InputFault(input, .unreadable(errno)))
        continue
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        addFolder(input)
      } else if FileName.isText(input), !HypothesisReader.endings.contains(FileName.ending(input)) {
        faults.append(InputFault(input, .nothing))
      } else {
        add(input, place: HypothesisFile.parts(Self.withoutEnding(input)))
      }
    }
  }

  private mutating func addFolder(_ path: String) {
    let listing = FolderListing(of: path)
    faults += listing.unreadable.map { InputFault($0.path, .unreadable($0.code)) }
    let folder = path.hasSuffix("/") ? path : path + "/"
    let files = listing.files.filter { HypothesisReader.endings.contains(FileName.ending($0)) }
    for file in files {
      let name = Self.withoutEnding(String(file.dropFirst(folder.count)))
      add(file, place: HypothesisFile.parts(path) + HypothesisFile.parts(name))
    }
    if files.isEmpty { faults.append(InputFault(path, .nothing)) }
  }

  private mutating func add(_ file: String, place: [String]) {
    do throws(ReferenceFault) {
      hypotheses += try HypothesisReader.read(file, place: place)
    } catch {
      faults.append(InputFault(file, reference: error))
    }
  }

  /// Without the endings of the formats, of which some have two.
  private static func withoutEnding(_ path: String) -> String {
    let stem = FileName.folder(path) + FileName.stem(path)
    let second = [".whisper", ".seglst", ".trans"].first { stem.hasSuffix($0) }
    return second.map { String(stem.dropLast($0.count)) } ?? stem
  }
}
