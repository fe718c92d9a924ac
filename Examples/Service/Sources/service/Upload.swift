import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// What comes of a request, part by part.
struct Request {
  private var parts: NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator
  /// Its end was read, or the client has gone.
  private var isWhole = false

  init(_ parts: NIOAsyncChannelInboundStream<HTTPServerRequestPart>) {
    self.parts = parts.makeAsyncIterator()
  }

  /// The next part; nil where the client has gone.
  mutating func next() async throws -> HTTPServerRequestPart? {
    let part = try await parts.next()
    switch part {
    case .end, nil: isWhole = true
    case .head, .body: break
    }
    return part
  }

  /// Reads what is left of it and drops it.
  mutating func drop() async throws {
    while !isWhole { _ = try await next() }
  }
}

/// A posted recording, as a file that is removed by ``remove()``.
struct Upload: Sendable {
  let file: URL

  /// The client has gone before the end of its recording.
  struct BrokenOff: Error {}

  init(in folder: URL) {
    file = folder.appending(path: UUID().uuidString)
  }

  /// Saves the body of a request, as fast as the disk takes it: what was not read yet holds the client up.
  ///
  /// - Throws: ``Refusal`` above `largest` bytes or where the disk is full, ``BrokenOff``.
  func save(_ request: inout Request, largest: Int) async throws {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Refusal(.insufficientStorage, "no file can be made") }
    let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var size = 0
    while let part = try await request.next() {
      switch part {
      case .head: break
      case .body(let bytes):
        size += bytes.readableBytes
        guard size <= largest else { throw Refusal.tooLarge(largest) }
        // Writing blocks, which a task must not.
        try await NIOThreadPool.singleton.runIfActive {
          do { try output.write(contentsOf: Data(bytes.readableBytesView)) } catch {
            throw Refusal(.insufficientStorage, "the recording cannot be stored")
          }
        }
      case .end: return
      }
    }
    throw BrokenOff()
  }

  func remove() {
    try? FileManager.default.removeItem(at: file)
  }
}

extension Refusal {
  static func tooLarge(_ largest: Int) -> Refusal {
    Refusal(.payloadTooLarge, "a recording may have \(largest) bytes")
  }
}

/// Closes a connection whose request stands still, until the request is there as a whole.
final class RequestTimeout: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private var isWhole = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = Self.unwrapInboundIn(data) { isWhole = true }
    context.fireChannelRead(data)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent, !isWhole { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }
}
