import Foundation
import NIOHTTP1
import Viseme

/// What a request asks for, by its address and headers.
struct Order: Sendable {
  /// The form of the answer.
  enum Form: String, CaseIterable, Sendable {
    case json = "application/json"
    case vtt = "text/vtt"
    case srt = "application/x-subrip"
    /// The progress as it happens, and the JSON at the end (server-sent events).
    case events = "text/event-stream"

    /// Of a transcript.
    var format: OutputFormat {
      switch self {
      case .json, .events: .json
      case .vtt: .vtt
      case .srt: .srt
      }
    }
  }

  let form: Form
  let options: TranscriptionOptions
  /// Bytes of the body; nil where they are not told before.
  let length: Int?
  /// The client sends the body when it is told to go on.
  let waitsForContinue: Bool

  /// - Throws: ``Refusal`` for what the service does not do.
  init(_ head: HTTPRequestHead, _ parts: URLComponents, _ languages: [String]) throws(Refusal) {
    let type = head.headers.first(name: "Content-Type")?.lowercased() ?? ""
    if type.hasPrefix("multipart/") {
      throw Refusal(.unsupportedMediaType, "the body is the recording itself, not a form")
    }
    form = try Self.form(of: head.headers[canonicalForm: "Accept"].map { $0.lowercased() })
    options = try Self.options(parts.queryItems ?? [], languages)
    length = head.headers.first(name: "Content-Length").flatMap { Int($0) }
    waitsForContinue = head.headers[canonicalForm: "Expect"].contains {
      $0.lowercased() == "100-continue"
    }
  }

  private static func form(of accepted: [String]) throws(Refusal) -> Form {
    if accepted.isEmpty { return .json }
    for range in accepted {
      let type = range.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
      if let form = Form(rawValue: type) { return form }
      if type == "*/*" || type == "application/*" { return .json }
      if type == "text/*" { return .vtt }
    }
    let all = Form.allCases.map(\.rawValue).joined(separator: ", ")
    throw Refusal(.notAcceptable, "there are \(all)")
  }

  private static func options(
    _ items: [URLQueryItem], _ languages: [String]
  ) throws(Refusal) -> TranscriptionOptions {
    var options = TranscriptionOptions()
    options.threads = 1
    for item in items {
      let value = item.value ?? ""
      switch item.name {
      case "language" where languages.contains(value): options.language = value
      case "speakers" where value == "auto": options.speakers = .automatic
      case "speakers":
        guard let count = Int(value), 1...100 ~= count else { fallthrough }
        options.speakers = .between(count, count)
      default: throw Refusal(.badRequest, "\(item.name)=\(value) is not known here")
      }
    }
    return options
  }
}
