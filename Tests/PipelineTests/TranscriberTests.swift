import Demux
import Dispatch
import Fixtures
import Foundation
import Support
import Testing
import Transcript

@testable import Pipeline

@Suite(
  .enabled(if: InstalledModels.canTranscribe, "the models are not installed"),
  .enabled(if: SharedData.jfk != nil, "../shared/data is absent"),
  .enabled(if: Recording.canMake, "there is no ffmpeg"), .timeLimit(.minutes(10)))
struct TranscriberTests {
  private static let text =
    "And so my fellow Americans ask not what your country can do for you, "
    + "ask what you can do for your country."

  private static func jfk() throws -> String { try #require(SharedData.jfk).path }

  /// Seconds of one repetition: 448 chunks of voice activity, so that all of them are cut alike.
  private static let period = 14.336

  /// The speech a number of times, with silence after each.
  private static func repeated(_ count: Int) throws -> String {
    let filter = "aresample=16000,apad=whole_len=\(448 * 512)"
    let once = try Recording.make("once.wav", ["-i", jfk(), "-af", filter, "-ac", "1"])
    return try Recording.make(
      "repeated-\(count).wav", ["-stream_loop", String(count - 1), "-i", once, "-c", "copy"])
  }

  @Test
  func aSpeechIsWrittenAsSpoken() throws {
    let run = try TranscriberRun(Self.jfk())
    #expect(normalised(run.segments.map(\.text).joined(separator: " ")) == normalised(Self.text))
    Self.checkTimes(run, within: 0...11)
    #expect(run.words().allSatisfy { $0.confidence > 0 && $0.confidence <= 1 })
    #expect(abs(run.summary.audioDuration - 11) < 0.01)
  }

  /// Words are in order, do not overlap, and lie in their segments.
  private static func checkTimes(_ run: TranscriberRun, within range: ClosedRange<Double>) {
    for segment in run.segments {
      #expect(segment.start == segment.words.first?.start && segment.end == segment.words.last?.end)
      for word in segment.words {
        #expect(word.start < word.end && range.contains(word.start) && range.contains(word.end))
      }
      for (word, next) in zip(segment.words, segment.words.dropFirst()) {
        #expect(word.end <= next.start)
      }
    }
    #expect(zip(run.segments, run.segments.dropFirst()).allSatisfy { $0.start <= $1.start })
  }

  @Test
  func theNumberOfThreadsDoesNotMatter() throws {
    let path = try Self.repeated(4)
    let one = try TranscriberRun(path, threads: 1)
    #expect(one.segments.count >= 2)
    for threads in [2, 3] {
      #expect(try TranscriberRun(path, threads: threads).segments == one.segments)
    }
  }

  @Test
  func silenceGivesNoSegment() throws {
    let path = try Recording.make(
      "silence.wav", ["-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "40"])
    let run = try TranscriberRun(path)
    #expect(run.segments.isEmpty && run.summary.audioDuration == 40)
    #expect(run.progress.last == TranscriptionProgress(done: 40, total: 40, isCut: true))
  }

  @Test(arguments: [1, 3])
  func progressNeverGoesBackAndEndsAtTheTotal(threads: Int) throws {
    let run = try TranscriberRun(Self.repeated(4), threads: threads)
    let total = 4 * Self.period
    let done = run.progress.map(\.done)
    #expect(zip(done, done.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(run.progress.allSatisfy { $0.total == total && 0...total ~= $0.done })
    #expect(done.last == total)
    #expect(Set(done).count > 4)
  }

  /// In noise some second readings are the better ones, and their audio begins later than their
  /// segment's.
  @Test(arguments: [1, 3])
  func progressIsNotHeldUpBySecondReadings(threads: Int) throws {
    let path = try Recording.make(
      "noisy.wav",
      [
        "-i", Self.repeated(4), "-f", "lavfi", "-i", "anoisesrc=r=16000:a=0.2:seed=5",
        "-filter_complex", "amix=duration=first:normalize=0", "-ac", "1",
      ])
    let run = try TranscriberRun(path, threads: threads)
    // The last report says that all is done; the one before came with the last segment.
    let last = try #require(run.progress.dropLast().last)
    #expect(last.done >= 4 * Self.period - 0.5)
  }

  @Test
  func aPartKeepsTheTimesOfTheRecording() throws {
    let path = try Self.repeated(3)
    let (start, end) = (Self.period, 2 * Self.period)
    let whole = try TranscriberRun(path)
    let part = try TranscriberRun(path, start: start, end: end)
    #expect(normalised(part.segments.map(\.text).joined(separator: " ")) == normalised(Self.text))
    Self.checkTimes(part, within: start...end)
    let expected = whole.words().filter { start..<end ~= $0.start }
    #expect(part.words().map(\.text) == expected.map(\.text))
    // The part is heard without what came before, so a segment may begin some samples later: a
    // frame or two of 24 ms.
    for (word, same) in zip(part.words(), expected) {
      #expect(abs(word.start - same.start) < 0.06, "\(word.text)")
    }
    // Progress counts from the start of the part.
    #expect(part.progress.last?.done == end - start)
    #expect(part.progress.last?.total == end - start)
  }

  /// What is cut by the start of the sound is misheard: the speech before is listened to and left out.
  @Test(arguments: [3, 8, 12, 17])
  func aStartWithinAWordInventsNone(place: Int) throws {
    let whole = try TranscriberRun(Self.jfk()).words()
    let cut = whole[place]
    let start = cut.start + 0.6 * (cut.end - cut.start)
    let part = try TranscriberRun(Self.jfk(), start: start, end: start + 4)
    let first = try #require(part.words().first)
    // Its times may differ by a frame, so the word that was cut may count as said.
    #expect(whole[place...place + 1].map { normalised($0.text) }.contains(normalised(first.text)))
    #expect(part.words().allSatisfy { $0.start >= start })
    #expect(part.segments.allSatisfy { $0.start >= start })
  }

  @Test(arguments: [1, 3])
  func segmentsOfTwoTracksComeInOrder(threads: Int) throws {
    // The second track is 150 chunks of voice activity behind the first.
    let path = try Recording.make(
      "tracks.mka",
      [
        "-i", Self.repeated(3), "-filter_complex",
        "[0:a]asplit=2[first][copy];[copy]adelay=76800S[second]", "-map", "[first]", "-map",
        "[second]", "-c:a", "flac",
      ])
    let run = try TranscriberRun(path, track: .all, threads: threads)
    Self.checkTimes(run, within: 0...48)
    #expect(Set(run.segments.map(\.track)) == [1, 2])
    #expect(run.words(track: 1).map(\.text) == run.words(track: 2).map(\.text))
    for (word, late) in zip(run.words(track: 1), run.words(track: 2)) {
      #expect(abs(late.start - word.start - 4.8) < 0.06, "\(word.text)")
    }
    let alone = try TranscriberRun(path, track: .number(2), threads: threads)
    #expect(alone.segments == run.segments.filter { $0.track == 2 })
  }

  // A float file may hold anything; numbers that are none count as silence.
  @Test(.enabled(if: GoldenValues.shared != nil, "../shared/reference is absent"))
  func samplesThatAreNoNumbersDoNoHarm() throws {
    var samples = try #require(GoldenValues.shared).array("jfk.samples").floats
    let wrong: [Float] = [.nan, .infinity, -.infinity, .signalingNaN]
    for (index, position) in stride(from: 500, to: samples.count, by: 4_000).enumerated() {
      samples[position] = wrong[index % wrong.count]
    }
    let raw = samples.withUnsafeBytes { Data($0) }
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).f32")
    defer { try? FileManager.default.removeItem(at: url) }
    try raw.write(to: url)
    let path = try Recording.make(
      "wrong.wav", ["-f", "f32le", "-ar", "16000", "-i", url.path, "-c:a", "pcm_f32le"])
    let run = try TranscriberRun(path)
    #expect(normalised(run.segments.map(\.text).joined(separator: " ")) == normalised(Self.text))
  }

  @Test
  func aRecordingCanBeReadFromOneTranscriberManyTimesAtOnce() throws {
    let path = try Self.jfk()
    let expected = try TranscriberRun(path).segments
    let results = Guarded<[[Segment]]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { _ in
      let run = try? TranscriberRun(path, threads: 2)
      results.withLock { $0.append(run?.segments ?? []) }
    }
    #expect(results.withLock { $0 } == [expected, expected, expected])
  }
}
