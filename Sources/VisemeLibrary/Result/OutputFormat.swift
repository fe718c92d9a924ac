internal import Transcript

/// The forms in which a transcript is written; `docs/manual/OUTPUT.md` describes each.
public enum OutputFormat: String, Sendable, Hashable, CaseIterable {
  case srt, vtt, json, txt
  case html, docx, markdown
  case vttWords = "vtt-words"
  case ass, ttml, lrc
  case csv, tsv, whisper, ctm, stm, rttm, seglst
  case audacity, edl, fcpxml

  /// What the file's name ends with, after a dot.
  public var fileExtension: String { format.suffix }

  /// The format whose extension `fileName` ends with; nil without one.
  public init?(fileName: String) {
    guard let format = TranscriptFormat(fileName: fileName),
      let named = Self.allCases.first(where: { $0.format == format })
    else { return nil }
    self = named
  }

  var format: TranscriptFormat {
    switch self {
    case .srt: .srt
    case .vtt: .vtt
    case .json: .json
    case .txt: .txt
    case .html: .html
    case .docx: .docx
    case .markdown: .markdown
    case .vttWords: .vttWords
    case .ass: .ass
    case .ttml: .ttml
    case .lrc: .lrc
    case .csv: .csv
    case .tsv: .tsv
    case .whisper: .whisper
    case .ctm: .ctm
    case .stm: .stm
    case .rttm: .rttm
    case .seglst: .seglst
    case .audacity: .audacity
    case .edl: .edl
    case .fcpxml: .fcpxml
    }
  }
}
