import AudioEncoder
import Demux
import NN
import Support

/// What a reader takes: a segment of speech, to be put into words.
package struct SegmentTask: Sendable {
  /// Where a segment of speech lies, which tells it from all others of its recording.
  package struct Place: Sendable, Hashable {
    /// From 0, in the order in which segments are cut.
    package let number: Int
    /// Audio track, from 1.
    package let track: Int
    /// Position of the first sample in the recording, at 16 kHz.
    package let startSample: Int64
    package let sampleCount: Int

    package init(number: Int, track: Int, startSample: Int64, sampleCount: Int) {
      self.number = number
      self.track = track
      self.startSample = startSample
      self.sampleCount = sampleCount
    }

    /// Length in seconds.
    package var seconds: Double { Double(sampleCount) / Double(deliveredSampleRate) }
  }

  /// What the segment is a part of.
  let recording: RecordingRun
  /// Its place among all segments whose readings wait with those of its recording, from 0.
  let number: Int
  /// Audio track, from 1.
  let track: Int
  /// The audio, with the probability of speech.
  let speech: SpeechSegment
  /// Whether it is hardly louder than silence, beside what was heard before.
  let isFaint: Bool
  /// Its first reading, where an earlier run has kept that and a second one is to follow.
  private(set) var first: Reading?
  /// What was encoded of it to find the language; nil where nobody listened to it for that.
  var embeddings: Embeddings?

  /// A segment of which nothing was read.
  init(_ recording: RecordingRun, number: Int, track: Int, speech: SpeechSegment, isFaint: Bool) {
    self.recording = recording
    self.number = number
    self.track = track
    self.speech = speech
    self.isFaint = isFaint
  }

  /// Seconds from the start of the recording.
  var start: Double { Double(speech.startSample) / Double(deliveredSampleRate) }
  /// Length in seconds.
  var seconds: Double { speech.seconds }

  var place: Place {
    Place(
      number: number, track: track, startSample: speech.startSample,
      sampleCount: speech.samples.count)
  }

  /// Takes what an earlier run has read in it, with what that has found out for the segments after it.
  /// - Returns: false where it must be read, if only for the second time.
  mutating func restore() -> Bool {
    guard let reading = recording.checkpoints?.restore(place) else { return false }
    switch reading.round {
    case .first:
      first = reading
      return false
    case .final(let sighting):
      if let offset = sighting?.offset { recording.picture?.sync?.restore(offset) }
      _ = recording.readings.put(reading, number: number)
      return true
    }
  }

  /// Keeps its first reading.
  func keep(_ first: Reading) { recording.checkpoints?.keep(place, first) }

  /// Hands in its final reading. It is kept before the recording can come to its end.
  func finish(_ reading: Reading) {
    recording.checkpoints?.keep(place, reading)
    _ = recording.readings.put(reading, number: number)
  }
}
