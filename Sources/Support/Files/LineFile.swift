import Foundation

/// Files of JSON lines and the like that are read line by line, in memory that does not grow with them.
package enum LineFile {
  /// Bytes of a line at most; longer ones are passed over, as are those with more combining marks on a letter
  /// than `MarkCounter.most`.
  package static let longest = TextFile.longestLine
  private static let chunk = 1 << 18

  /// Calls `body` with every line of a regular file, without its end (line feed), and whether it has one:
  /// only the last may lack it.
  ///
  /// - Returns: how many lines were passed over.
  @discardableResult
  package static func read(
    _ path: String, _ body: (_ line: Data, _ isWhole: Bool) -> Void
  ) throws(WholeFile.Unreadable) -> Int {
    let file = try RegularFile(path)
    var bytes = [UInt8](repeating: 0, count: chunk)
    var pending = Data()
    var (passed, isTooLong) = (0, false)
    while true {
      let count = bytes.withUnsafeMutableBytes { file.read($0) }
      guard count >= 0 else { throw WholeFile.Unreadable(code: errno) }
      if count == 0 { break }
      var rest = bytes[..<count]
      while let end = rest.firstIndex(of: 0x0A) {
        pending += rest[..<end]
        if isTooLong || !isLine(pending) { passed += 1 } else { body(pending, true) }
        (pending, isTooLong) = (Data(), false)
        rest = rest[(end + 1)...]
      }
      pending += rest
      if pending.count > longest { (pending, isTooLong) = (Data(), true) }
    }
    if isTooLong || !isLine(pending) {
      passed += 1
    } else if !pending.isEmpty {
      body(pending, false)
    }
    return passed
  }

  private static func isLine(_ bytes: Data) -> Bool {
    bytes.count <= longest && !MarkCounter.areMany(in: String(decoding: bytes, as: UTF8.self))
  }
}
