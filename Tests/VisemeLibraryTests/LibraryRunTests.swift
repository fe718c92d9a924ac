import Fixtures
import Foundation
import Testing
import Viseme

/// Whole runs, with the models that the machine has.
@Suite("Library runs", .enabled(if: InstalledModels.canTranscribe, "needs the models"))
struct LibraryRunTests {
  private static let transcriber = Transcriber(lipModel: .none)

  private static var beginning: TranscriptionOptions {
    var options = TranscriptionOptions()
    options.end = 16
    options.threads = 1
    return options
  }

  @Test
  func theWholeAndTheSequenceAreTheSame() async throws {
    let recording = try Recording(path: Recordings.meeting)
    let whole = try await Self.transcriber.transcribe(recording, options: Self.beginning)
    #expect(whole.text.lowercased().contains("good morning"))
    #expect(whole.language == "en" && whole.source == "meeting.mp4")
    let run = try Self.transcriber.segments(of: recording, options: Self.beginning)
    #expect(run.result == nil)
    var segments: [TranscriptSegment] = []
    for try await segment in run { segments.append(segment) }
    #expect(!segments.isEmpty && segments == whole.segments)
    var result = try #require(run.result)
    result.segments = segments
    #expect(result == whole)
    for try await _ in run { Issue.record("it was read to its end") }
  }

  @Test
  func whatTheModelCannotDoIsRefused() async throws {
    let recording = try Recording(path: Recordings.meeting)
    var options = Self.beginning
    options.task = .translate
    await #expect(throws: VisemeError.option(.task, value: "translate")) {
      try await Self.transcriber.transcribe(recording, options: options)
    }
  }

  @Test
  func aPipeIsNoRecording() async throws {
    try await Recordings.inFolder { folder in
      let path = folder.appending(path: "pipe").path
      #expect(mkfifo(path, 0o600) == 0)
      #expect(throws: VisemeError.recording(path: path, .notAFile)) { try Recording(path: path) }
    }
  }

  @Test
  func progressEndsWhereTheSpanEnds() async throws {
    let recording = try Recording(path: Recordings.meeting)
    let last = Last()
    _ = try await Self.transcriber.transcribe(recording, options: Self.beginning) { last.take($0) }
    #expect(last.value?.total.map { abs($0 - 16) < 0.1 } == true)
    #expect(last.value?.fraction == 1)
    #expect(last.isRising)
  }

  @Test
  func silenceIsRemarkedOn() async throws {
    try await Recordings.inFolder { folder in
      let file = folder.appending(path: "silence.wav")
      try Recordings.wave(Array(repeating: 0, count: 32_000), at: file)
      let recording = try Recording(path: file.path)
      let result = try await Self.transcriber.transcribe(recording)
      #expect(result.segments.isEmpty)
      #expect(result.remarks == [.digitalSilence])
      #expect(result.notes == ["no speech: digital silence"])
    }
  }

  @Test
  func aCancelledTaskEndsTheRun() async throws {
    let recording = try Recording(path: Recordings.meeting)
    let task = Task { try await Self.transcriber.transcribe(recording) }
    task.cancel()
    await #expect(throws: VisemeError.cancelled) { try await task.value }
  }

  @Test
  func leavingTheLoopEndsTheRun() async throws {
    let recording = try Recording(path: Recordings.meeting)
    let run = try Self.transcriber.segments(of: recording)
    for try await _ in run { break }
    var iterator = run.makeAsyncIterator()
    await #expect(throws: VisemeError.cancelled) { try await iterator.next() }
    #expect(run.result == nil)
  }

  @Test
  func aFailureIsThrownByTheLoop() async throws {
    let recording = try Recording(path: Recordings.meeting)
    var options = TranscriptionOptions()
    options.audioTrack = .number(7)
    await #expect(
      throws: VisemeError.recording(path: Recordings.meeting, .noSuchTrack(available: [1]))
    ) {
      try await Self.transcriber.transcribe(recording, options: options)
    }
    let nowhere = Transcriber(models: ModelFolder(path: "/nonexistent"))
    await #expect(throws: VisemeError.model(.notInstalled("silero-vad"))) {
      try await nowhere.transcribe(recording)
    }
  }
}

/// The progress that was reported last, from any thread.
private final class Last: @unchecked Sendable {
  // Proof: both fields are touched between `lock()` and `unlock()` only.
  private let lock = NSLock()
  private var reports: [TranscriptionProgress] = []

  func take(_ progress: TranscriptionProgress) { lock.withLock { reports.append(progress) } }

  var value: TranscriptionProgress? { lock.withLock { reports.last } }

  var isRising: Bool {
    lock.withLock { zip(reports, reports.dropFirst()).allSatisfy { $0.done <= $1.done } }
  }
}
