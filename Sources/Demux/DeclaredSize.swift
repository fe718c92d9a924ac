/// How long a file should be by its own outermost structure: MP4 boxes, the chunk of samples, an EBML
/// segment, or what an ASF header says. A file shorter than that was cut off.
struct DeclaredSize {
  /// Bytes that the structure spans; nil when it does not say.
  private(set) var bytes: Int64?
  /// The `moov` box of an MP4 or QuickTime file, its index, if all of it lies in the file.
  private(set) var index: Box?
  /// Where the samples of an uncompressed recording lie.
  private(set) var samples: SampleExtent?
  /// An MP4 file in fragments, each with an index of its own.
  private(set) var isFragmented = false

  /// Most top-level boxes looked at; fragmented recordings have two for every fragment.
  private static let mostBoxes = 100_000
  /// Kinds of box that such a file can begin with.
  private static let firstBoxes: Set<String> = [
    "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp",
  ]

  /// Reads the structure of a regular file; a pipe declares nothing.
  init(of file: borrowing InputFile) {
    guard let size = file.size else { return }
    readBoxes(file, size)
    readRIFF(file)
    readEBML(file)
    readASF(file)
  }

  private mutating func readBoxes(_ file: borrowing InputFile, _ fileSize: Int64) {
    let first = Box.list(file, from: 0, to: fileSize, most: 1).first
    guard let first, DeclaredSize.firstBoxes.contains(first.kind) else { return }
    for box in Box.list(file, from: 0, to: fileSize, most: DeclaredSize.mostBoxes) {
      bytes = box.end
      if box.kind == "moof" { isFragmented = true }
      if box.kind == "moov", box.end <= fileSize { index = box }
    }
  }

  private mutating func readRIFF(_ file: borrowing InputFile) {
    if let samples = SampleExtent(of: file) {
      self.samples = samples
      let length = samples.isOpenEnded ? samples.available : samples.declared
      bytes = samples.start.addingReportingOverflow(length).partialValue
      return
    }
    let header = file.bytes(at: 0, count: 8)
    guard header.count == 8, header[0..<4].elementsEqual("RIFF".utf8) else { return }
    let length = bigEndian(header[4..<8].reversed())
    guard !SampleExtent.isOpenEnded(length) else { return }
    bytes = length + 8
  }

  private mutating func readEBML(_ file: borrowing InputFile) {
    let head = file.bytes(at: 0, count: 4096)
    guard head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]),
      let (headerLength, afterLength) = ebmlLength(head, at: 4)
    else { return }
    let segment = Int64(afterLength) + headerLength
    guard segment + 12 <= head.count, let start = Int(exactly: segment),
      head[start..<start + 4].elementsEqual([0x18, 0x53, 0x80, 0x67]),
      let (length, payload) = ebmlLength(head, at: start + 4)
    else { return }
    bytes = Int64(payload) + length
  }

  /// The file's length in its properties (Advanced Systems Format specification, 3.2), which a live
  /// broadcast does not know.
  private mutating func readASF(_ file: borrowing InputFile) {
    let header: [UInt8] = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]
    let properties: [UInt8] = [0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11]
    guard file.bytes(at: 0, count: 8) == header else { return }
    var offset: Int64 = 30
    for _ in 0..<DeclaredSize.mostObjects {
      let object = file.bytes(at: offset, count: 92)
      guard object.count == 92 else { return }
      let length = bigEndian(object[16..<24].reversed())
      if object.starts(with: properties) {
        let isBroadcast = object[88] & 1 != 0
        let size = bigEndian(object[40..<48].reversed())
        if !isBroadcast, size > 0 { bytes = size }
        return
      }
      guard length >= 24, length < 1 << 32 else { return }
      offset += length
    }
  }

  /// Objects of an ASF header looked at.
  private static let mostObjects = 64

  /// The length written at `offset` and where what follows it begins; nil when unknown.
  private func ebmlLength(_ bytes: [UInt8], at offset: Int) -> (Int64, Int)? {
    guard offset < bytes.count, bytes[offset] != 0 else { return nil }
    let width = bytes[offset].leadingZeroBitCount + 1
    guard offset + width <= bytes.count else { return nil }
    let value = bigEndian(bytes[offset..<offset + width]) & ((1 << (7 * width)) - 1)
    return value == (1 << (7 * width)) - 1 ? nil : (value, offset + width)
  }
}
