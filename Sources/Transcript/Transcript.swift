/// The recording that a transcript was made from.
package struct SourceInfo: Sendable, Hashable {
  /// Name of the file, without its folder.
  package var file: String
  /// Seconds; nil where the container does not say.
  package var duration: Double?
  /// FFmpeg's name of the container format.
  package var container: String

  package init(file: String, duration: Double?, container: String) {
    self.file = file
    self.duration = duration
    self.container = container
  }
}

/// A model, or the program itself.
package struct ModelInfo: Sendable, Hashable {
  package var name: String
  package var version: String

  package init(name: String, version: String) {
    self.name = name
    self.version = version
  }
}

/// One choice that shaped the transcript, such as the beam width or the chosen audio track.
package struct Setting: Sendable, Hashable {
  /// Values keep their type in JSON.
  package enum Value: Sendable, Hashable {
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
  }

  package var name: String
  package var value: Value

  package init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}

/// What is known of a transcript before its first segment.
package struct TranscriptHeader: Sendable, Hashable {
  /// Name and version of the program that writes the transcript.
  package var program: ModelInfo
  package var source: SourceInfo
  package var model: ModelInfo
  /// Of two settings with the same name the later one counts.
  package var settings: [Setting]
  /// BCP 47 tag of the language spoken.
  package var language: String

  package init(
    program: ModelInfo, source: SourceInfo, model: ModelInfo, settings: [Setting] = [],
    language: String = "en"
  ) {
    self.program = program
    self.source = source
    self.model = model
    self.settings = settings
    self.language = language
  }
}

/// A whole transcript in memory. Long ones need not be: see ``TranscriptWriter``.
package struct Transcript: Sendable, Hashable {
  package var header: TranscriptHeader
  /// In the order of their starts.
  package var segments: [Segment]
  /// What a reader must know of the recording, such as damage that was skipped.
  package var notes: [String]

  package init(header: TranscriptHeader, segments: [Segment] = [], notes: [String] = []) {
    self.header = header
    self.segments = segments
    self.notes = notes
  }

  package var source: SourceInfo { header.source }
  package var model: ModelInfo { header.model }
  package var settings: [Setting] { header.settings }
  package var language: String { header.language }
}
