import AudioEncoder
import Decoding
import Demux
import Foundation
import ModelStore
import NN
import Pipeline

/// Why the benchmark ends.
enum BenchError: Error {
  case usage(String)
  case model(ModelStoreError)
  case file(SafetensorsError)
  case weights(WeightError)
  case loading(TranscriptionError)
  case recording(DemuxError)
  case tooShort(path: String, seconds: Double)
  case output(path: String, String)

  /// One line for the terminal.
  var sentence: String {
    switch self {
    case .usage(let text): text
    case .model(let error): "a model cannot be used (viseme models install): \(error)"
    case .file(let error): "a model file cannot be read: \(error)"
    case .weights(let error): "a model file is not the network's: \(error)"
    case .loading(let error): "the models cannot be loaded: \(error)"
    case .recording(let error): "the recording cannot be read: \(error)"
    case .tooShort(let path, let seconds): "\(path) has no \(seconds) s of audio"
    case .output(let path, let reason): "\(path) cannot be written: \(reason)"
    }
  }
}

/// The installed networks, each by itself.
struct BenchModels {
  /// The root of moonshine's tensors, for single layers.
  let moonshine: WeightScope
  let voiceActivity: VoiceActivityWeights
  let encoder: MoonshineEncoderWeights
  let decoder: TextDecoderWeights

  init() throws(BenchError) {
    moonshine = try Self.scope(KnownModel.moonshineTiny)
    let silero = try Self.scope(KnownModel.sileroVAD)
    do throws(WeightError) {
      voiceActivity = try VoiceActivityWeights(silero)
      encoder = try MoonshineEncoderWeights(moonshine["model.encoder"])
      decoder = try TextDecoderWeights(moonshine["model.decoder"])
    } catch {
      throw .weights(error)
    }
  }

  /// Seconds from the installed files to networks that are ready, as the program loads them.
  static func loadingTime() throws(BenchError) -> Double {
    let begin = Stopwatch.wall()
    do throws(TranscriptionError) {
      _ = try TranscriptionModels(store: ModelStore(root: ModelStore.defaultRoot()))
    } catch {
      throw .loading(error)
    }
    return Stopwatch.wall() - begin
  }

  private static func scope(_ model: KnownModel) throws(BenchError) -> WeightScope {
    let path: String
    do throws(ModelStoreError) {
      let store = ModelStore(root: ModelStore.defaultRoot())
      path = try store.verifiedFile(model: model.name, file: "model.safetensors").path
    } catch {
      throw .model(error)
    }
    do throws(SafetensorsError) {
      return WeightScope(try SafetensorsFile(path: path))
    } catch {
      throw .file(error)
    }
  }
}

/// A stretch of a real recording.
enum SpeechSample {
  /// Where the sample meeting's speech begins.
  private static let start = 5.0

  /// `count` samples of the recording at `path`.
  static func read(_ path: String, count: Int) throws(BenchError) -> [Float] {
    let seconds = Double(count) / Double(deliveredSampleRate)
    var samples: [Float] = []
    do throws(DemuxError) {
      var demuxer = try Demuxer(
        path: path, options: DemuxOptions(start: start, end: start + seconds))
      while let item = try demuxer.next() {
        if case .audio(let block) = item { samples += block.samples }
      }
    } catch {
      throw .recording(error)
    }
    guard samples.count == count else { throw .tooShort(path: path, seconds: start + seconds) }
    return samples
  }
}
