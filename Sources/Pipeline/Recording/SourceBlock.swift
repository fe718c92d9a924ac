import Demux

/// A run of audio of one track of one of the recordings of a run.
struct SourceBlock: Sendable {
  /// Ordinal of the recording in its run, from 0. Recordings come one after another.
  let recording: Int
  /// Ordinal of the audio track in its recording, from 0.
  let track: Int
  /// Position of the first sample in the recording, at 16 kHz.
  let startSample: Int64
  /// Mono, 16 kHz, full scale ±1.
  let samples: [Float]
  /// What there is to see of the recording.
  let picture: PictureSource?

  /// Seconds from the start of the recording to the end of the block.
  var end: Double {
    Double(startSample + Int64(samples.count)) / Double(deliveredSampleRate)
  }

  /// A block of a run's only recording.
  init(_ block: AudioBlock, picture: PictureSource?) {
    recording = 0
    track = block.track
    startSample = block.startSample
    samples = block.samples
    self.picture = picture
  }

  /// A block of a recording that has one track.
  init(recording: Int, startSample: Int, samples: [Float], picture: PictureSource?) {
    self.recording = recording
    track = 0
    self.startSample = Int64(startSample)
    self.samples = samples
    self.picture = picture
  }
}
