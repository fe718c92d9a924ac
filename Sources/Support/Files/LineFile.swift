import Foundation

/// Files of lines that are read line by line, in memory that does not grow with them.
package enum LineFile {
  /// Bytes of a line at most; longer ones are passed over.
  package static let longest = 4 << 20
  private static let chunk = 1 << 18

  /// Calls `body` with every line of a regular file, without its end (line feed), and whether it has one:
  /// only the last may lack it.
  ///
  /// - Returns: how many lines were too long to be any.
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
        if isTooLong || pending.count > longest { passed += 1 } else { body(pending, true) }
        (pending, isTooLong) = (Data(), false)
        rest = rest[(end + 1)...]
      }
      pending += rest
      if pending.count > longest { (pending, isTooLong) = (Data(), true) }
    }
    if isTooLong { passed += 1 } else if !pending.isEmpty { body(pending, false) }
    return passed
  }
}
