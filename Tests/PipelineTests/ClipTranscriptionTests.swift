import AudioEncoder
import Fixtures
import Foundation
import Support
import Testing
import Transcript

@testable import Pipeline

@Suite(
  .enabled(if: InstalledModels.canTranscribe, "the models are not installed"),
  .enabled(if: GoldenValues.shared != nil, "../shared/reference is absent"),
  .timeLimit(.minutes(10)))
struct ClipTranscriptionTests {
  private static let text =
    "And so my fellow Americans ask not what your country can do for you, "
    + "ask what you can do for your country."

  private static func jfk() throws -> [Float] {
    try #require(GoldenValues.shared).array("jfk.samples").floats
  }

  /// Speech, nothing, silence, speech behind silence and an unfinished sentence, in this order.
  private static func clips() throws -> [AudioClip] {
    let speech = try jfk()
    let silence = [Float](repeating: 0, count: 20_000)
    return [
      AudioClip(id: 7, samples: speech), AudioClip(id: 3, samples: []),
      AudioClip(id: 4, samples: silence), AudioClip(id: 4, samples: silence + speech),
      AudioClip(id: 9, samples: Array(speech.prefix(60_000))),
    ]
  }

  /// Transcribes `clips` in one run.
  private static func run(
    _ clips: [AudioClip], threads: Int = 1, cancellation: Cancellation = Cancellation(),
    failure: TranscriptionError? = nil,
    transcript: (ClipTranscript) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> [StageTime] {
    let rest = Guarded(clips[...])
    return try TranscriberRun.transcriber.run(
      threads: threads, cancellation: cancellation,
      clips: { () throws(TranscriptionError) in
        if let clip = rest.withLock({ $0.popFirst() }) { return clip }
        if let failure { throw failure }
        return nil
      }, transcript: transcript)
  }

  private static func transcripts(
    _ clips: [AudioClip], threads: Int = 1
  ) throws -> [ClipTranscript] {
    var transcripts: [ClipTranscript] = []
    _ = try run(clips, threads: threads) { transcripts.append($0) }
    return transcripts
  }

  /// Each clip in a run of its own.
  private static let alone = Result { try clips().flatMap { try transcripts([$0]) } }

  @Test(arguments: [1, 2, 3])
  func everyClipIsReadAsIfItWereAlone(threads: Int) throws {
    let clips = try Self.clips()
    let together = try Self.transcripts(clips, threads: threads)
    #expect(together.map(\.id) == [7, 3, 4, 4, 9])
    #expect(together == (try Self.alone.get()))
    let written = together.map { transcript in
      normalised(transcript.segments.map(\.text).joined(separator: " "))
    }
    #expect(written[0] == normalised(Self.text) && written[3] == written[0])
    #expect(written[1].isEmpty && written[2].isEmpty && !written[4].isEmpty)
    let (first, late) = (together[0].segments.first, together[3].segments.first)
    let difference = try #require(late).start - #require(first).start
    // The silence, to a chunk of voice activity.
    #expect(abs(difference - 1.25) < 0.04)
  }

  @Test(.enabled(if: Recording.canMake, "there is no ffmpeg"))
  func aClipIsReadLikeAFile() throws {
    let samples = try Self.jfk()
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).f32")
    defer { try? FileManager.default.removeItem(at: url) }
    try samples.withUnsafeBytes { Data($0) }.write(to: url)
    let path = try Recording.make(
      "clip.wav", ["-f", "f32le", "-ar", "16000", "-i", url.path, "-c:a", "pcm_f32le"])
    let clip = try Self.transcripts([AudioClip(id: 0, samples: samples)])
    #expect(try clip.map(\.segments) == [TranscriberRun(path).segments])
  }

  @Test(arguments: [1, 2])
  func lanesAreReadEachByItself(threads: Int) throws {
    let speech = try Self.jfk()
    let silence = [Float](repeating: 0, count: speech.count)
    let clips = [
      AudioClip(id: 1, samples: speech),
      AudioClip(id: 2, lanes: [speech + silence, silence + speech]),
      AudioClip(id: 3, lanes: [silence, speech]), AudioClip(id: 4, samples: speech),
    ]
    let together = try Self.transcripts(clips, threads: threads)
    #expect(together.map(\.id) == [1, 2, 3, 4])
    #expect(together[0].segments == together[3].segments)
    let segments = together[1].segments
    #expect(segments.map(\.start) == segments.map(\.start).sorted())
    #expect(segments.allSatisfy { $0.track == 1 })
    for channel in [1, 2] {
      let written = segments.filter { $0.channel == channel }.map(\.text).joined(separator: " ")
      #expect(normalised(written) == normalised(Self.text))
    }
    #expect(Set(together[2].segments.map(\.channel)) == [2])
    #expect(together[0].segments.allSatisfy { $0.channel == nil })
  }

  @Test
  func noClipGivesNoTranscript() throws {
    #expect(try Self.transcripts([]).isEmpty)
  }

  @Test(arguments: [1, 2])
  func theFirstErrorOfEitherSideIsThrown(threads: Int) throws {
    let clips = try Self.clips()
    let source = TranscriptionError.fault("source")
    #expect(throws: source) {
      _ = try Self.run(clips, threads: threads, failure: source) { _ in }
    }
    let reader = TranscriptionError.output(.diskFull(path: "x"))
    #expect(throws: reader) {
      _ = try Self.run(clips, threads: threads) { _ throws(TranscriptionError) in throw reader }
    }
  }

  @Test(arguments: [1, 3])
  func aCancelledRunEnds(threads: Int) throws {
    let speech = try Self.jfk()
    let cancellation = Cancellation()
    #expect(throws: TranscriptionError.cancelled) {
      _ = try TranscriberRun.transcriber.run(
        threads: threads, cancellation: cancellation,
        clips: { () throws(TranscriptionError) in AudioClip(id: 1, samples: speech) },
        transcript: { _ throws(TranscriptionError) in cancellation.cancel() })
    }
  }
}
