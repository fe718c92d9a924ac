import SpeechModels

extension ModelFootprint {
  /// What a reader's memory is rounded up to.
  private static let step = 16 << 20

  /// Bytes of one of several readers: the keys and values that it holds, and as much again for what it
  /// computes with. (32 MiB for the usual model, where a second thread was seen to take 25 MB.)
  package var reader: Int {
    let held = Reader.audioBytes(audio, isAlone: false) + Reader.slots * sequence
    return (2 * held + Self.step - 1) / Self.step * Self.step
  }
}
