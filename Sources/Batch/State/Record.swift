import Foundation
import Pipeline
import SpeechModels
import Support
import Transcript

/// A line of `report.jsonl`: what came of one recording.
package struct ReportLine: Sendable, Hashable, Codable {
  package enum Status: String, Sendable, Hashable, Codable {
    case done, failed
  }

  /// The recording as it was named or found.
  package var input: String
  package var status: Status
  /// Set for what failed.
  package var error: FailureClass?
  /// The failure as a person reads it.
  package var cause: String?
  /// The transcripts' paths.
  package var outputs: [String]?
  /// Seconds of audio that were transcribed.
  package var audio: Double?
  /// Seconds of speech among them that were read by runs which did not come to their end.
  package var resumed: Double?
  /// Seconds that it was in work, beside others.
  package var seconds: Double?
  /// Real-time factor: `seconds` over `audio`.
  package var rtf: Double?
  package var words: Int?
  /// Damage that was passed over.
  package var notes: [String]?
  /// How often it was tried in this run.
  package var attempts: Int?
  /// Name and version of the speech model and of the program.
  package var model: String
  package var program: String
  /// What the result depends on; see `BatchSettings.fingerprint`.
  package var fingerprint: String?
  /// The share of the batch that it belongs to: "2/4".
  package var shard: String?
  /// When it was finished, in ISO 8601.
  package var finished: String

  /// On one line, with its end. Bytes of names that are no UTF-8 are told as such.
  var data: Data {
    var told = self
    told.input = input.readableFileName
    told.outputs = outputs?.map(\.readableFileName)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and finite numbers always encode.
    return ((try? encoder.encode(told)) ?? Data()) + [0x0A]
  }
}

/// What is kept beside the outputs of a recording.
struct Record: Sendable, Hashable, Codable {
  /// The input when it was read.
  var content: InputContent
  /// The claim under which the result was made.
  var worker: String
  /// Formats that a batch has written for this recording, and may replace.
  var owned: [String]
  var line: ReportLine
}

extension Record {
  /// A record of formats `owned`.
  init(content: InputContent, worker: String, owned: Set<TranscriptFormat>, line: ReportLine) {
    self.init(
      content: content, worker: worker, owned: owned.map(\.rawValue).sorted(), line: line)
  }

  /// Formats that may be replaced.
  var ownedFormats: Set<TranscriptFormat> {
    Set(owned.compactMap { TranscriptFormat(rawValue: $0) })
  }
}

/// What all recordings of a batch share.
package struct BatchSettings: Sendable {
  package var formats: [TranscriptFormat]
  package var profile: CueProfile { didSet { shape = String(describing: profile) } }
  /// All of `profile`, as text.
  private var shape: String
  /// What was asked for, before what recordings have of their own.
  package var options: RecognitionOptions
  /// The folder of outputs; nil for beside each recording.
  package var directory: String?
  /// Do again what is done, and replace outputs of others.
  package var isForced = false
  /// What the results depend on, with its version.
  package var model: ModelInfo
  /// The same of the model that gives second opinions; nil for none.
  package var second: ModelInfo?
  /// What stands in records and reports; its version does not decide what is done again.
  package var program: ModelInfo
  /// That decides.
  package var revision = ResultsRevision.current

  package init(
    formats: [TranscriptFormat], profile: CueProfile, options: RecognitionOptions,
    directory: String?, model: ModelInfo, program: ModelInfo
  ) {
    self.formats = formats
    self.profile = profile
    shape = String(describing: profile)
    self.options = options
    self.directory = directory
    self.model = model
    self.program = program
  }

  /// The choices for one recording: its own before those of all, and its terms with those of all.
  func choices(_ item: BatchItem) -> RecognitionOptions {
    var choices = options
    choices.track = item.options.track ?? options.track
    choices.channels = item.options.channels ?? options.channels
    choices.start = item.options.start ?? options.start
    choices.end = item.options.end ?? options.end
    choices.language = item.options.language ?? options.language
    choices.task = item.options.task ?? options.task
    choices.speakers = item.options.speakers ?? options.speakers
    choices.context = item.options.context.joined(with: options.context)
    return choices
  }

  /// What the outputs of a recording depend on, as 32 hexadecimal digits: its content, name and
  /// choices, the formats and the shape of cues, the results' revision and the model.
  func fingerprint(_ item: BatchItem, _ content: InputContent, stem: String) -> String {
    let name = item.path.split(separator: "/").last.map(String.init) ?? item.path
    let parts =
      [
        "\(program.name) results \(revision)", "\(model.name) \(model.version)", name, stem,
        "\(content.identity.size) \(content.identity.modified)", content.hash, shape,
      ] + (second.map { ["\($0.name) \($0.version)"] } ?? []) + choices(item).identity
      + formats.map(\.rawValue)
    var hash = SHA256()
    for part in parts { hash.update(field: part) }
    return String(hash.finish().prefix(32))
  }
}
