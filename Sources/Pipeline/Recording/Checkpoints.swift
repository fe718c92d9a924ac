/// What was read of a recording by a run that did not come to its end, and who keeps what is read now.
///
/// A recording is decoded and cut again in each run, which takes a tenth of the work and has the same
/// result. A segment in the same place as one that was read before is not read again: what is read
/// depends on nothing but the segment and the recording. Of a segment that is to be read twice the first
/// reading is kept too (`Reading.isFinal` tells which).
package struct Checkpoints: Sendable {
  let restore: @Sendable (SegmentTask.Place) -> Reading?
  let keep: @Sendable (SegmentTask.Place, Reading) -> Void

  /// Checkpoints of one recording, read under the same request and with the same networks.
  ///
  /// - Parameters:
  ///   - restore: what was read in a segment, nil where it must be read. It is called for each segment
  ///     in the order of numbers.
  ///   - keep: takes what was read in a segment, its second reading after its first. It is called by
  ///     readers, in any order and from any thread, and for what they have in work when the run is
  ///     stopped even after its end.
  package init(
    restore: @escaping @Sendable (SegmentTask.Place) -> Reading?,
    keep: @escaping @Sendable (SegmentTask.Place, Reading) -> Void
  ) {
    self.restore = restore
    self.keep = keep
  }
}
