import Foundation
import Support

/// Finds what is said in the recordings of a folder.
///
/// For `a/b.wav` that is `a/b.txt`; a line of any `.stm`, `.rttm` or `.ctm` file about `b`; a line of
/// a LibriSpeech `.trans.txt` file for `b`; for its word times `b.align`, beside it or anywhere in
/// the folder. Word times serve as the transcript where there is none.
struct TranscriptFinder {
  private let texts: Set<String>
  private let folder: String
  private var stm: [String: String] = [:]
  private var rttm: [String: String] = [:]
  private var ctm: [String: String] = [:]
  private var align: [String: String] = [:]
  private var lines: [String: (text: String, speaker: String?, file: String)] = [:]
  /// Text files that cannot be used.
  private(set) var faults: [InputFault] = []

  /// Reads the text files among `files`, which lie in `folder`.
  init(_ files: [String], in folder: String, _ references: inout ReferenceFiles) {
    texts = Set(files.filter(FileName.isText))
    self.folder = folder
    for path in texts.sorted() {
      do throws(ReferenceFault) {
        switch FileName.ending(path) {
        case "stm": for name in try references.stmSessions(path) { stm[name] = path }
        case "rttm": for name in try references.rttmSessions(path) { rttm[name] = path }
        case "ctm": for name in try WordTimes.sessions(path) { ctm[name] = path }
        case "align": align[FileName.stem(path)] = path
        case "txt" where path.hasSuffix(".trans.txt"): try readLines(path)
        default: continue
        }
      } catch {
        faults.append(InputFault(path, reference: error))
      }
    }
  }

  /// Paths of recordings of which the files tell what is said, whether they are there or not, each once
  /// by its name. They have no ending, but for a dot that a name may hold itself.
  var recordings: [String] {
    var paths: [String: String] = [:]
    func take(_ name: String, beside file: String) {
      // Their own ending, so that no part of the name is taken for one.
      let path = FileName.folder(file) + (name.contains(".") ? name + ".wav" : name)
      if paths[name] == nil { paths[name] = path }
    }
    for path in texts.sorted() where path.hasSuffix(".txt") && !path.hasSuffix(".trans.txt") {
      take(FileName.stem(path), beside: path)
    }
    for names in [stm, ctm, align] { for (name, file) in names { take(name, beside: file) } }
    for (name, line) in lines { take(name, beside: line.file) }
    return paths.values.sorted()
  }

  /// What is known of a recording; without a transcript and an STM file when none was found.
  ///
  /// - Throws: what is wrong with the transcript, which it names.
  func entry(for path: String) throws(InputFault.Cause) -> ManifestEntry {
    let stem = FileName.stem(path)
    var entry = ManifestEntry()
    entry.stm = beside(path, "stm") ?? stm[stem]
    entry.rttm = beside(path, "rttm") ?? rttm[stem]
    entry.words = beside(path, "ctm") ?? ctm[stem] ?? beside(path, "align") ?? align[stem]
    if let text = beside(path, "txt") {
      do throws(ReferenceFault) {
        entry.transcript = try ReferenceFiles.text(text).trimmingCharacters(
          in: .whitespacesAndNewlines)
      } catch {
        throw .reference(path: text, error)
      }
    } else if let line = lines[stem] {
      entry.transcript = line.text
      entry.speaker = line.speaker
    }
    let parent = path.split(separator: "/").dropLast().last
    if entry.words?.hasSuffix(".align") == true, let parent, parent.wholeMatch(of: /s\d+/) != nil {
      entry.speaker = String(parent)  // GRID's folders are its speakers.
    }
    for file in [\ManifestEntry.stm, \.rttm, \.words] {
      entry[keyPath: file] = entry[keyPath: file].map { String($0.dropFirst(folder.count)) }
    }
    return entry
  }

  /// The text file of a recording's name with another ending, if there is one.
  private func beside(_ path: String, _ ending: String) -> String? {
    let file = "\(FileName.folder(path))\(FileName.stem(path)).\(ending)"
    return texts.contains(file) ? file : nil
  }

  /// LibriSpeech: "1688-142285-0000 THERE'S IRON" in "1688-142285.trans.txt".
  private mutating func readLines(_ path: String) throws(ReferenceFault) {
    for (_, line) in TextFile.lines(try ReferenceFiles.text(path)) {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard let name = parts.first, parts.count == 2 else { continue }
      let speaker = name.split(separator: "-").first.map(String.init)
      lines[String(name)] = (String(parts[1]), speaker, path)
    }
  }
}
