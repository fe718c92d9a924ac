import Demux
import Transcript

/// Something of the input that cannot be used. The rest is evaluated without it.
package struct InputFault: Error, Sendable, Hashable {
  /// The manifest, folder or recording, as a person knows it.
  package var source: String
  /// Line of `source`, from 1; nil where it has none or all of it is meant.
  package var line: Int?
  package var cause: Cause

  /// Why.
  package enum Cause: Error, Sendable, Hashable {
    /// A text file cannot be read; an `errno` value.
    case unreadable(Int32)
    /// A text file is not UTF-8.
    case notText
    /// A line is longer than any, or has letters with more marks than any; see `TextFile`.
    case badLine
    /// The first line of a TSV manifest does not name this column.
    case noColumn(String)
    /// A line of a JSONL manifest is not a JSON object with fields of the right kinds.
    case notJSON
    /// The entry names no recording.
    case noPath
    /// There is no transcript, neither as text nor as a file.
    case noTranscript
    /// A field that should be a time in seconds is not.
    case badTime(field: String, value: String)
    /// The end does not lie after the start.
    case emptySpan
    /// The same recording and span stood before, in this line.
    case repeated(line: Int?)
    /// A file that the entry refers to cannot be used.
    case reference(path: String, ReferenceFault)
    /// The recording cannot be read.
    case recording(path: String, DemuxError)
    /// Nothing is to be heard, though the transcript has words.
    case silent
    /// Noise that was asked for cannot be had.
    case noise(name: String, NoiseError)
    /// The codec that was asked for failed.
    case link(LinkError)
    /// There is nothing in it that could be evaluated.
    case nothing
    /// The sounds of a condition were not kept.
    case notKept
    /// A hypothesis about a recording of which several spans are scored has no times.
    case noTimes(utterance: String)
  }

  /// A reference file that cannot be used.
  init(_ path: String, reference fault: ReferenceFault) {
    self.init(path, .reference(path: path, fault))
  }

  /// A fault of `source`, in a line or as a whole.
  package init(_ source: String, line: Int? = nil, _ cause: Cause) {
    self.source = source
    self.line = line
    self.cause = cause
  }
}

/// What is wrong with a reference file.
package enum ReferenceFault: Error, Sendable, Hashable {
  /// It cannot be read; an `errno` value.
  case unreadable(Int32)
  case notText
  /// The line with this number is longer than any, or has letters with more marks than any.
  case badLine(Int)
  /// A line does not follow the format.
  case syntax(ReferenceFileError)
  /// A line with a word's times is not "start end word" (or CTM), by its number from 1.
  case wordTimes(line: Int)
  /// It says nothing of this recording.
  case noEntry(session: String)
  /// It is JSON, but none of the kinds that are read.
  case noHypothesis
  /// A member that must be there is not, or is no time.
  case member(String)
  /// A transcript of viseme that cannot be used.
  case transcript(TranscriptFileError)
}
