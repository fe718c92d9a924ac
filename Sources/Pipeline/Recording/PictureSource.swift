import LipEncoder

/// Where the picture that goes with some audio comes from.
package struct PictureSource: Sendable {
  /// Changes pictures, each at its time in seconds, or drops them (nil). It may keep what it needs
  /// from one to the next.
  package typealias Filter = (Picture, Double) -> Picture?

  /// A file that can be read from any place.
  package let path: String
  /// Seconds of the file at the audio's time zero.
  package let offset: Double
  /// Makes a filter for one look at the recording; nil where pictures are used as they are.
  package let filter: (@Sendable () -> Filter)?
  /// Changes mouth crops `[80, 80]`; nil where they are used as they are.
  package let mouthFilter: (@Sendable ([UInt8]) -> [UInt8])?

  /// Tells how far the picture is from the sound; nil where that is not asked.
  let sync: PictureSync?

  /// The pictures of the recording at `path`, put right where they are earlier or later than the sound.
  init(recording path: String) {
    self.path = path
    offset = 0
    filter = nil
    mouthFilter = nil
    sync = PictureSync()
  }

  /// The pictures of the file at `path`, whose second `offset` belongs to the audio's time zero.
  package init(
    path: String, offset: Double = 0, filter: (@Sendable () -> Filter)? = nil,
    mouthFilter: (@Sendable ([UInt8]) -> [UInt8])? = nil
  ) {
    self.path = path
    self.offset = offset
    self.filter = filter
    self.mouthFilter = mouthFilter
    sync = nil
  }
}
