import Support
import Transcript

/// The outputs of one recording while they are made, in the state folder.
final class PartialOutputs {
  private final class Output {
    var file: AtomicFile
    var writer: TranscriptWriter

    init(_ file: consuming AtomicFile, _ writer: TranscriptWriter) {
      self.file = file
      self.writer = writer
    }
  }

  private let place: OutputPlace
  private let settings: BatchSettings
  private let claim: Claim
  private let owned: Set<TranscriptFormat>
  private var outputs: [Output] = []
  private(set) var words = 0

  /// Outputs of the recording that `claim` is for. Files that exist are only
  /// replaced in formats that are `owned`.
  init(
    _ place: OutputPlace, _ settings: BatchSettings, claim: Claim, owned: Set<TranscriptFormat>
  ) {
    self.place = place
    self.settings = settings
    self.claim = claim
    self.owned = owned
  }

  func begin(_ header: TranscriptHeader) throws(AtomicFileError) {
    for format in settings.formats {
      let file = try AtomicFile(
        path: place.path(format), temporary: claim.folder.part(claim.text.nonce, format.rawValue),
        replacing: settings.isForced || owned.contains(format))
      outputs.append(
        Output(file, TranscriptWriter(format: format, profile: settings.profile)))
    }
    for output in outputs { try output.writer.begin(header, to: &output.file) }
  }

  func add(_ segment: Segment) throws(AtomicFileError) {
    words += segment.words.count
    for output in outputs { try output.writer.add(segment, to: &output.file) }
  }

  /// Brings all of them to the disk, complete.
  func complete(notes: [String], voices: [VoiceTurn]) throws(AtomicFileError) {
    for output in outputs {
      try output.writer.finish(notes: notes, voices: voices, to: &output.file)
      try output.file.complete()
    }
  }

  /// Puts all of them in their places.
  func publish() throws(AtomicFileError) {
    for output in outputs { try output.file.commit() }
  }
}
