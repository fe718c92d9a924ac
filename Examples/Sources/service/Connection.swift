import Foundation

/// One request of HTTP/1.1, as far as the service needs it.
struct Request: Sendable {
  let method: String
  let path: String
  let length: Int?
}

/// A connection that carries one request and its answer.
final class Connection {
  private static let (longestHead, patience) = (16_384, 30)
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var time = timeval(tv_sec: Self.patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
  }

  deinit { close(descriptor) }

  /// The request's head; nil where there is none that can be understood.
  func request() -> Request? {
    while buffer.count < Self.longestHead {
      if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
        let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
        buffer.removeSubrange(..<end.upperBound)
        return Self.parse(head)
      }
      guard let more = read(), !more.isEmpty else { return nil }
      buffer += more
    }
    return nil
  }

  private static func parse(_ head: String) -> Request? {
    let lines = head.split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
    let length = lines.dropFirst().first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
    return Request(method: String(words[0]), path: String(words[1]), length: length)
  }

  /// Puts the body of `length` bytes into a file; false where it broke off.
  func save(_ length: Int, to file: URL) -> Bool {
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let output = try? FileHandle(forWritingTo: file)
    else { return false }
    defer { try? output.close() }
    var rest = length
    while rest > 0 {
      if buffer.isEmpty {
        guard let more = read(), !more.isEmpty else { return false }
        buffer = more
      }
      let part = buffer.prefix(rest)
      guard (try? output.write(contentsOf: part)) != nil else { return false }
      rest -= part.count
      buffer.removeFirst(part.count)
    }
    return true
  }

  /// Sends an answer; the connection ends with it.
  func send(_ answer: Answer) {
    let head =
      "HTTP/1.1 \(answer.status)\r\nContent-Type: \(answer.type); charset=utf-8\r\n"
      + "Content-Length: \(answer.body.count)\r\nConnection: close\r\n\r\n"
    var rest = (Array(head.utf8) + answer.body)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { bytes in
        Foundation.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func read() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count >= 0 ? Array(bytes[..<count]) : nil
  }
}
