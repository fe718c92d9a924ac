import Foundation
import Viseme

/// What a request is answered with.
struct Answer: Sendable {
  let status: String
  var type = "text/plain"
  let body: [UInt8]

  init(_ status: String, _ text: String) {
    self.status = status
    body = Array("\(text)\n".utf8)
  }

  init(_ result: TranscriptionResult, as format: OutputFormat) {
    let bytes = try? result.bytes(as: format)
    status = bytes == nil ? "500 Internal Server Error" : "200 OK"
    type = format == .json ? "application/json" : "text/plain"
    body = bytes ?? []
  }
}

extension Jobs {
  /// Answers a request; `file` is what was posted.
  func answer(_ request: Request, file: URL?) -> Answer {
    let parts = request.path.split(separator: "/").map(String.init)
    guard parts.first == "transcripts" else { return Answer("404 Not Found", "not found") }
    if request.method == "POST", parts.count == 1, let file {
      if let id = add(file) { return Answer("202 Accepted", id) }
      try? FileManager.default.removeItem(at: file)
      return Answer("503 Service Unavailable", "the queue is full")
    }
    guard request.method == "GET", parts.count == 2 else {
      return Answer("400 Bad Request", "GET /transcripts/NUMBER, or POST with Content-Length")
    }
    switch state(String(parts[1].prefix { $0 != "." })) {
    case .waiting: return Answer("202 Accepted", "waiting")
    case .running(let fraction): return Answer("202 Accepted", "\(Int(fraction * 100)) %")
    case .failed(let reason): return Answer("422 Unprocessable Content", reason)
    case .done(let result): return Answer(result, as: OutputFormat(fileName: parts[1]) ?? .json)
    case nil: return Answer("404 Not Found", "not found")
    }
  }
}
