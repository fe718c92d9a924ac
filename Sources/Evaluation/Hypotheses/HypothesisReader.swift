import Foundation
import Support

/// Reads files of hypotheses.
enum HypothesisReader {
  /// Endings of names that are read.
  static let endings: Set = ["json", "stm", "ctm", "txt", "rttm"]
  /// A pause from which on the words of a CTM are another segment, in seconds.
  private static let pause = 0.5

  /// The hypotheses in a file, whose `place` is its path within what was named, without ending.
  static func read(_ path: String, place: [String]) throws(ReferenceFault) -> [Hypothesis] {
    let text = try ReferenceFiles.text(path)
    let file = HypothesisFile(path: path, place: place)
    switch FileName.ending(path) {
    case "json": return try HypothesisJSON.read(text, file)
    case "stm":
      return file.sessions(
        try syntax { () throws(ReferenceFileError) in try STM.turns(text) }, by: \.session
      ) { spoken($0, .stm) }
    case "ctm": return try ctm(text, file)
    case "rttm":
      return file.sessions(
        try syntax { () throws(ReferenceFileError) in try RTTM.spans(text) }, by: \.session
      ) { spans in
        Hypothesis(places: [], file: "", format: .rttm, times: .segments, voices: spans)
      }
    default:
      return path.hasSuffix(".trans.txt") ? lines(text, file) : [whole(text, file)]
    }
  }

  private static func syntax<Items>(
    _ body: () throws(ReferenceFileError) -> Items
  ) throws(ReferenceFault) -> Items {
    do throws(ReferenceFileError) { return try body() } catch { throw .syntax(error) }
  }

  /// Segments with speakers, which tell the voices, too.
  static func spoken(_ turns: [SpokenTurn], _ format: HypothesisFormat) -> Hypothesis {
    let turns = ordered(turns, by: \.start)
    return Hypothesis(
      places: [], file: "", format: format, times: .segments,
      segments: turns.map {
        .init(speaker: $0.speaker, text: $0.text, start: $0.start, end: $0.end)
      },
      voices: turns.map {
        SpeakerSpan(session: $0.session, speaker: $0.speaker, start: $0.start, end: $0.end)
      })
  }

  private static func ctm(
    _ text: String, _ file: HypothesisFile
  ) throws(ReferenceFault) -> [Hypothesis] {
    var words: [(session: String, word: HeardWord)] = []
    for (number, line) in TextFile.lines(text) where !line.hasPrefix(";;") {
      let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let word = WordTimes.ctm(fields) else { throw .wordTimes(line: number) }
      words.append((fields[0], HeardWord(text: word.text, start: word.start, end: word.end)))
    }
    return file.sessions(words, by: \.session) { words in
      Hypothesis(
        places: [], file: "", format: .ctm, times: .words,
        segments: segments(ordered(words, by: \.word.start).map(\.word)))
    }
  }

  /// Words parted at pauses, since texts are normalised segment by segment.
  private static func segments(_ words: [HeardWord]) -> [Hypothesis.Segment] {
    var segments: [Hypothesis.Segment] = []
    for word in words {
      if let last = segments.last?.words.last, word.start < last.end + pause {
        segments[segments.count - 1].words.append(word)
      } else {
        segments.append(.init(speaker: nil, words: [word]))
      }
    }
    return segments
  }

  private static func whole(_ text: String, _ file: HypothesisFile) -> Hypothesis {
    Hypothesis(
      places: [file.place], file: file.path, format: .text, times: .none,
      segments: [.init(speaker: nil, text: text, start: 0, end: 0)])
  }

  /// "name words…" a line, as LibriSpeech and Kaldi have it; a name alone says that nothing was heard.
  private static func lines(_ text: String, _ file: HypothesisFile) -> [Hypothesis] {
    TextFile.lines(text).compactMap { _, line in
      let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      guard let name = parts.first else { return nil }
      return Hypothesis(
        places: [file.place.dropLast() + HypothesisFile.parts(String(name))], file: file.path,
        format: .text, times: .none,
        segments: [
          .init(speaker: nil, text: parts.count > 1 ? String(parts[1]) : "", start: 0, end: 0)
        ])
    }
  }

  /// In the order of a key; of equal ones the first stays first.
  static func ordered<Item, Key: Comparable>(_ items: [Item], by key: (Item) -> Key) -> [Item] {
    items.enumerated().sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }
      .map(\.element)
  }
}

/// A file of hypotheses and its name within what was named.
struct HypothesisFile {
  let path: String
  /// Folders and name without ending.
  let place: [String]

  /// The parts of a path, or of a recording's name that is one.
  static func parts(_ path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.map(String.init)
  }

  /// The hypotheses of a file about several recordings, in the order in which these first appear. One
  /// about a single recording may also be called as that is.
  func sessions<Item>(
    _ items: [Item], by session: (Item) -> String, _ make: ([Item]) -> Hypothesis
  ) -> [Hypothesis] {
    let names = items.map(session).firstOccurrences()
    let groups = Dictionary(grouping: items, by: session)
    return names.map { name in
      var hypothesis = make(groups[name] ?? [])
      hypothesis.file = path
      hypothesis.places = [place + Self.parts(name)] + (names.count == 1 ? [place] : [])
      return hypothesis
    }
  }
}
