import Foundation

/// The JSON that OpenAI's Whisper writes with `--word_timestamps True`, with the `speaker` and `score`
/// that whisperX adds. Of a decoder like Whisper's it says what one that made no retries would:
/// temperature 0, no tokens, nothing known of silence.
struct WhisperJSON: EntrySyntax {
  private var language = "en"
  /// A space before each word, as Whisper has it.
  private var text = ""

  mutating func header(_ header: TranscriptHeader) -> String {
    language = header.language
    return "{\"segments\": ["
  }

  mutating func segment(_ segment: Segment, number: Int) -> String {
    text += " " + segment.text
    let speaker = segment.speaker.map { ", \"speaker\": \(JSONWriter.string(displayText($0)))" }
    let words = segment.words.map { word in
      let score = decimalShare(word.confidence)
      return
        "{\"word\": \(JSONWriter.string(" " + word.text)), \(Self.span(word.start, word.end)), "
        + "\"probability\": \(score), \"score\": \(score)\(speaker ?? "")}"
    }
    // Whisper's is the mean over tokens; ours over words.
    let logarithm = segment.words.reduce(0) { $0 + log(max(0.001, share($1.confidence))) }
    let mean = logarithm / Double(segment.words.count)
    let thousandths = milliseconds(-mean)
    let negative = (thousandths > 0 ? "-" : "") + decimalSeconds(Double(thousandths) / 1000)
    return (number == 0 ? "\n" : ",\n")
      + "  {\"id\": \(number), \"seek\": 0, \(Self.span(segment.start, segment.end)), "
      + "\"text\": \(JSONWriter.string(" " + segment.text)), \"tokens\": [], "
      + "\"temperature\": 0.0, \"avg_logprob\": \(negative), \"compression_ratio\": 1.0, "
      + "\"no_speech_prob\": 0.0\(speaker ?? ""), \"words\": [\(words.joined(separator: ", "))]}"
  }

  func footer() -> String {
    (text.isEmpty ? "]" : "\n]") + ", \"text\": \(JSONWriter.string(text)), "
      + "\"language\": \(JSONWriter.string(language))}\n"
  }

  private static func span(_ start: Double, _ end: Double) -> String {
    "\"start\": \(decimalSeconds(start)), \"end\": \(decimalSeconds(end))"
  }
}
