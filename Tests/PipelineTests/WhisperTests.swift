import Demux
import Fixtures
import Foundation
import ModelStore
import SpeechModels
import Support
import Testing
import Transcript

@testable import Pipeline

/// Whisper from the recording to the words; skipped where its models are not installed.
@Suite(
  .enabled(if: InstalledModels.canTranscribe, "the models are not installed"),
  .enabled(if: SharedData.jfk != nil, "../shared/data is absent"), .timeLimit(.minutes(5)))
struct WhisperTests {
  private static let text =
    "And so my fellow Americans, ask not what your country can do for you, ask what you can do for "
    + "your country."

  private static func has(_ model: KnownModel) -> Bool {
    (try? InstalledModels.store.verifiedFile(model: model.name, file: "model.safetensors")) != nil
  }

  private static func run(
    _ model: KnownModel, _ language: LanguageChoice = .automatic
  ) throws -> (header: TranscriptHeader?, segments: [Segment], summary: TranscriptionSummary) {
    var request = TranscriptionRequest(input: try #require(SharedData.jfk).path, threads: 1)
    request.options.language = language
    let transcriber = Transcriber { () throws(TranscriptionError) in
      try TranscriptionModels(store: InstalledModels.store, model: model.name)
    }
    var header: TranscriptHeader?
    var segments: [Segment] = []
    let summary = try transcriber.run(
      request, program: ModelInfo(name: "tests", version: "0"), cancellation: Cancellation(),
      progress: { _ in }, begin: { header = $0 }, segment: { segments.append($0) })
    return (header, segments, summary)
  }

  @Test(.enabled(if: has(.whisperTinyEnglish), "whisper-tiny-en is not installed"))
  func anEnglishModelWritesASpeech() throws {
    let (header, segments, summary) = try Self.run(.whisperTinyEnglish)
    #expect(normalised(segments.map(\.text).joined(separator: " ")) == normalised(Self.text))
    // There is no language to find, so nothing is told of it.
    #expect(header?.language == "en" && summary.language == nil)
    #expect(header?.settings.contains { $0.name == "languageProbability" } == false)
    let words = segments.flatMap(\.words)
    for (word, next) in zip(words, words.dropFirst()) { #expect(word.end <= next.start) }
    // Heard at 3.3 s and 8.2 s.
    let asks = words.filter { $0.text.lowercased() == "ask" }.map(\.start)
    #expect(asks.count == 2)
    for (start, heard) in zip(asks, [3.3, 8.2]) { #expect(abs(start - heard) < 0.25) }
  }

  @Test(.enabled(if: has(.whisperBase), "whisper-base is not installed"))
  func theLanguageIsFoundAndTold() throws {
    let (header, segments, summary) = try Self.run(.whisperBase)
    #expect(normalised(segments.map(\.text).joined(separator: " ")) == normalised(Self.text))
    #expect(header?.language == "en" && summary.language?.code == "en")
    #expect((summary.language?.probability ?? 0) > 0.9)
    #expect(header?.settings.contains { $0.name == "languageProbability" } == true)
  }

  @Test(.enabled(if: has(.whisperBase), "whisper-base is not installed"))
  func aLanguageThatTheModelDoesNotKnowIsRefused() throws {
    #expect(throws: TranscriptionError.language("xx", model: "whisper-base")) {
      try Self.run(.whisperBase, .code("xx"))
    }
  }
}
