import Demux
import Glibc
import Support

/// A recording that is being read: the one owner of the demuxer.
final class OpenRecording: Sendable {
  /// What the container says.
  let info: MediaInfo
  /// What is delivered as a track: tracks, ordinals from 0, or their channels (`AudioLane.number`).
  let tracks: [Int]
  /// Why the channels are delivered each by itself without being asked for.
  let separation: ChannelSurvey?
  /// A pipe: `next()` may wait for the process that writes into it.
  let isPipe: Bool
  /// What can be seen; nil without a picture, and of a pipe, which cannot be read from any place.
  let picture: PictureSource?
  /// It has a picture that cannot be looked at, being a pipe.
  let hidesPicture: Bool
  private let state: Guarded<State>
  /// Where what was asked for begins; what is delivered before is its lead.
  private let firstSample: Int64

  private struct State: ~Copyable {
    var demuxer: Demuxer
    var samples = 0
    var reached: Int64 = 0
    var sound = SoundAccount()
  }

  /// Opens the recording that `request` names.
  init(_ request: TranscriptionRequest) throws(TranscriptionError) {
    // Times of the command line end at some years.
    firstSample = Int64(saturating: (request.options.start ?? 0) * Double(deliveredSampleRate))
    do throws(DemuxError) {
      isPipe = TranscriptionRequest.isPipe(request.input)
      var survey: ChannelSurvey?
      let demuxer = try request.demuxer(
        from: request.options.listeningStart, isPipe: isPipe, separation: &survey)
      separation = survey
      info = demuxer.info
      tracks = demuxer.lanes.map(\.number)
      picture =
        isPipe || demuxer.info.videoStreams.isEmpty ? nil : PictureSource(recording: request.input)
      hidesPicture = isPipe && !demuxer.info.videoStreams.isEmpty
      state = Guarded(State(demuxer: demuxer))
    } catch {
      throw .demux(error)
    }
  }

  /// The next block of any of the tracks; nil at the end.
  func next() throws(TranscriptionError) -> AudioBlock? {
    do throws(DemuxError) {
      return try state.withLock { state throws(DemuxError) in
        while let item = try state.demuxer.next() {
          guard case .audio(let block) = item else { continue }
          let lead = Int(clamping: max(0, firstSample - block.startSample))
          let asked = block.samples.dropFirst(lead)
          state.samples += asked.count
          state.sound.add(asked)
          state.reached = max(state.reached, block.startSample + Int64(block.samples.count))
          return block
        }
        return nil
      }
    } catch {
      throw .demux(error)
    }
  }

  /// What is known after the last block.
  func summary(stages: [StageTime]) -> TranscriptionSummary {
    state.withLock { state in
      let rate = Double(deliveredSampleRate)
      var summary = TranscriptionSummary(
        damage: state.demuxer.damage, audioDuration: Double(state.samples) / rate,
        reached: Double(state.reached) / rate, duration: info.duration, stages: stages)
      summary.tracks = tracks.count
      summary.separation = separation
      summary.sound = state.sound
      return summary
    }
  }
}

extension TranscriptionRequest {
  /// Whether a recording is a pipe, which can be read only once; "-" is standard input.
  package static func isPipe(_ path: String) -> Bool {
    var status = stat()
    let result = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path.fileBytes, &status)
    return result == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}
