import Foundation
import ModelStore
import Support
import Transcript

/// Why a file is no script.
package enum ScriptError: Error, Sendable, Hashable {
  /// As of `TextFile`.
  case text(TextFile.Fault)
  /// A JSON transcript that cannot be read.
  case transcript(TranscriptFileError)
  /// No DOCX, or a damaged one.
  case notDocument
  /// A file of subtitles without a cue.
  case noCues
  /// Nothing in it can be spoken.
  case noWords
  /// More words than `ScriptFile.most`.
  case tooLong(words: Int)
}

/// Reads scripts: TXT, SRT, VTT, JSON of ours and the text of DOCX, told apart by the name's ending.
package enum ScriptFile {
  /// Words at most: some 50 hours.
  package static let most = 500_000
  /// Bytes of a document's text at most.
  private static let documentLimit = 256 << 20

  /// The script in the file at `path`.
  package static func read(_ path: String) throws(ScriptError) -> Script {
    let name = path.lowercased()
    let script =
      if name.hasSuffix(".srt") || name.hasSuffix(".vtt") {
        try CaptionFile.script(text(path), isWebVTT: name.hasSuffix(".vtt"))
      } else if name.hasSuffix(".json") {
        script(of: try transcript(path))
      } else if name.hasSuffix(".docx") {
        try DocumentText.script(document(path))
      } else {
        ParagraphText.script(try text(path))
      }
    let words = script.words
    guard words.contains(where: \.isSpoken) else { throw .noWords }
    guard words.count <= most else { throw .tooLong(words: words.count) }
    return script
  }

  private static func text(_ path: String) throws(ScriptError) -> String {
    do throws(TextFile.Fault) { return try TextFile.read(path) } catch { throw .text(error) }
  }

  private static func data(_ path: String) throws(ScriptError) -> Data {
    do throws(WholeFile.Unreadable) {
      return try WholeFile.read(path, takesPipe: true)
    } catch {
      throw .text(.unreadable(error.code))
    }
  }

  private static func transcript(_ path: String) throws(ScriptError) -> Transcript {
    let data = try data(path)
    do throws(TranscriptFileError) { return try TranscriptFile.read(data) } catch {
      throw .transcript(error)
    }
  }

  private static func document(_ path: String) throws(ScriptError) -> String {
    let data = try data(path)
    let bytes: [UInt8]
    do throws(ZipError) {
      bytes = try ZipArchive(data: data).read("word/document.xml", limit: documentLimit)
    } catch {
      throw .notDocument
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notDocument }
    return text
  }

  /// A transcript's own words; its times do not count.
  static func script(of transcript: Transcript) -> Script {
    let blocks = transcript.segments.map { segment in
      var block = ScriptBlock(
        words: segment.words.map { ScriptWord($0.text, isJoined: $0.isJoined) },
        speaker: segment.speaker)
      block.track = segment.track
      block.channel = segment.channel
      return block
    }
    return Script(form: .segments, blocks: blocks)
  }
}
