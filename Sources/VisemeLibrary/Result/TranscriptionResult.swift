internal import Foundation
internal import Support
internal import Transcript

/// A transcript: what was said, when and by whom, and all that is to be known of it.
public struct TranscriptionResult: Sendable, Hashable {
  /// In the order of their starts. What is changed here is written so.
  public var segments: [TranscriptSegment]
  /// When each speaker talks; empty without speaker diarization.
  public var speakerTurns: [SpeakerTurn] = []
  /// Damage, doubt and what was put right; of a transcript that was read from JSON, see ``notes``.
  public var remarks: [Remark] = []
  /// What stands in the notes of the formats that have a place for them.
  public var notes: [String] = []
  private let header: TranscriptHeader

  init(header: TranscriptHeader, segments: [TranscriptSegment]) {
    self.header = header
    self.segments = segments
  }

  /// A BCP 47 tag; `und` where nothing was said.
  public var language: String { header.language }
  /// Name of the recording's file.
  public var source: String { header.source.file }
  /// Seconds of the recording, where its container tells.
  public var duration: Double? { header.source.duration }
  /// Name of the speech model.
  public var model: String { header.model.name }
  /// Version of the speech model.
  public var modelVersion: String { header.model.version }
  /// All words, a segment on each line.
  public var text: String { segments.map(\.text).joined(separator: "\n") }
}

extension TranscriptionResult {
  /// Reads the JSON that Viseme writes, of every version of its schema.
  ///
  /// - Throws: ``VisemeError/transcript(_:)``.
  public init(jsonPath path: String) throws(VisemeError) {
    let data: Data
    let transcript: Transcript
    do throws(WholeFile.Unreadable) {
      data = try WholeFile.read(path, takesPipe: true)
    } catch {
      throw .transcript(.unreadable(error.code))
    }
    do throws(TranscriptFileError) { transcript = try TranscriptFile.read(data) } catch {
      throw .transcript(TranscriptFault(error))
    }
    self.init(header: transcript.header, segments: transcript.segments.map(TranscriptSegment.init))
    notes = transcript.notes
  }

  /// The transcript in a format, as the bytes of its file.
  ///
  /// - Throws: ``VisemeError/option(_:value:)`` where the layout cannot be used.
  public func bytes(
    as format: OutputFormat, layout: SubtitleLayout = SubtitleLayout()
  ) throws(VisemeError) -> [UInt8] {
    var bytes: [UInt8] = []
    var writer = TranscriptWriter(format: format.format, profile: try layout.profile())
    writer.begin(header, to: &bytes)
    for segment in segments { writer.add(segment.stored, to: &bytes) }
    writer.finish(notes: notes, voices: speakerTurns.map(\.stored), to: &bytes)
    return bytes
  }

  /// Writes the transcript to a file, which appears when it is complete.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - format: nil for the one that the file's name tells.
  ///   - layout: the shape of subtitles.
  ///   - replacing: whether a file of that name may be replaced.
  /// - Throws: ``VisemeError/output(path:_:)`` or ``VisemeError/option(_:value:)``.
  public func write(
    to path: String, as format: OutputFormat? = nil, layout: SubtitleLayout = SubtitleLayout(),
    replacing: Bool = false
  ) throws(VisemeError) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let format = format ?? OutputFormat(fileName: name) else {
      throw .output(path: path, .formatNotKnown)
    }
    let bytes = try bytes(as: format, layout: layout)
    do throws(AtomicFileError) {
      var file = try AtomicFile(path: path, replacing: replacing)
      try file.write(bytes: bytes)
      try file.commit()
    } catch {
      throw VisemeError(error)
    }
  }
}
