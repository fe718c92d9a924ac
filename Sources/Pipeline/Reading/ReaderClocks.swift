/// What measures the readers of a run.
struct ReaderClocks: Sendable {
  /// Encoding sound.
  let encoding: StageClock
  /// Decoding video, finding faces, reading lips and fusing them with the sound.
  let looking: StageClock
  /// Writing words.
  let decoding: StageClock

  /// Clocks that nobody else reads.
  init(encoding: StageClock, looking: StageClock, decoding: StageClock) {
    self.encoding = encoding
    self.looking = looking
    self.decoding = decoding
  }

  /// Clocks whose times are among those that `stages` returns.
  init(_ stages: Stages) {
    encoding = stages.clock("encode")
    looking = stages.clock("look")
    decoding = stages.clock("decode")
  }
}
