import Demux
import Foundation
import Pipeline
import Support
import Synchronization
import Transcript

/// Why a page did not get its sound.
enum PageSoundFault: Error {
  /// It can be read only once.
  case pipe(String)
  /// No file that could be the recording of a stored transcript; the path is where it would be.
  case noRecording(String)
  case sound(SoundError, recording: String)
  case cancelled
}

/// The sound of a recording for the page, read when all else is known.
final class RecordingSound: PageSound {
  private struct State: ~Copyable {
    var source: OpusRecording
    var fault: PageSoundFault?
  }

  let mediaType = OpusRecording.mediaType
  /// Seconds, where the container tells.
  let duration: Double?
  private let recording: String
  private let cancellation: Cancellation
  private let line: ProgressLine?
  private let state: Mutex<State>

  /// Opens what was, or is to be, transcribed of a recording.
  init(
    _ request: TranscriptionRequest, cancellation: Cancellation, line: ProgressLine?
  ) throws(PageSoundFault) {
    recording = request.input
    if TranscriptionRequest.isPipe(recording) { throw .pipe(recording) }
    self.cancellation = cancellation
    self.line = line
    let source = try Self.open(request)
    duration = source.info.duration
    state = Mutex(State(source: source))
  }

  /// Why there will be no sound in the page of a recording, as far as that is known before it is read.
  static func obstacle(to request: TranscriptionRequest) -> PageSoundFault? {
    if TranscriptionRequest.isPipe(request.input) { return .pipe(request.input) }
    return OpusRecording.obstacle.map { .sound($0, recording: request.input) }
  }

  private static func open(_ request: TranscriptionRequest) throws(PageSoundFault) -> OpusRecording
  {
    let options = request.options
    do throws(SoundError) {
      return try OpusRecording(
        path: request.input, track: options.track, start: options.start, end: options.end)
    } catch { throw .sound(error, recording: request.input) }
  }

  /// What went wrong so far; a page with it is not whole.
  var fault: PageSoundFault? { state.withLock { $0.fault } }

  /// What is to be known of it, when it has been read.
  var notes: [String] {
    [PageSoundText.note(leftOut: state.withLock { $0.source.leftOut })].compactMap(\.self)
  }

  func next() -> [UInt8]? {
    state.withLock { state in
      guard state.fault == nil else { return nil }
      if cancellation.isCancelled {
        state.fault = .cancelled
        return nil
      }
      do throws(SoundError) {
        let bytes = try state.source.next()
        line?.update(sound: state.source.reached, of: duration)
        return bytes
      } catch {
        state.fault = .sound(error, recording: recording)
        return nil
      }
    }
  }
}

extension TranscriptionRequest {
  /// The recording of a stored transcript, in the file named or else beside the transcript, and what was
  /// transcribed of it.
  init(recordingOf header: TranscriptHeader, named: String?, transcript: String) {
    // Whoever made the transcript names no file elsewhere.
    let name = header.source.file.split(separator: "/").last.map(String.init) ?? ""
    let folder = transcript.lastIndex(of: "/").map { String(transcript[...$0]) } ?? ""
    var options = RecognitionOptions()
    for setting in header.settings {
      switch (setting.name, setting.value) {
      case ("audioTrack", .text(let text)) where text != options.track.description:
        options.track = AudioTrackSelection(text) ?? .automatic
      case ("start", .number(let seconds)): options.start = seconds
      case ("start", .integer(let seconds)): options.start = Double(seconds)
      case ("end", .number(let seconds)): options.end = seconds
      case ("end", .integer(let seconds)): options.end = Double(seconds)
      default: break
      }
    }
    // A transcript of standard input names "-", which is none here.
    let beside = folder + name == "-" ? "./-" : folder + name
    self.init(input: named ?? beside, options: options, threads: 1)
  }
}
