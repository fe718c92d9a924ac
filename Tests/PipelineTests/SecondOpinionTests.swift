import Demux
import Fixtures
import Foundation
import ModelStore
import SpeechModels
import Support
import Testing
import Transcript

@testable import Pipeline

/// Another model that reads what the first is unsure of; skipped where models are not installed.
@Suite(
  "Second opinions", .timeLimit(.minutes(10)), .serialized,
  .enabled(if: InstalledModels.canTranscribe, "the models are not installed"),
  .enabled(if: SharedData.jfk != nil, "../shared/data is absent"),
  .enabled(if: Recording.canMake, "needs the ffmpeg command"),
  .enabled(
    if: (try? InstalledModels.store.verifiedFile(
      model: KnownModel.whisperTinyEnglish.name, file: "model.safetensors")) != nil,
    "whisper-tiny-en is not installed"))
struct SecondOpinionTests {
  private static let name = KnownModel.whisperTinyEnglish.name
  private static let models = Result { () throws(TranscriptionError) in
    try TranscriptionModels(store: InstalledModels.store, second: name)
  }
  private static let alone = Result { () throws(TranscriptionError) in
    try TranscriptionModels(store: InstalledModels.store)
  }

  private struct Outcome {
    var header: TranscriptHeader?
    var segments: [Segment] = []
    var summary: TranscriptionSummary?
  }

  private static func run(
    _ input: String, _ models: TranscriptionModels, threads: Int = 1,
    _ checkpoints: Checkpoints? = nil, _ change: (inout RecognitionOptions) -> Void = { _ in }
  ) throws -> Outcome {
    let readers = SharedReaders(models: models, threads: threads, cancellation: Cancellation())
    defer { readers.finish() }
    var options = RecognitionOptions()
    options.second = models.second?.speech.name
    options.lips = .never
    change(&options)
    var outcome = Outcome()
    outcome.summary = try Transcriber.run(
      TranscriptionRequest(input: input, options: options), sharing: { readers },
      program: ModelInfo(name: "tests", version: "0"), checkpoints: checkpoints,
      cancellation: Cancellation(), progress: { _ in }, begin: { outcome.header = $0 },
      segment: { outcome.segments.append($0) })
    return outcome
  }

  /// A speech, clean and in more and more noise, with pauses between.
  private static let noisy = Result {
    try Recording.make(
      "second-opinion.wav",
      [
        "-i", try #require(SharedData.jfk).path, "-f", "lavfi", "-i",
        "anoisesrc=r=16000:a=0.5:seed=5:c=pink", "-filter_complex",
        "[0:a]apad=pad_dur=4,aloop=loop=3:size=240000[s];"
          + "[1:a]volume='min(1,t/60)':eval=frame[n];[s][n]amix=duration=shortest:normalize=0",
        "-t", "58", "-ac", "1", "-ar", "16000",
      ])
  }

  @Test
  func whatWasReplacedIsToldAndTheRestIsAsItWas() throws {
    let input = try Self.noisy.get()
    let alone = try Self.run(input, try Self.alone.get())
    #expect(alone.summary?.opinions == nil && alone.segments.allSatisfy { $0.model == nil })
    let both = try Self.run(input, try Self.models.get())
    let account = try #require(both.summary?.opinions)
    #expect(account.model == Self.name && !account.isUnable)
    #expect(account.use.segments >= account.use.asked && account.use.asked >= account.use.replaced)
    #expect(account.use.asked > 0)
    let replaced = both.segments.filter { $0.model != nil }
    #expect(replaced.allSatisfy { $0.model == Self.name })
    #expect(replaced.count == account.use.replaced)
    #expect(both.segments.filter { $0.model == nil }.allSatisfy(alone.segments.contains))
    // The header tells both models.
    let settings = try #require(both.header?.settings)
    #expect(settings.contains(Setting(name: "second", value: .text(Self.name))))
    #expect(settings.contains { $0.name == "secondVersion" })
    // Words lie in the recording, one after the other.
    for segment in replaced {
      for (word, next) in zip(segment.words, segment.words.dropFirst()) {
        #expect(word.start <= word.end && word.start <= next.start)
      }
    }
  }

  /// Neither the number of threads nor where an earlier run was stopped matters.
  @Test
  func itComesOutTheSame() throws {
    let input = try Self.noisy.get()
    let models = try Self.models.get()
    let (kept, firsts) = (
      Guarded<[SegmentTask.Place: Data]>([:]), Guarded<[SegmentTask.Place: Data]>([:])
    )
    @Sendable func keep(_ place: SegmentTask.Place, _ reading: Reading) {
      let data = try? JSONEncoder().encode(reading)
      (reading.isFinal ? kept : firsts).withLock { $0[place] = data }
    }
    @Sendable func restore(_ from: Guarded<[SegmentTask.Place: Data]>, _ place: SegmentTask.Place)
      -> Reading?
    {
      from.withLock { $0[place] }.flatMap { try? JSONDecoder().decode(Reading.self, from: $0) }
    }
    let calm = try Self.run(input, models, Checkpoints(restore: { _ in nil }, keep: keep))
    let others = [
      try Self.run(input, models, threads: 2),
      try Self.run(
        input, models, Checkpoints(restore: { restore(firsts, $0) }, keep: { _, _ in })),
      try Self.run(
        input, models,
        Checkpoints(
          restore: { $0.number % 2 == 0 ? restore(kept, $0) : nil }, keep: { _, _ in })),
    ]
    for other in others {
      #expect(other.segments == calm.segments)
      #expect(other.summary?.opinions == calm.summary?.opinions)
    }
  }

  /// A model of English alone is not asked about German.
  @Test(
    .enabled(
      if: (try? InstalledModels.store.verifiedFile(
        model: KnownModel.whisperBase.name, file: "model.safetensors")) != nil,
      "whisper-base is not installed"))
  func aLanguageThatItDoesNotKnowIsTold() throws {
    let models = try TranscriptionModels(
      store: InstalledModels.store, model: KnownModel.whisperBase.name, second: Self.name)
    let outcome = try Self.run(try #require(SharedData.jfk).path, models) {
      $0.language = .code("de")
    }
    let account = try #require(outcome.summary?.opinions)
    #expect(account.isUnable && account.use.asked == 0)
    #expect(outcome.segments.allSatisfy { $0.model == nil })
  }
}

@Suite("Accounts of second opinions")
struct OpinionUseTests {
  @Test
  func segmentsAreCounted() {
    var use = OpinionUse()
    for opinion in [nil, .kept, .replaced, .kept] as [Opinion?] { use.add(opinion) }
    #expect(use.segments == 4 && use.asked == 3 && use.replaced == 1)
    let sum = use + use
    #expect(sum.segments == 8 && sum.asked == 6 && sum.replaced == 2)
  }
}
