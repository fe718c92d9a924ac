import Foundation
import NIOCore
import NIOHTTP1
import Viseme

/// One request and its answer; the connection ends with it.
struct Exchange: Sendable {
  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, Answer.Part>

  /// Seconds in which a refused client may still send, so that it reads its answer and no broken connection.
  private static let lingering = TimeAmount.seconds(10)

  private let service: Service
  private let connection: Connection
  private let languages: [String]

  init(_ service: Service, _ connection: Connection, languages: [String]) {
    (self.service, self.connection, self.languages) = (service, connection, languages)
  }

  /// A connection that speaks HTTP/1.1, one request at a time.
  static func connection(on channel: any Channel, patience: Int) throws -> Connection {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
    try pipeline.addHandler(IdleStateHandler(readTimeout: .seconds(Int64(patience))))
    try pipeline.addHandler(RequestTimeout())
    try pipeline.addHandler(ResponseBytes())
    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
  }

  /// Answers; a client that goes, or sends no HTTP, ends it.
  func run() async {
    try? await connection.executeThenClose { requests, responses in
      let answer = Answer(responses, on: connection.channel)
      var request = Request(requests)
      do {
        try await respond(&request, answer)
      } catch let refusal as Refusal {
        try await answer.refuse(refusal)
        let close = connection.channel.eventLoop.scheduleTask(in: Self.lingering) {
          connection.channel.close(promise: nil)
        }
        try await request.drop()
        close.cancel()
      }
    }
  }

  private func respond(_ request: inout Request, _ answer: Answer) async throws {
    guard case .head(let head)? = try await request.next() else { return }
    guard let address = URLComponents(string: head.uri) else {
      throw Refusal(.badRequest, "the address cannot be read")
    }
    switch (address.path, head.method) {
    case ("/health", .GET):
      let text = #"{"recordings":\#(await service.queue.count)}"#
      try await answer.whole("application/json", Array(text.utf8))
    case ("/transcripts", .POST):
      try await transcript(Order(head, address, languages), &request, answer)
    case ("/health", _), ("/transcripts", _): throw Refusal(.methodNotAllowed, "not \(head.method)")
    default: throw Refusal(.notFound, "there is POST /transcripts, and GET /health")
    }
  }

  /// A place is taken before the first byte is read, so that uploads are bounded as well.
  private func transcript(
    _ order: Order, _ request: inout Request, _ answer: Answer
  ) async throws {
    let largest = service.settings.largest
    if let length = order.length, length > largest { throw Refusal.tooLarge(largest) }
    if let seconds = await service.queue.enter() {
      throw Refusal(.serviceUnavailable, "all places are taken", retryAfter: seconds)
    }
    let upload = Upload(in: service.folder)
    let ending: Result<Void, any Error>
    do {
      if order.waitsForContinue { try await answer.goOn() }
      try await upload.save(&request, largest: largest)
      try await transcribe(upload, order, answer)
      ending = .success(())
    } catch {
      ending = .failure(error)
    }
    upload.remove()
    await service.queue.leave()
    try ending.get()
  }

  /// Transcribes a recording and answers; stops when the client goes.
  private func transcribe(_ upload: Upload, _ order: Order, _ answer: Answer) async throws {
    let (steps, feed) = AsyncStream.makeStream(
      of: Double.self, bufferingPolicy: .bufferingNewest(1))
    let (queue, transcriber) = (service.queue, service.transcriber)
    let run = Task {
      defer { feed.finish() }
      return try await queue.run {
        try await transcriber.transcribe(
          Recording(path: upload.file.path), options: order.options,
          progress: { feed.yield($0.fraction ?? 0) })
      }
    }
    // Nothing more is read of the request, and a client that hangs up closes the channel.
    connection.channel.closeFuture.whenComplete { _ in run.cancel() }
    do {
      try await withTaskCancellationHandler {
        try await answer.follow(steps, of: run, as: order.form)
      } onCancel: {
        run.cancel()
      }
    } catch {
      // The place is given back when the work has ended, and not before.
      run.cancel()
      _ = await run.result
      throw error
    }
  }
}
