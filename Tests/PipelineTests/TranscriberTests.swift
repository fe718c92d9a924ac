import Demux
import Dispatch
import Fixtures
import Foundation
import Synchronization
import Testing
import Transcript

@testable import Pipeline

@Suite(
  .enabled(if: InstalledModels.canTranscribe, "the models are not installed"),
  .enabled(if: SharedData.jfk != nil, "../shared/data is absent"),
  .enabled(if: Recording.canMake, "there is no ffmpeg"), .timeLimit(.minutes(5)))
struct TranscriberTests {
  private static let text =
    "And so my fellow Americans ask not what your country can do for you, "
    + "ask what you can do for your country."

  private static func jfk() throws -> String { try #require(SharedData.jfk).path }

  /// The speech a number of times, with three seconds of silence after each.
  private static func repeated(_ count: Int) throws -> String {
    let once = try Recording.make(
      "once.wav", ["-i", jfk(), "-af", "apad=pad_dur=3", "-ar", "16000", "-ac", "1"])
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
    #expect(one.segments.count >= 4)
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
    #expect(run.progress.last == TranscriptionProgress(done: 40, total: 40))
  }

  @Test(arguments: [1, 3])
  func progressNeverGoesBackAndEndsAtTheTotal(threads: Int) throws {
    let run = try TranscriberRun(Self.repeated(4), threads: threads)
    let done = run.progress.map(\.done)
    #expect(zip(done, done.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(run.progress.allSatisfy { $0.total == 56 && 0...56 ~= $0.done })
    #expect(done.last == 56)
    #expect(Set(done).count > 4)
  }

  @Test
  func aPartKeepsTheTimesOfTheRecording() throws {
    let path = try Self.repeated(3)
    let whole = try TranscriberRun(path)
    let part = try TranscriberRun(path, start: 14, end: 28)
    #expect(normalised(part.words().map(\.text).joined(separator: " ")) == normalised(Self.text))
    Self.checkTimes(part, within: 14...28)
    let expected = whole.words().filter { 14..<28 ~= $0.start }
    #expect(part.words().map(\.text) == expected.map(\.text))
    // The part begins without what came before, so a segment may begin some samples later: a
    // frame or two of 24 ms.
    for (word, same) in zip(part.words(), expected) {
      #expect(abs(word.start - same.start) < 0.06, "\(word.text)")
    }
    // Progress counts from the start of the part.
    #expect(part.progress.last == TranscriptionProgress(done: 14, total: 14))
  }

  @Test(arguments: [1, 3])
  func segmentsOfTwoTracksComeInOrder(threads: Int) throws {
    let path = try Recording.make(
      "tracks.mka",
      [
        "-i", Self.repeated(4), "-filter_complex",
        "[0:a]asplit=2[first][copy];[copy]adelay=5000[second]", "-map", "[first]", "-map",
        "[second]", "-c:a", "flac",
      ])
    let run = try TranscriberRun(path, track: .all, threads: threads)
    Self.checkTimes(run, within: 0...62)
    #expect(Set(run.segments.map(\.track)) == [1, 2])
    // The order of starts is that of the audio that was cut, whose padding is at most 0.25 s.
    #expect(run.words(track: 1).map(\.text) == run.words(track: 2).map(\.text))
    for (word, late) in zip(run.words(track: 1), run.words(track: 2)) {
      #expect(abs(late.start - word.start - 5) < 0.06, "\(word.text)")
    }
    let alone = try TranscriberRun(path, track: .number(2), threads: threads)
    #expect(alone.segments == run.segments.filter { $0.track == 2 })
  }

  @Test
  func aRecordingCanBeReadFromOneTranscriberManyTimesAtOnce() throws {
    let path = try Self.jfk()
    let expected = try TranscriberRun(path).segments
    let results = Mutex<[[Segment]]>([])
    DispatchQueue.concurrentPerform(iterations: 3) { _ in
      let run = try? TranscriberRun(path, threads: 2)
      results.withLock { $0.append(run?.segments ?? []) }
    }
    #expect(results.withLock { $0 } == [expected, expected, expected])
  }
}
