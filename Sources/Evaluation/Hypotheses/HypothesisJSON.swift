import Foundation
import Support
import Transcript

/// Hypotheses in JSON: transcripts of viseme, Whisper's and whisperX's, SegLST.
enum HypothesisJSON {
  /// What tells the kinds apart.
  private struct Head: Decodable {
    var schema: String?
  }

  static func read(
    _ text: String, _ file: HypothesisFile
  ) throws(ReferenceFault) -> [Hypothesis] {
    let data = Data(text.utf8)
    let decoder = JSONDecoder()
    if let list = try? decoder.decode([SegLSTEntry].self, from: data) {
      return try segmentList(list, file)
    }
    if (try? decoder.decode(Head.self, from: data))?.schema != nil {
      do throws(TranscriptFileError) {
        return [transcript(try TranscriptFile.read(data), file)]
      } catch {
        throw .transcript(error)
      }
    }
    guard let whisper = try? decoder.decode(WhisperResult.self, from: data) else {
      throw .noHypothesis
    }
    return [try whisper.hypothesis(file)]
  }

  private static func transcript(_ transcript: Transcript, _ file: HypothesisFile) -> Hypothesis {
    let segments = transcript.segments
    let isNamed = segments.contains { $0.speaker != nil }
    return Hypothesis(
      places: [file.place], file: file.path, format: .transcript, times: .words,
      segments: segments.map { segment in
        .init(
          speaker: segment.speaker, words: segment.words.map { HeardWord($0, offset: 0) })
      },
      voices: isNamed
        ? segments.compactMap { segment in
          segment.speaker.map {
            SpeakerSpan(session: "", speaker: $0, start: segment.start, end: segment.end)
          }
        } : nil)
  }

  private static func segmentList(
    _ list: [SegLSTEntry], _ file: HypothesisFile
  ) throws(ReferenceFault) -> [Hypothesis] {
    var turns: [SpokenTurn] = []
    for (index, entry) in list.enumerated() {
      guard let start = entry.start?.seconds, let end = entry.end?.seconds, start <= end
      else { throw .member("[\(index)].start_time, end_time") }
      turns.append(
        SpokenTurn(
          session: entry.session, speaker: entry.speaker?.text ?? "", start: start, end: end,
          text: entry.words))
    }
    return file.sessions(turns, by: \.session) { HypothesisReader.spoken($0, .segmentList) }
  }
}

/// A segment of SegLST.
private struct SegLSTEntry: Decodable {
  let session: String
  let speaker: JSONValue?
  let start, end: JSONValue?
  let words: String

  private enum CodingKeys: String, CodingKey {
    case session = "session_id"
    case start = "start_time"
    case end = "end_time"
    case speaker, words
  }
}

/// What Whisper, whisperX and services like them write.
private struct WhisperResult: Decodable {
  struct Part: Decodable {
    let start, end: JSONValue?
    let text: String
    let speaker: JSONValue?
    let words: [Entry]?
  }

  struct Entry: Decodable {
    /// Whisper's name, and whisper-timestamped's.
    let word, text: String?
    /// whisperX gives none to words that it could not align.
    let start, end: JSONValue?
  }

  let text: String?
  let segments: [Part]?

  func hypothesis(_ file: HypothesisFile) throws(ReferenceFault) -> Hypothesis {
    guard let segments else {
      guard let text else { throw .noHypothesis }
      return Hypothesis(
        places: [file.place], file: file.path, format: .whisper, times: .none,
        segments: [.init(speaker: nil, text: text, start: 0, end: 0)])
    }
    var (parts, voices): ([Hypothesis.Segment], [SpeakerSpan]) = ([], [])
    var hasWords = true
    for (index, part) in segments.enumerated() {
      guard let start = part.start?.seconds, let end = part.end?.seconds else {
        throw .member("segments[\(index)].start, end")
      }
      let speaker = part.speaker?.text
      if let words = Self.words(part.words) {
        parts.append(.init(speaker: speaker, words: words))
      } else {
        hasWords = hasWords && part.text.allSatisfy(\.isWhitespace)
        parts.append(.init(speaker: speaker, text: part.text, start: start, end: max(start, end)))
      }
      if let speaker {
        voices.append(
          SpeakerSpan(session: "", speaker: speaker, start: start, end: max(start, end)))
      }
    }
    return Hypothesis(
      places: [file.place], file: file.path, format: .whisper,
      times: hasWords ? .words : .segments, segments: parts,
      voices: voices.isEmpty ? nil : voices)
  }

  /// Words with their times; nil where one has none.
  private static func words(_ entries: [Entry]?) -> [HeardWord]? {
    guard let entries, !entries.isEmpty else { return nil }
    var words: [HeardWord] = []
    for entry in entries {
      guard let text = entry.word ?? entry.text, let start = entry.start?.seconds,
        let end = entry.end?.seconds
      else { return nil }
      let word = text.filter { !$0.isWhitespace }
      if !word.isEmpty { words.append(HeardWord(text: word, start: start, end: max(start, end))) }
    }
    return words
  }
}

extension JSONValue {
  /// A time as a number or as a text that is one; nil for anything else.
  fileprivate var seconds: Double? {
    let value: Double? =
      switch self {
      case .number(let number): number
      case .text(let text): Double(text)
      case .null, .other: nil
      }
    return value.flatMap { 0...longestTime ~= $0 ? $0 : nil }
  }

  /// A name as a text or as a number.
  fileprivate var text: String? {
    switch self {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .null, .other: nil
    }
  }
}
