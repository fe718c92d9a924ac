import Demux
import Foundation
import Pipeline
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

  /// On one line, with its end.
  var data: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and finite numbers always encode.
    return ((try? encoder.encode(self)) ?? Data()) + [0x0A]
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
  package var options: ItemOptions
  /// The folder of outputs; nil for beside each recording.
  package var directory: String?
  /// When pictures are looked at, and with which networks.
  package var lips = LipUse.auto
  package var lipModel = LipModelChoice.bundled
  /// Do again what is done, and replace outputs of others.
  package var isForced = false
  /// Name and version of what the results depend on.
  package var model: ModelInfo
  package var program: ModelInfo

  package init(
    formats: [TranscriptFormat], profile: CueProfile, options: ItemOptions, directory: String?,
    model: ModelInfo, program: ModelInfo
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
  func choices(_ item: BatchItem) -> ItemOptions {
    var choices = item.options
    choices.track = choices.track ?? options.track
    choices.start = choices.start ?? options.start
    choices.end = choices.end ?? options.end
    choices.context = choices.context.joined(with: options.context)
    return choices
  }

  /// What the outputs of a recording depend on, as 32 hexadecimal digits: its content, name and
  /// choices, the formats and the shape of cues, program and model.
  func fingerprint(_ item: BatchItem, _ content: InputContent, stem: String) -> String {
    let choices = choices(item)
    let name = item.path.split(separator: "/").last.map(String.init) ?? item.path
    let parts =
      [
        "\(program.name) \(program.version)", "\(model.name) \(model.version)", name, stem,
        "\(content.identity.size) \(content.identity.modified)", content.hash,
        (choices.track ?? .automatic).description, "\(choices.start ?? -1) \(choices.end ?? -1)",
        // Not the text alone: what was made of it before names were written is not kept.
        choices.speakers.map { "named \($0)" } ?? "", choices.context.identity,
        shape, lips.rawValue, lipModel.identity,
      ] + formats.map(\.rawValue)
    var hash = SHA256()
    for part in parts { hash.update(field: part) }
    return String(hash.finish().prefix(32))
  }
}
