import Foundation
import Support
import Transcript

/// Something that takes a transcript while it is made.
protocol TranscriptOutput: AnyObject {
  func begin(_ header: TranscriptHeader) throws(AtomicFileError)
  func add(_ segment: Segment) throws(AtomicFileError)
  /// Brings all of it to where it goes, a file still under its temporary name.
  func finish(
    notes: [String], voices: [VoiceTurn], sound: (any PageSound)?
  ) throws(AtomicFileError)
  /// Gives a file its name.
  func commit() throws(AtomicFileError)
  /// Takes a file away again that has its name since `commit()` and replaced none.
  func withdraw()
}

extension TranscriptOutput {
  func commit() throws(AtomicFileError) {}
  func withdraw() {}
}

/// A transcript file, which appears when it is complete.
final class FileOutput: TranscriptOutput {
  private var file: AtomicFile
  private var writer: TranscriptWriter

  init(
    path: String, format: TranscriptFormat, profile: CueProfile, replacing: Bool
  ) throws(AtomicFileError) {
    file = try AtomicFile(path: path, replacing: replacing)
    writer = TranscriptWriter(format: format, profile: profile)
  }

  func begin(_ header: TranscriptHeader) throws(AtomicFileError) {
    try writer.begin(header, to: &file)
  }

  func add(_ segment: Segment) throws(AtomicFileError) {
    try writer.add(segment, to: &file)
  }

  func finish(
    notes: [String], voices: [VoiceTurn], sound: (any PageSound)?
  ) throws(AtomicFileError) {
    try writer.finish(notes: notes, voices: voices, sound: sound, to: &file)
    try file.complete()
  }

  func commit() throws(AtomicFileError) { try file.commit() }

  func withdraw() { file.withdraw() }
}

/// A transcript on standard output, each part as soon as it is settled.
final class StreamOutput: TranscriptOutput {
  private var stream = BufferedDescriptor(
    descriptor: STDOUT_FILENO, path: "standard output", isOwned: false)
  private var writer: TranscriptWriter

  init(format: TranscriptFormat, profile: CueProfile) {
    writer = TranscriptWriter(format: format, profile: profile)
  }

  func begin(_ header: TranscriptHeader) throws(AtomicFileError) {
    try writer.begin(header, to: &stream)
    try stream.flush()
  }

  func add(_ segment: Segment) throws(AtomicFileError) {
    try writer.add(segment, to: &stream)
    try stream.flush()
  }

  func finish(
    notes: [String], voices: [VoiceTurn], sound: (any PageSound)?
  ) throws(AtomicFileError) {
    try writer.finish(notes: notes, voices: voices, sound: sound, to: &stream)
    try stream.flush()
  }
}

/// The transcript as it is shown while files are written: "[12:34] words of a segment", a line
/// each, with the speaker's name where it is known, else the track's number where there are several.
final class ShownTranscript: TranscriptOutput {
  private var stream = BufferedDescriptor(
    descriptor: STDOUT_FILENO, path: "standard output", isOwned: false)
  private let console: Console
  private let title: String?
  private let showsTracks: Bool
  private let form: WrittenForm
  private var language = "en"

  init(console: Console, title: String?, showsTracks: Bool, form: WrittenForm) {
    self.form = form
    self.console = console
    self.title = title
    self.showsTracks = showsTracks
  }

  func begin(_ header: TranscriptHeader) throws(AtomicFileError) {
    language = header.language
    if let title { try print("==> \(title) <==\n") }
  }

  func add(_ segment: Segment) throws(AtomicFileError) {
    let channel = segment.channel.map { " channel \($0)" } ?? ""
    let track = (showsTracks ? " #\(segment.track)" : "") + channel
    let voice = segment.speaker.map { " \(displayed($0))" } ?? track
    let text = DisplayedText.escaped(form.written(segment, language: language).text)
    // A bare dash is nothing to read.
    guard !text.isEmpty else { return }
    try print("[\(TimeText.clock(segment.start))\(voice)] \(text)\n")
  }

  func finish(
    notes: [String], voices: [VoiceTurn], sound: (any PageSound)?
  ) throws(AtomicFileError) {}

  private func print(_ text: String) throws(AtomicFileError) {
    try console.aside { () throws(AtomicFileError) in
      try stream.write(text)
      try stream.flush()
    }
  }
}
