@testable import Transcript

/// A short meeting with what the formats must take care of.
enum Meeting {
  static let segments = [
    spoken(
      "Okay, good morning everyone. I think we're still waiting for Maria Gonzalez and for one of"
        + " the people from the London office, but let's get started anyway because we have quite a"
        + " lot to get through today.", from: 0.52),
    spoken(
      "So the first thing on the agenda is the quarterly budget review. As you all know, we've"
        + " spent about twenty five percent more than we planned on the new infrastructure, and the"
        + " R&D team would like to understand where the money went.", from: 16.04),
    spoken("Right. Is <x> the cost?", from: 37.003),
    spoken(
      "Dr. Smith told us in January that the contract with the old provider wouldn't be finished"
        + " until at least the 15th of June.", from: 41.5, pace: 0.6),
    spoken("Fair enough.", from: 3599.9),
  ]

  /// Of three segments lips changed the second; of the first nobody looked for a face.
  static let seen = {
    var seen = segments
    for index in seen[1].words.indices {
      let gate = index < 10 ? 0 : 0.125 * Double(index % 8)
      seen[1].words[index].lips = WordLips(face: 2, gate: gate)
      seen[1].words[index].confidence = index == 0 ? .nan : 1 / Double(index)
    }
    for index in seen[2].words.indices { seen[2].words[index].lips = WordLips(face: 1, gate: 0) }
    return Array(seen[..<3])
  }()

  static let header = TranscriptHeader(
    program: ModelInfo(name: "Viseme", version: "1.0"),
    source: SourceInfo(file: "meeting \"one\".mp4", duration: 3601.25, container: "mov,mp4"),
    model: ModelInfo(name: "moonshine-tiny-en", version: "0.0.49"),
    settings: [
      Setting(name: "audio_track", value: .text("1")),
      Setting(name: "batch", value: .integer(8)),
      Setting(name: "threshold", value: .number(0.5)),
      Setting(name: "lips", value: .flag(false)),
    ])

  static let transcript = Transcript(
    header: header, segments: segments, notes: ["3 corrupt packets skipped"])

  static func text(_ format: TranscriptFormat) -> String {
    var text = ""
    transcript.write(format, to: &text)
    return text
  }
}
