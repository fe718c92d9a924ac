import Foundation
import Support
import Transcript

@testable import Batch
@testable import Demux
@testable import Pipeline

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "viseme-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// A folder with recordings that hold texts, by their paths below `in/`.
  convenience init(inputs: [String: String]) throws {
    try self.init()
    for (name, text) in inputs { try write("in/\(name)", text) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of `name` in the folder.
  func path(_ name: String) -> String { url.path + "/" + name }

  /// Writes a text; folders are made. Returns the path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return path(name)
  }

  func read(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

  /// Every file below, those in hidden folders too, by their paths in the folder.
  func names(below folder: String = "") throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path(folder)).filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(
        atPath: path(folder + "/" + $0), isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }
}

/// Takes a file's bytes for what is said in it, which needs no model, and counts what it is asked for.
final class Typist: Sendable {
  private struct State {
    var opened: [String: Int] = [:]
    var open: Set<String> = []
    var overlaps: [String] = []
    var read: [String] = []
  }

  private let state = Guarded(State())
  /// Takes each word for a segment of a second and keeps it.
  let keepsWords: Bool
  /// Called while a recording is in work.
  let meanwhile: @Sendable (String, Cancellation) throws -> Void

  init(
    keepsWords: Bool = false,
    meanwhile: @escaping @Sendable (String, Cancellation) throws -> Void = { _, _ in }
  ) {
    self.keepsWords = keepsWords
    self.meanwhile = meanwhile
  }

  /// How often each recording was worked on, by its file's name.
  var opened: [String: Int] { state.withLock { $0.opened } }
  /// Words that were read and not restored, where words are kept.
  var read: [String] { state.withLock { $0.read } }
  /// Recordings that two worked on at the same time.
  var overlaps: [String] { state.withLock { $0.overlaps } }

  func services(_ observe: @escaping @Sendable (BatchEvent) -> Void = { _ in }) -> BatchServices {
    BatchServices(
      transcribe: {
        request, checkpoints, cancellation, progress, begin, segment throws(TranscriptionError) in
        try self.transcribe(request, checkpoints, cancellation, begin, segment)
      }, explain: { failure, _ in failure.kind.rawValue }, notes: { _, _ in [] }, observe: observe)
  }

  private func read(_ words: [Word], _ checkpoints: Checkpoints) -> [Word] {
    words.enumerated().map { number, word in
      let place = SegmentTask.Place(
        number: number, track: 1, startSample: Int64(number) * 16_000, sampleCount: 16_000)
      if let known = checkpoints.restore(place)?.words?.words.first { return known }
      state.withLock { $0.read.append(word.text) }
      let reading = Reading(
        recording: 0, startSample: place.startSample,
        words: Segment(start: word.start, end: word.end, track: 1, words: [word]), face: nil,
        round: .final(nil))
      checkpoints.keep(place, reading)
      return word
    }
  }

  private func transcribe(
    _ request: TranscriptionRequest, _ checkpoints: Checkpoints?, _ cancellation: Cancellation,
    _ begin: (TranscriptHeader) throws(TranscriptionError) -> Void,
    _ segment: (Segment) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> TranscriptionSummary {
    let name = request.input.split(separator: "/").last.map(String.init) ?? ""
    state.withLock { state in
      state.opened[name, default: 0] += 1
      if !state.open.insert(name).inserted { state.overlaps.append(name) }
    }
    defer { _ = state.withLock { $0.open.remove(name) } }
    let text = (try? String(contentsOfFile: request.input, encoding: .utf8)) ?? ""
    if text == "bad" { throw .demux(.notRecognised) }
    try begin(
      TranscriptHeader(
        program: ModelInfo(name: "tests", version: "0"),
        source: SourceInfo(file: name, duration: nil, container: "text"),
        model: ModelInfo(name: "typist", version: "0")))
    var words = text.split(separator: " ").enumerated().map { index, word in
      Word(
        text: String(word), start: Double(index), end: Double(index) + 0.5, confidence: 1)
    }
    if keepsWords, let checkpoints { words = read(words, checkpoints) }
    do { try meanwhile(name, cancellation) } catch {
      throw error as? TranscriptionError ?? .fault("\(error)")
    }
    if cancellation.isCancelled { throw .cancelled }
    try segment(
      Segment(start: 0, end: Double(words.count), track: 1, words: words))
    return TranscriptionSummary(
      damage: DemuxDamage(), audioDuration: Double(words.count), reached: Double(words.count),
      duration: nil, stages: [])
  }
}

/// A batch over a folder, as the tests run it.
struct BatchFixture {
  let folder: TemporaryFolder
  var formats: [TranscriptFormat] = [.txt, .json]
  var options: BatchOptions
  var isForced = false
  var directory: String?
  var version = "1"
  var revision = 1
  var slowStart = SlowStart.none

  init(_ folder: TemporaryFolder) {
    self.folder = folder
    options = BatchOptions(report: folder.path("out/report.jsonl"))
    options.jobs = 3
    directory = folder.path("out")
  }

  /// Runs over everything in `in/`.
  func run(
    _ typist: Typist, cancellation: Cancellation = Cancellation(), operands: [String]? = nil,
    observe: @escaping @Sendable (BatchEvent) -> Void = { _ in }
  ) throws -> BatchOutcome {
    var settings = BatchSettings(
      formats: formats, profile: .standard, options: RecognitionOptions(), directory: directory,
      model: ModelInfo(name: "typist", version: "0"),
      program: ModelInfo(name: "tests", version: version))
    settings.isForced = isForced
    settings.revision = revision
    let inputs = operands ?? [folder.path("in")]
    return try BatchRun(
      inputs: { InputList(operands: inputs, manifests: []) }, settings: settings, options: options,
      services: typist.services(observe), slowStart: slowStart, cancellation: cancellation
    ).run()
  }

  /// The report's lines by the input's name.
  func report() -> [String: [ReportLine]] {
    Dictionary(grouping: reportLines(options.report)) {
      $0.input.split(separator: "/").last.map(String.init) ?? ""
    }
  }
}

/// The lines of a report; none where it cannot be read.
func reportLines(_ path: String) -> [ReportLine] {
  var lines: [ReportLine] = []
  _ = try? ReportFile.read(path) { lines.append($0) }
  return lines
}
