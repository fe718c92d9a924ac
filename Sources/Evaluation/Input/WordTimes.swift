import Foundation
import Support

/// Files that say when each word is spoken.
enum WordTimes {
  /// Units of a second in the GRID corpus's alignments.
  private static let gridRate = 25_000.0
  /// What GRID writes for silence.
  private static let pauses: Set = ["sil", "sp"]

  /// Reads a CTM file ("file channel start duration word", NIST) or a GRID alignment ("start end
  /// word" in units of 1/25000 s), which the ending `.align` tells.
  ///
  /// - Returns: the words of the recording `session`, in the order of the file.
  static func read(_ path: String, session: String) throws(ReferenceFault) -> [TimedWord] {
    let text = try ReferenceFiles.text(path)
    let isGrid = FileName.ending(path) == "align"
    var words: [TimedWord] = []
    for (number, line) in TextFile.lines(text) where !line.hasPrefix(";;") {
      let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
      if isGrid {
        guard let word = grid(fields) else { throw .wordTimes(line: number) }
        if !pauses.contains(word.text) { words.append(word) }
      } else {
        guard let word = ctm(fields) else { throw .wordTimes(line: number) }
        if fields[0] == session { words.append(word) }
      }
    }
    guard !words.isEmpty else { throw .noEntry(session: session) }
    return words
  }

  /// Names of the recordings that a CTM file is about.
  static func sessions(_ path: String) throws(ReferenceFault) -> Set<String> {
    let lines = TextFile.lines(try ReferenceFiles.text(path)).map(\.text)
    let names = lines.filter { !$0.hasPrefix(";;") }.compactMap {
      $0.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
    return Set(names)
  }

  private static func grid(_ fields: [String]) -> TimedWord? {
    guard fields.count == 3, let start = Int(fields[0]), let end = Int(fields[1]), start <= end,
      abs(Double(start)) / gridRate <= longestTime, Double(end) / gridRate <= longestTime
    else { return nil }
    return TimedWord(
      text: fields[2], start: Double(start) / gridRate, end: Double(end) / gridRate)
  }

  /// A line of a CTM; nil where it is none.
  static func ctm(_ fields: [String]) -> TimedWord? {
    guard fields.count >= 5, let start = Double(fields[2]), let length = Double(fields[3]),
      abs(start) <= longestTime, 0...longestTime ~= length
    else { return nil }
    return TimedWord(text: fields[4], start: start, end: start + length)
  }
}
