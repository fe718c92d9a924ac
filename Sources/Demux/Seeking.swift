import CFFmpeg

/// Where reading stands after an attempt to go somewhere.
enum Placement {
  /// Still at the beginning.
  case unmoved
  /// Before the place wanted.
  case before
  /// Nobody knows where.
  case lost
}

extension Container {
  /// Goes to where reading must begin so that everything from `start` on can be decoded exactly;
  /// `streams` are the selected ones. Where the container does not get there for certain, the file
  /// is to be read through from its beginning.
  func seek(
    before start: ExactTime, zero: ExactTime, streams: [Int]
  ) throws(DemuxError) -> Placement {
    guard isSeekable, ContainerFormat.exactAfterSeeking.contains(format) else { return .unmoved }
    var placement = Placement.unmoved
    for margin in Container.seekMargins {
      let target = start - ExactTime(Int64(AudioTrack.preRoll) + margin, per: 1)
      guard target > .zero else { break }
      placement = .lost
      guard seek(to: target + zero, streams: streams) else { break }
      if try lies(before: start, zero: zero, streams: streams) {
        return seek(to: target + zero, streams: streams) ? .before : .lost
      }
    }
    return placement
  }

  /// Seconds to go back further than the pre-roll, tried one after another: some containers land
  /// later than asked for.
  private static let seekMargins: [Int64] = [1, 10, 60]
  /// Packets looked at to find the first of every stream.
  private static let mostPeeked = 4_000

  /// The packets that follow begin early enough in every stream.
  private func lies(
    before start: ExactTime, zero: ExactTime, streams: [Int]
  ) throws(DemuxError) -> Bool {
    let packet = try Packet()
    let latest = start - ExactTime(1, per: 2)
    // A stream that begins later has nothing to be missed.
    var awaited = Set(
      streams.filter { index in startTime(of: index).map { $0 - zero < latest } ?? true })
    for _ in 0..<Container.mostPeeked where !awaited.isEmpty {
      guard try read(packet) == .packet else { return false }
      guard awaited.contains(packet.streamIndex), let stream = stream(packet.streamIndex),
        let time = ExactTime(packet.timestamp, in: stream.pointee.time_base)
      else { continue }
      if time - zero > latest { return false }
      awaited.remove(packet.streamIndex)
    }
    return true
  }
}
