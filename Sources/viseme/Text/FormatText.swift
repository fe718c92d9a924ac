import Transcript

/// What help says of each format.
enum FormatText {
  static func summary(_ format: TranscriptFormat) -> String {
    switch format {
    case .srt: "SubRip subtitles."
    case .vtt: "WebVTT subtitles, for the web."
    case .json: "Everything; viseme render makes all others of it."
    case .txt: "The text in paragraphs."
    case .html: "A page to read, hear, search and correct, for a browser (.html)."
    case .docx: "Minutes for word processors (.docx)."
    case .markdown: "Minutes as Markdown (.md)."
    case .vttWords: "WebVTT that marks each word as it is spoken (.words.vtt)."
    case .ass: "Advanced SubStation Alpha, with karaoke."
    case .ttml: "TTML, the W3C's IMSC 1.1 text profile."
    case .lrc: "Lines for players that show lyrics."
    case .csv: "A table of segments for spreadsheets."
    case .tsv: "The same with tabs."
    case .whisper: "The JSON of Whisper and whisperX (.whisper.json)."
    case .ctm: "NIST's CTM: words with times."
    case .stm: "NIST's STM: segments with times."
    case .rttm: "NIST's RTTM: who speaks when."
    case .seglst: "SegLST of CHiME and MeetEval (.seglst.json)."
    case .audacity: "Labels for Audacity (.labels.txt)."
    case .edl: "Markers for DaVinci Resolve, one a paragraph."
    case .fcpxml: "Captions for Final Cut Pro."
    }
  }
}
