import Foundation
import NIOCore
import NIOHTTP1
import Viseme

/// The answers' side of a connection.
struct Answer {
  typealias Part = HTTPPart<HTTPResponseHead, ByteBuffer>
  typealias Parts = NIOAsyncChannelOutboundWriter<Part>

  /// The time in which a client must have taken an answer.
  private static let limit = TimeAmount.minutes(5)

  private let parts: Parts
  private let channel: any Channel

  init(_ parts: Parts, on channel: any Channel) {
    self.parts = parts
    self.channel = channel
  }

  /// Asks for the body that a client holds back.
  func goOn() async throws {
    try await parts.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
  }

  /// Sends an answer that is there as a whole.
  func whole(
    _ type: String, _ bytes: [UInt8], status: HTTPResponseStatus = .ok, retryAfter: Int? = nil
  ) async throws {
    var headers = HTTPHeaders([
      ("Content-Type", type), ("Content-Length", "\(bytes.count)"), ("Connection", "close"),
    ])
    if let retryAfter { headers.add(name: "Retry-After", value: "\(retryAfter)") }
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    try await parts.write(contentsOf: [.head(head), .body(ByteBuffer(bytes: bytes))])
    try await end()
  }

  func refuse(_ refusal: Refusal) async throws {
    try await whole(
      "application/json", Self.told(refusal), status: refusal.status, retryAfter: refusal.retryAfter
    )
  }

  /// Sends what a run makes, in the form that was asked for; with events, its progress before.
  ///
  /// - Throws: ``Refusal`` where there is no transcript and nothing was sent yet.
  func follow(
    _ steps: AsyncStream<Double>, of run: Task<TranscriptionResult, any Error>, as form: Order.Form
  ) async throws {
    guard form == .events else {
      let result = try await Self.result(of: run)
      return try await whole(form.rawValue, Self.bytes(of: result, as: form))
    }
    let headers = HTTPHeaders([
      ("Content-Type", form.rawValue), ("Cache-Control", "no-store"), ("Connection", "close"),
    ])
    try await parts.write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)))
    try await event("waiting", Array("{}".utf8))
    for await fraction in steps {
      try await event("progress", Array(#"{"fraction":\#(fraction)}"#.utf8))
    }
    let last: (name: String, data: [UInt8])
    do throws(Refusal) {
      last = ("transcript", try Self.bytes(of: await Self.result(of: run), as: form))
    } catch {
      last = ("failed", Self.told(error))
    }
    try await event(last.name, last.data)
    try await end()
  }

  /// Ends the answer, and returns when the system has taken all of it: what waits when the connection is closed
  /// would be lost.
  private func end() async throws {
    let close = channel.eventLoop.scheduleTask(in: Self.limit) { [channel] in
      channel.close(promise: nil)
    }
    defer { close.cancel() }
    try await channel.writeAndFlush(Part.end(nil)).get()
  }

  /// Sends one event; each line of its data is a field.
  private func event(_ name: String, _ data: [UInt8]) async throws {
    var bytes = ByteBuffer(string: "event: \(name)\n")
    for line in data.split(separator: UInt8(ascii: "\n")) {
      bytes.writeString("data: ")
      bytes.writeBytes(line)
      bytes.writeString("\n")
    }
    bytes.writeString("\n")
    try await parts.write(.body(bytes))
  }

  private static func result(
    of run: Task<TranscriptionResult, any Error>
  ) async throws(Refusal) -> TranscriptionResult {
    do { return try await run.value } catch let error as VisemeError { throw Refusal(error) } catch
    {
      throw Refusal(.cancelled)
    }
  }

  private static func bytes(
    of result: TranscriptionResult, as form: Order.Form
  ) throws(Refusal) -> [UInt8] {
    do throws(VisemeError) {
      return try result.bytes(as: form.format)
    } catch {
      throw Refusal(error)
    }
  }

  private static func told(_ refusal: Refusal) -> [UInt8] {
    let text = try? JSONEncoder().encode(["error": refusal.reason])
    return text.map(Array.init) ?? []
  }
}

/// Turns answers of plain bytes into what NIO's encoder takes.
final class ResponseBytes: ChannelOutboundHandler {
  typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
  typealias OutboundOut = HTTPServerResponsePart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part: HTTPServerResponsePart =
      switch Self.unwrapOutboundIn(data) {
      case .head(let head): .head(head)
      case .body(let bytes): .body(.byteBuffer(bytes))
      case .end(let trailers): .end(trailers)
      }
    context.write(Self.wrapOutboundOut(part), promise: promise)
  }
}
