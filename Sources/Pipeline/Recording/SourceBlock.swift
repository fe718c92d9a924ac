import Demux

/// Audio of a recording that is worked on in one go: 4 s of all its tracks together, less at its end.
struct SourceBlock: Sendable {
  /// Blocks of half a second in it at most.
  private static let most = 8

  /// What it is a part of.
  let recording: RecordingRun
  /// In the order of the container.
  let blocks: [AudioBlock]

  /// Seconds from the start of the recording to the end of the audio.
  var end: Double {
    let last = blocks.map { $0.startSample + Int64($0.samples.count) }.max() ?? 0
    return Double(last) / Double(deliveredSampleRate)
  }

  /// The next blocks of `recording`, which come from `next`; nil at its end.
  init?(
    of recording: RecordingRun, _ next: () throws(TranscriptionError) -> AudioBlock?
  ) throws(TranscriptionError) {
    var blocks: [AudioBlock] = []
    while blocks.count < Self.most, let block = try next() { blocks.append(block) }
    guard !blocks.isEmpty else { return nil }
    self.recording = recording
    self.blocks = blocks
  }
}
