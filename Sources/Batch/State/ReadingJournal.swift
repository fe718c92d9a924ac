import Foundation
import Pipeline
import Support

/// What was read of a recording so far, in a file that outlives the process: after a kill only the rest
/// is read.
///
/// The first line tells the version of the format and the fingerprint of the task; a line follows for
/// each segment, as readers finish them (`ReadingLine`). Lines are added by one write each and are not
/// brought to the disk. A kill loses nothing that was written, and what a power cut damages does not fit
/// its checksum.
///
/// A file that was found is never written to. Before the first line is added, what is good of it is
/// copied into a new file, which takes its name. A holder that has lost the claim without knowing it then
/// goes on writing to a file that has no name any more.
final class ReadingJournal: Sendable {
  /// Bytes of a file that is gone on with at most: a week of speech takes less.
  private static let most = 256 << 20

  private struct State {
    /// Where the lines of segments lie in the file.
    var lines: [SegmentTask.Place: Range<Int>] = [:]
    /// Bytes of the file that are good.
    var length = 0
    /// The file; -1 for none.
    var descriptor: Int32 = -1
    /// This journal has made the file.
    var isOwn = false
    /// Nothing more is added.
    var isClosed = false
    var restored = 0.0
  }

  private let claim: Claim
  private let head: Data
  private let state: Guarded<State>

  private var path: String { claim.folder.segments(claim.text.key) }

  /// The journal of the claimed recording. What was kept for another task, or is not wanted, goes.
  init(_ claim: Claim, fingerprint: String, isWanted: Bool = true) {
    self.claim = claim
    head = ReadingLine.head(fingerprint)
    let path = claim.folder.segments(claim.text.key)
    var state = State()
    if isWanted, let data = try? WholeFile.read(path, limit: Self.most), data.starts(with: head) {
      (state.lines, state.length) = Self.lines(data, head)
      state.descriptor = open(path.fileBytes, O_RDONLY | O_CLOEXEC)
    } else {
      unlink(path.fileBytes)
    }
    self.state = Guarded(state)
  }

  deinit { close() }

  /// Seconds of speech that were not read again.
  var restored: Double { state.withLock { $0.restored } }

  /// What was read in a segment before.
  func restore(_ place: SegmentTask.Place) -> Reading? {
    let line = state.withLock { state -> Data? in
      // By now the file may be another one than was looked through.
      guard !state.isClosed, let range = state.lines[place] else { return nil }
      return Self.read(range, state.descriptor)
    }
    guard let line, let found = ReadingLine(line, head), found.place == place,
      let reading = found.reading
    else { return nil }
    if reading.isFinal { state.withLock { $0.restored += place.seconds } }
    return reading
  }

  /// Adds what was read in a segment. Where that fails, it is read again after a kill.
  func keep(_ place: SegmentTask.Place, _ reading: Reading) {
    guard let line = ReadingLine.data(place, reading, head) else { return }
    state.withLock { state in
      guard !state.isClosed, !claim.isLost, state.isOwn || begin(&state) else { return }
      // After a line that is not whole nothing would be found.
      if !Self.write(line, state.descriptor) { state.isClosed = true }
    }
  }

  /// Takes nothing more.
  func close() {
    state.withLock { state in
      state.isClosed = true
      if state.descriptor >= 0 { Foundation.close(state.descriptor) }
      state.descriptor = -1
    }
  }

  /// Forgets everything.
  func remove() {
    close()
    if claim.isHeld { unlink(path.fileBytes) }
  }

  /// Makes the file that lines are added to; false, and never again, where that fails.
  private func begin(_ state: inout State) -> Bool {
    let part = claim.folder.part(claim.text.nonce, "segments")
    let descriptor = open(part.fileBytes, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    TemporaryFiles.remember(part)
    defer { TemporaryFiles.forget(part) }
    guard descriptor >= 0, copy(state, to: descriptor), claim.isHeld,
      rename(part.fileBytes, path.fileBytes) == 0
    else {
      if descriptor >= 0 { Foundation.close(descriptor) }
      unlink(part.fileBytes)
      state.isClosed = true
      return false
    }
    if state.descriptor >= 0 { Foundation.close(state.descriptor) }
    state.descriptor = descriptor
    state.isOwn = true
    return true
  }

  /// Writes the head and what is good of the file that was found.
  private func copy(_ state: State, to descriptor: Int32) -> Bool {
    guard state.length > 0 else { return Self.write(head, descriptor) }
    for start in stride(from: 0, to: state.length, by: 1 << 20) {
      let range = start..<min(start + 1 << 20, state.length)
      guard let data = Self.read(range, state.descriptor), Self.write(data, descriptor)
      else { return false }
    }
    return true
  }

  /// The lines after the head, up to the first that is not whole, and how far they go.
  private static func lines(_ data: Data, _ head: Data) -> ([SegmentTask.Place: Range<Int>], Int) {
    var lines: [SegmentTask.Place: Range<Int>] = [:]
    var start = head.count
    while let end = data[start...].firstIndex(of: 0x0A),
      let line = ReadingLine(data[start...end], head)
    {
      lines[line.place] = start..<end + 1
      start = end + 1
    }
    return (lines, start)
  }

  private static func read(_ range: Range<Int>, _ descriptor: Int32) -> Data? {
    var data = Data(count: range.count)
    let count = data.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, $0.count, off_t(range.lowerBound))
    }
    return count == range.count ? data : nil
  }

  private static func write(_ data: Data, _ descriptor: Int32) -> Bool {
    data.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) } == data.count
  }
}
