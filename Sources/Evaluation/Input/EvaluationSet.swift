import Demux
import Foundation
import Support

/// What is evaluated.
package struct EvaluationSet: Sendable {
  package private(set) var utterances: [Utterance] = []
  /// All that could be evaluated, those beyond the limit included.
  package private(set) var all: [Utterance] = []
  /// What could not be used, in the order found.
  package private(set) var faults: [InputFault] = []
  private var builder = UtteranceBuilder()
  /// Every utterance needs its recording.
  private let hasRecordings: Bool
  /// Where mixtures of an earlier run may lie, which are no recordings.
  private let mixtures: SoundFolder?

  /// Reads inputs: manifests (`.tsv`, `.jsonl`), folders with a transcript beside each recording, or
  /// single recordings with one.
  ///
  /// - Parameters:
  ///   - inputs: paths.
  ///   - only: a text that the names of the utterances must contain; nil for all.
  ///   - limit: the most utterances to take, from the first; nil for all.
  ///   - hasRecordings: recordings must be there. Where they need not, the names of those that are not
  ///     are taken from the reference files, which may then be inputs by themselves.
  ///   - results: the folder of the results; mixtures kept there are not evaluated.
  package init(
    _ inputs: [String], only: String? = nil, limit: Int? = nil, hasRecordings: Bool = true,
    results: String? = nil
  ) {
    self.hasRecordings = hasRecordings
    mixtures = results.map { SoundFolder(in: $0) }
    var texts: [String] = []
    for input in inputs {
      var status = stat()
      guard stat(input.fileBytes, &status) == 0 else {
        faults.append(InputFault(input, .unreadable(errno)))
        continue
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        addFolder(input, only)
      } else if ["tsv", "jsonl"].contains(FileName.ending(input)) {
        addManifest(input, only)
      } else if !hasRecordings, FileName.isText(input) {
        texts.append(input)
      } else {
        addRecording(input, only)
      }
    }
    if !texts.isEmpty { addReferences(texts, only) }
    all = utterances
    if let limit { utterances = Array(utterances.prefix(limit)) }
  }

  private mutating func addManifest(_ path: String, _ only: String?) {
    let text: String
    do throws(TextFile.Fault) { text = try TextFile.read(path) } catch {
      switch error {
      case .unreadable(let code): faults.append(InputFault(path, .unreadable(code)))
      case .notText: faults.append(InputFault(path, .notText))
      case .badLine(let line): faults.append(InputFault(path, line: line, .badLine))
      }
      return
    }
    let lines =
      FileName.ending(path) == "tsv" ? ManifestLines(tsv: text) : ManifestLines(jsonLines: text)
    faults += lines.faults.map { InputFault(path, line: $0.line, $0.cause) }
    for (line, entry) in lines.entries {
      if let only, entry.path?.contains(only) == false { continue }
      add(entry, in: FileName.folder(path), source: path, line: line)
    }
    if lines.entries.isEmpty, lines.faults.isEmpty { faults.append(InputFault(path, .nothing)) }
  }

  private mutating func add(
    _ entry: ManifestEntry, in folder: String, source: String, line: Int?
  ) {
    do throws(InputFault.Cause) {
      var utterance = try builder.utterance(entry, in: folder, line: line)
      guard hasRecordings else {
        utterance.seconds = try? Self.length(of: utterance)
        return utterances.append(utterance)
      }
      // Opening costs a millisecond and finds what is no recording before hours of work.
      do throws(DemuxError) {
        utterance.seconds = try Self.length(of: utterance)
        utterances.append(utterance)
      } catch {
        faults.append(InputFault(source, line: line, .recording(path: entry.path ?? "", error)))
      }
    } catch {
      faults.append(InputFault(source, line: line, error))
    }
  }

  private static func length(of utterance: Utterance) throws(DemuxError) -> Double? {
    let info = try Demuxer.probe(path: utterance.path)
    if info.audioStreams.isEmpty { throw .noAudio }
    let start = utterance.start ?? 0
    let ends = [utterance.end, info.duration].compactMap(\.self)
    return ends.min().map { max(0, $0 - start) }
  }
}

// Transcripts beside recordings.
extension EvaluationSet {
  private mutating func addFolder(_ path: String, _ only: String?) {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let listing = FolderListing(of: path)
    faults += listing.unreadable.map { InputFault($0.path, .unreadable($0.code)) }
    let files = listing.files.filter { mixtures?.keeps($0) != true }
    let recordings = files.filter { !FileName.isText($0) }
    if recordings.isEmpty, !hasRecordings {
      addReferences(files.filter(FileName.isText), only, in: folder, of: path)
    } else {
      addRecordings(recordings, among: files, in: folder, path, only)
    }
  }

  /// Takes what reference files tell of, without recordings; names leave `folder` off.
  private mutating func addReferences(
    _ files: [String], _ only: String?, in folder: String = "", of input: String? = nil
  ) {
    let finder = TranscriptFinder(files, in: folder, &builder.files)
    faults += finder.faults
    let before = (utterances.count, faults.count)
    for path in finder.recordings {
      let name = String(path.dropFirst(folder.count))
      if let only, !name.contains(only) { continue }
      do throws(InputFault.Cause) {
        var entry = try finder.entry(for: path)
        entry.path = name
        add(entry, in: folder, source: path, line: nil)
      } catch {
        faults.append(InputFault(path, error))
      }
    }
    if before == (utterances.count, faults.count) {
      faults.append(InputFault(input ?? files.first ?? "", .nothing))
    }
  }

  private mutating func addRecording(_ path: String, _ only: String?) {
    let folder = FileName.folder(path)
    let files = FolderListing(of: folder, isDeep: false).files
    addRecordings([path], among: files, in: folder, path, only)
  }

  /// Takes those of `paths` that have a transcript among `files`; names leave `folder` off.
  private mutating func addRecordings(
    _ paths: [String], among files: [String], in folder: String, _ input: String, _ only: String?
  ) {
    let finder = TranscriptFinder(files, in: folder, &builder.files)
    faults += finder.faults
    let before = (utterances.count, faults.count)
    for path in paths {
      let name = String(path.dropFirst(folder.count))
      if let only, !name.contains(only) { continue }
      do throws(InputFault.Cause) {
        var entry = try finder.entry(for: path)
        entry.path = name
        // A file that is no recording needs no transcript.
        let isMeant = entry.hasReference || path == input
        if isMeant || (try? Demuxer.probe(path: path)) != nil {
          add(entry, in: folder, source: path, line: nil)
        }
      } catch {
        faults.append(InputFault(path, error))
      }
    }
    if before == (utterances.count, faults.count) { faults.append(InputFault(input, .nothing)) }
  }
}
