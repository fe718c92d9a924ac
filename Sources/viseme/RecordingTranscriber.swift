import Demux
import Foundation
import ModelStore
import Pipeline
import Transcript

/// Reads the recording through the stages.
func recordingTranscriber() -> TranscribeRecording {
  { request, cancellation, progress, begin, segment throws(TranscriptionError) in
    let root = request.models.map { URL(filePath: $0) } ?? ModelStore.defaultRoot()
    let info: MediaInfo
    do throws(DemuxError) {
      let demuxer = try Demuxer(path: request.input, options: DemuxOptions(audio: request.track))
      info = demuxer.info
    } catch { throw .demux(error) }
    do throws(ModelStoreError) {
      for name in ["moonshine-tiny-en", "silero-vad"] {
        _ = try ModelStore(root: root).verifiedFile(model: name, file: "model.safetensors")
      }
    } catch { throw .model(error) }
    try begin(
      TranscriptHeader(
        program: ModelInfo(name: "viseme", version: Program.version),
        source: SourceInfo(file: request.input, duration: info.duration, container: info.container),
        model: ModelInfo(name: "moonshine-tiny-en", version: "0")))
    let stages = Stages(cancellation: cancellation)
    let final = LockedSummary()
    let blocks = stages.source("demux", capacity: 8) {
      (output: StageOutput<AudioBlock>) throws(TranscriptionError) in
      do throws(DemuxError) {
        var demuxer = try Demuxer(
          path: request.input,
          options: DemuxOptions(audio: request.track, start: request.start, end: request.end))
        while let item = try demuxer.next() {
          guard case .audio(let block) = item else { continue }
          do throws(TranscriptionError) { try output.send(block) } catch { return }
        }
        final.value.withLock { $0 = (demuxer.damage, demuxer.position) }
      } catch { throw .demux(error) }
    }
    var done = 0.0
    let times = try stages.finish("assemble", consuming: blocks) {
      block throws(TranscriptionError) in
      done += Double(block.samples.count) / 16_000
      progress(TranscriptionProgress(done: done, total: info.duration))
      try segment(
        Segment(
          start: done, end: done + 0.1, track: block.track + 1,
          words: [
            Word(text: "Block.", start: done, end: done + 0.1, confidence: 1)
          ]))
    }
    guard let (damage, reached) = final.value.withLock({ $0 }) else { throw .cancelled }
    return TranscriptionSummary(
      damage: damage, audioDuration: done, reached: reached, duration: info.duration,
      stages: times)
  }
}

import Synchronization
private final class LockedSummary: Sendable {
  let value = Mutex<(DemuxDamage, Double)?>(nil)
}
