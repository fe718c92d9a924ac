import AudioEncoder
import NN

extension Embeddings {
  /// Frames as Moonshine's encoder makes them, every 24 ms.
  package init(frames: Int, width: Int, values: [Float]) {
    self.init(frames: frames, width: width, clock: MoonshineEncoderConfig.clock, values: values)
  }
}
