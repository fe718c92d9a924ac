/// The forms in which a transcript is written; the raw value is the format's name.
package enum TranscriptFormat: String, Sendable, Hashable, CaseIterable {
  // The order in which help lists them.
  case srt, vtt, json, txt
  case html, docx, markdown
  case vttWords = "vtt-words"
  case ass, ttml, lrc
  case csv, tsv, whisper, ctm, stm, rttm, seglst
  case audacity, edl, fcpxml

  /// What the file's name ends with, after a dot. No two formats have the same.
  package var suffix: String {
    switch self {
    case .markdown: "md"
    case .vttWords: "words.vtt"
    case .whisper: "whisper.json"
    case .seglst: "seglst.json"
    case .audacity: "labels.txt"
    case .srt, .vtt, .json, .txt, .html, .docx, .ass, .ttml, .lrc, .csv, .tsv, .ctm, .stm, .rttm,
      .edl, .fcpxml:
      rawValue
    }
  }

  /// The format whose suffix `fileName` ends with, whatever the case of its letters; of two the
  /// longer one: "a.whisper.json" is no plain JSON.
  package init?(fileName: String) {
    let name = fileName.lowercased()
    let found = Self.allCases.filter { name.hasSuffix(".\($0.suffix)") }
    guard let format = found.max(by: { $0.suffix.count < $1.suffix.count }) else { return nil }
    self = format
  }

  /// Whether a file of this name may be in this format: the last part of its suffix is enough.
  package func suits(fileName: String) -> Bool {
    let last = suffix.split(separator: ".").last ?? ""
    return fileName.lowercased().hasSuffix(".\(last)")
  }
}
