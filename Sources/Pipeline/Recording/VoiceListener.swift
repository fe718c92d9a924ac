import Demux
import Foundation
import ModelStore
import NN
import Speakers
import Support

/// Hears who speaks in the tracks of one recording, beside those who hear what is said.
///
/// `@unchecked Sendable`: `tracks` is private and is touched only under `lock`; the rest never changes.
final class VoiceListener: @unchecked Sendable {
  private let models: SpeakerModels
  private let count: SpeakerCount
  private let lock = NSLock()
  private var tracks: [Int: TrackVoices] = [:]

  /// A listener that finds so many voices in each track.
  init(models: SpeakerModels, count: SpeakerCount) {
    self.models = models
    self.count = count
  }

  /// Takes the next audio.
  func hear(_ blocks: [AudioBlock]) {
    lock.withLock {
      for block in blocks {
        let track = tracks[block.track] ?? TrackVoices(models: models, start: block.startSample)
        tracks[block.track] = track
        track.diarizer.process(block.samples)
      }
    }
  }

  /// Ends the recording: the turns in each track (from 1), in seconds from time zero.
  func finish() -> [Int: [SpeakerTurn]] {
    lock.withLock {
      var turns: [Int: [SpeakerTurn]] = [:]
      for (track, voices) in tracks {
        let offset = Double(voices.start) / Double(deliveredSampleRate)
        turns[track + 1] = voices.diarizer.finish(count).turns.map {
          SpeakerTurn(speaker: $0.speaker, start: $0.start + offset, end: $0.end + offset)
        }
      }
      tracks = [:]
      return turns
    }
  }
}

/// One track's diarizer, which began at a sample.
private final class TrackVoices {
  var diarizer: Diarizer
  let start: Int64

  init(models: SpeakerModels, start: Int64) {
    diarizer = Diarizer(models: models)
    self.start = start
  }
}

extension SpeakerModels {
  /// Loads the installed models of `store`.
  static func installed(in store: ModelStore) throws(TranscriptionError) -> SpeakerModels {
    let segmentation = try TranscriptionModels.scope(
      KnownModel.speakerSegmentation.name, in: store)
    let embedding = try TranscriptionModels.scope(KnownModel.speakerEmbedding.name, in: store)
    do throws(WeightError) {
      return SpeakerModels(
        segmentation: try SegmentationWeights(segmentation),
        embedding: try EmbeddingWeights(embedding))
    } catch {
      throw .fault("\(error)")
    }
  }
}
