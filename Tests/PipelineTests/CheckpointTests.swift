import Demux
import Fixtures
import Foundation
import Support
import Testing
import Transcript

@testable import Pipeline

extension Reading {
  /// Puts another word in the place of those that were read.
  fileprivate mutating func spoil(_ text: String) {
    guard let words else { return }
    let word = Word(text: text, start: words.start, end: words.end, confidence: 0.5)
    self.words = Segment(start: words.start, end: words.end, track: words.track, words: [word])
  }
}

/// A transcription that goes on from what an interrupted one has read.
@Suite(
  "Checkpoints", .timeLimit(.minutes(10)), .serialized,
  .enabled(if: InstalledModels.canTranscribe, "needs the models: viseme models install"),
  .enabled(if: Recording.canMake, "needs the ffmpeg command"))
struct CheckpointTests {
  private static let models = Result { () throws(TranscriptionError) in
    try TranscriptionModels(
      store: InstalledModels.store,
      lips: .bundled)
  }

  /// What was kept, through the bytes that would be in a file.
  private final class Shelf: Sendable {
    private let kept = Guarded<[SegmentTask.Place: Data]>([:])
    /// First readings.
    private let firsts = Guarded<[SegmentTask.Place: Data]>([:])
    private let asked = Guarded<[SegmentTask.Place]>([])

    /// `onKeep` is told how many segments there are.
    func checkpoints(_ onKeep: @escaping @Sendable (Int) -> Void = { _ in }) -> Checkpoints {
      Checkpoints { place in
        self.asked.withLock { $0.append(place) }
        let data = self.kept.withLock { $0[place] } ?? self.firsts.withLock { $0[place] }
        return data.flatMap { try? JSONDecoder().decode(Reading.self, from: $0) }
      } keep: { place, read in
        let data = try? JSONEncoder().encode(read)
        guard read.isFinal else { return self.firsts.withLock { $0[place] = data } }
        onKeep(
          self.kept.withLock { kept in
            kept[place] = data
            return kept.count
          })
      }
    }

    var count: Int { kept.withLock { $0.count } }
    var firstCount: Int { firsts.withLock { $0.count } }
    /// Places in the order in which they were cut.
    var places: [SegmentTask.Place] { asked.withLock { $0 } }

    /// Those of the kept segments that `isIncluded` says.
    func filtered(_ isIncluded: (SegmentTask.Place) -> Bool) -> Shelf {
      let shelf = Shelf()
      let part = kept.withLock { $0 }.filter { isIncluded($0.key) }
      shelf.kept.withLock { $0 = part }
      return shelf
    }

    /// As if killed before all second readings; `bad` words take the place of what was read the first time.
    func firstsAlone(bad: String? = nil) -> Shelf {
      let shelf = Shelf()
      for (place, data) in firsts.withLock({ $0 }) {
        guard var read = try? JSONDecoder().decode(Reading.self, from: data) else { continue }
        if let bad { read.spoil(bad) }
        let spoilt = try? JSONEncoder().encode(read)
        shelf.firsts.withLock { $0[place] = spoilt }
      }
      return shelf
    }
  }

  private struct Outcome {
    var segments: [Segment] = []
    var summary: TranscriptionSummary?
    var restored = 0.0
    var failure: TranscriptionError?
  }

  private func run(
    _ input: String, lips: LipUse = .never, threads: Int = 2, _ checkpoints: Checkpoints? = nil,
    _ cancellation: Cancellation = Cancellation()
  ) throws -> Outcome {
    let readers = SharedReaders(
      models: try Self.models.get(), threads: threads, cancellation: Cancellation())
    defer { readers.finish() }
    var options = RecognitionOptions()
    options.track = .all
    options.lips = lips
    let request = TranscriptionRequest(input: input, options: options)
    var outcome = Outcome()
    let restored = Guarded(0.0)
    do throws(TranscriptionError) {
      outcome.summary = try Transcriber.run(
        request, sharing: { readers }, program: ModelInfo(name: "tests", version: "0"),
        checkpoints: checkpoints, cancellation: cancellation,
        progress: { progress in restored.withLock { $0 = progress.restored } }, begin: { _ in },
        segment: { outcome.segments.append($0) })
    } catch {
      outcome.failure = error
    }
    outcome.restored = restored.withLock { $0 }
    return outcome
  }

  /// Stops in the middle, goes on twice, and compares with a run that nobody disturbed.
  /// - Returns: what that run had to say of looking.
  @discardableResult
  private func check(_ input: String, lips: LipUse, at count: Int) throws -> LipAccount? {
    let calm = try run(input, lips: lips)
    let shelf = Shelf()
    let cancellation = Cancellation()
    let stopped = try run(
      input, lips: lips, shelf.checkpoints { if $0 == count { cancellation.cancel() } },
      cancellation)
    #expect(stopped.failure == .cancelled)
    let before = shelf.count
    #expect(before >= count)
    let next = try run(input, lips: lips, shelf.checkpoints())
    #expect(next.segments == calm.segments)
    #expect(next.summary?.lips == calm.summary?.lips)
    #expect(next.restored > 0)
    // Each segment was read once: in this run, or in the one before.
    let seconds = Set(shelf.places).reduce(0) { $0 + $1.seconds }
    #expect(shelf.count == Set(shelf.places).count)
    #expect(before == shelf.count || next.restored < seconds)
    let whole = try run(input, lips: lips, threads: 1, shelf.checkpoints())
    #expect(whole.segments == calm.segments)
    #expect(whole.summary?.lips == calm.summary?.lips)
    #expect(abs(whole.restored - seconds) < 1e-6)
    return calm.summary?.lips
  }

  /// Speech, a pause and the same speech more softly, over and over, on two tracks.
  private static func meeting() throws -> String {
    let jfk = try #require(SharedData.jfk).path
    let loop = ["-stream_loop", "7", "-i", jfk]
    return try Recording.make(
      "checkpoints.mka",
      loop + [
        "-filter_complex",
        "[0:a]apad=pad_dur=1,asplit=2[a][b];[b]volume=0.3,adelay=7000[c]",
        "-map", "[a]", "-map", "[c]", "-c:a", "flac",
      ])
  }

  @Test(.enabled(if: SharedData.jfk != nil, "needs ../shared/data"))
  func aStoppedRunGoesOnAsIfItHadNotStopped() throws {
    try check(try Self.meeting(), lips: .never, at: 4)
  }

  /// Whatever part is left: what is read depends on nothing that was read before.
  @Test(.enabled(if: SharedData.jfk != nil, "needs ../shared/data"))
  func anyPartMayBeMissing() throws {
    let input = try Self.meeting()
    let shelf = Shelf()
    let calm = try run(input, shelf.checkpoints())
    #expect(shelf.count >= 4)
    for remainder in 0..<2 {
      let part = shelf.filtered { $0.number % 2 == remainder }
      #expect(try run(input, part.checkpoints()).segments == calm.segments)
      #expect(part.count == shelf.count)
    }
  }

  /// In noise segments are read twice; where the first reading was kept, the second one is to come.
  @Test(.enabled(if: SharedData.jfk != nil, "needs ../shared/data"))
  func firstReadingsAreKeptToo() throws {
    let input = try Recording.make(
      "checkpoints-noisy.wav",
      [
        "-i", try #require(SharedData.jfk).path, "-f", "lavfi", "-i",
        "anoisesrc=r=16000:a=0.3:seed=5", "-filter_complex",
        "[0:a]apad=pad_dur=3,aloop=loop=5:size=300000[s];[s][1:a]amix=duration=longest:normalize=0",
        "-t", "80", "-ac", "1",
      ])
    let shelf = Shelf()
    let calm = try run(input, shelf.checkpoints())
    #expect(shelf.firstCount > 0)
    let firsts = shelf.firstsAlone()
    let next = try run(input, firsts.checkpoints())
    #expect(next.segments == calm.segments)
    #expect(next.restored == 0)
    #expect(firsts.count == shelf.count)
    // They are used, and only where the second reading is not the better one.
    let spoilt = try run(input, shelf.firstsAlone(bad: "spoilt").checkpoints())
    #expect(spoilt.segments.contains { $0.text == "spoilt" })
    #expect(spoilt.segments.filter { $0.text != "spoilt" }.allSatisfy(calm.segments.contains))
  }

  /// The known face, in noise and with its picture 0.2 s late, which the first look finds out.
  @Test(
    .enabled(if: SharedData.grid != nil, "needs ../shared/data/grid"))
  func facesGatesAndTheOffsetComeBack() throws {
    let grid = try #require(SharedData.grid)
    let names = try FileManager.default.contentsOfDirectory(atPath: grid.appending(path: "s1").path)
    let clips = names.filter { $0.hasSuffix(".mkv") }.sorted().prefix(10)
    let joined = clips.indices.map { "[\($0):v][\($0):a]" }.joined()
    let length = 3 * clips.count
    let input = try Recording.make(
      "checkpoints-lips.mkv",
      clips.flatMap { ["-i", grid.appending(path: "s1/\($0)").path] } + [
        "-f", "lavfi", "-i", "anoisesrc=d=\(length):a=0.02:seed=3:c=pink", "-filter_complex",
        "\(joined)concat=n=\(clips.count):v=1:a=1[v][s];[v]setpts=PTS+0.2/TB[w];"
          + "[s][\(clips.count):a]amix=duration=first:normalize=0[a]",
        "-map", "[w]", "-map", "[a]", "-c:v", "mpeg4", "-q:v", "2", "-c:a", "flac",
      ])
    let account = try #require(try check(input, lips: .always, at: 1))
    #expect(account.segments > 1)
    #expect(account.segmentsWithKnownFace > 0)
    #expect(try abs(#require(account.offset) - 0.2) < 0.05)
  }
}
