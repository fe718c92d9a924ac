import Demux

/// Where a segment of speech lies among those of its recording.
package struct SegmentPlace: Sendable, Hashable {
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

/// What was read of a recording by a run that did not come to its end, and who keeps what is read now.
///
/// A recording is decoded and cut anew in each run, which takes a tenth of the work and has the same
/// result. A segment in the same place as one that was read before is not read again: what is read
/// depends on nothing but the segment and the recording. Of a segment that is to be read twice the first
/// reading is kept too (`ReadSegment.isWhole` tells which).
package struct Checkpoints: Sendable {
  let restore: @Sendable (SegmentPlace) -> ReadSegment?
  let keep: @Sendable (SegmentPlace, ReadSegment) -> Void

  /// Checkpoints of one recording, read under the same request and with the same networks.
  ///
  /// - Parameters:
  ///   - restore: what was read in a segment, nil where it must be read. It is called for each segment
  ///     in the order of numbers.
  ///   - keep: takes what was read in a segment, its second reading after its first. It is called by
  ///     readers, in any order and from any thread, and for what they have in work when the run is
  ///     stopped even after its end.
  package init(
    restore: @escaping @Sendable (SegmentPlace) -> ReadSegment?,
    keep: @escaping @Sendable (SegmentPlace, ReadSegment) -> Void
  ) {
    self.restore = restore
    self.keep = keep
  }
}
