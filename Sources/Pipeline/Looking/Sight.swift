import Demux
import LipEncoder

/// Looks at spans of recordings and finds the mouths in them.
///
/// Every span is looked at by itself: the recording is opened, read from the key frame before the span
/// and followed to its end. So what is seen does not depend on which spans were looked at before, nor
/// on which reader looks.
struct Sight: Sendable {
  /// How a span is looked at.
  private struct Manner {
    /// Seconds before a span in which faces are found and landmarks settle, and after it for the
    /// window over which they are smoothed.
    var (lead, trail) = (0.6, 0.3)
    var tracking = FaceTracker.Options()

    static let careful = Manner()
    /// Faces are looked for in the first picture alone.
    static let quick = {
      var manner = Manner(lead: 0, trail: 0)
      manner.tracking.detectionInterval = .infinity
      manner.tracking.emptyInterval = .infinity
      manner.tracking.disturbedInterval = .infinity
      manner.tracking.searchTime = -.infinity
      manner.tracking.returnTime = -.infinity
      return manner
    }()
  }

  /// Seconds that a glimpse takes: seven pictures at 25 a second, so that the lip network sees the
  /// neighbours of some of them.
  static let glimpse = 0.28
  /// Larger pictures are made smaller: faces of four or nine people in a call are still large.
  private static let mostPixels = (width: 1280, height: 720)

  /// Finds faces.
  let networks: FaceDetectorNetworks

  /// What can be seen while `start` to `end` seconds of the audio are heard. Pictures are `later`
  /// seconds later than their sound.
  func look(
    at source: PictureSource, from start: Double, to end: Double, later: Double = 0
  ) -> Look {
    look(at: source, from: start, to: end, later: later, .careful)
  }

  /// Who is to be seen at one moment of the audio, without what it takes to read lips well.
  func glimpse(at source: PictureSource, at moment: Double) -> Look {
    look(at: source, from: moment, to: moment + Self.glimpse, later: 0, .quick)
  }

  private func look(
    at source: PictureSource, from start: Double, to end: Double, later: Double, _ manner: Manner
  ) -> Look {
    let shift = source.offset + later
    let (first, last) = (start + shift, end + shift)
    let indices = Self.frames(from: first, to: last)
    var tracks: [Int: MouthTrack] = [:]
    let (fault, isDamaged) = watch(
      source, from: first - manner.lead, to: last + manner.trail, manner.tracking
    ) { frame, shown in
      guard indices.contains(frame.index) else { return }
      let changed = source.mouthFilter.map { frame.replacing(crop: $0(frame.crop)) } ?? frame
      // In place: a track is megabytes.
      tracks[
        frame.track, default: MouthTrack(face: frame.track, indices: indices, start: first)
      ].set(changed, at: frame.index - indices.lowerBound, width: shown.width, height: shown.height)
    }
    return Look(
      mouths: tracks.values.sorted { $0.face < $1.face }, fault: fault, isDamaged: isDamaged)
  }

  /// The lip frames whose pictures' middles lie in a span.
  private static func frames(from start: Double, to end: Double) -> Range<Int> {
    let first = ((start - LipGrid.delay) * Double(LipGrid.rate)).rounded(.up)
    let last = ((end - LipGrid.delay) * Double(LipGrid.rate)).rounded(.up)
    let lower = max(0, Int(first))
    return lower..<max(lower, Int(last))
  }

  /// Calls `body` for each lip frame; returns why there was not one picture, if so, and whether
  /// much of it could not be decoded. (After a seek the first pictures of a sound file may be damaged.)
  private func watch(
    _ source: PictureSource, from start: Double, to end: Double, _ tracking: FaceTracker.Options,
    _ body: (LipFrame, Picture) -> Void
  ) -> (PictureFault?, isDamaged: Bool) {
    var stream = MouthStream(FaceTracker(FaceDetector(networks), options: tracking))
    let filter = source.filter?()
    var last: Picture?
    let size = VideoRequest.Size.fit(width: Self.mostPixels.width, height: Self.mostPixels.height)
    var fault: PictureFault?
    var isDamaged = false
    var pictures = 0
    do throws(DemuxError) {
      var demuxer = try Demuxer(
        path: source.path,
        options: DemuxOptions(
          audio: nil, video: VideoRequest(format: .rgb24, size: size), start: max(0, start),
          end: end))
      while let item = try demuxer.next() {
        guard case .video(let frame) = item else { continue }
        let seconds = frame.time.seconds
        let picture = Picture(width: frame.width, height: frame.height, bytes: frame.bytes)
        last = picture
        pictures += 1
        let changed = filter.map { $0(picture, seconds) } ?? picture
        if let changed { stream.push(changed, at: seconds) { body($0, picture) } }
      }
      isDamaged = 4 * demuxer.damage.corruptVideoPackets > pictures
      if isDamaged { fault = .undecodable }
    } catch {
      fault = .unreadable(error)
    }
    // What was seen until an error counts.
    guard let last else { return (fault, isDamaged) }
    stream.finish { body($0, last) }
    return (nil, isDamaged || fault != nil)
  }
}
