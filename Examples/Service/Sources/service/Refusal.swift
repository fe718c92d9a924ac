import NIOHTTP1
import Viseme

/// Why there is no transcript, as a status and a sentence for the client.
struct Refusal: Error {
  let status: HTTPResponseStatus
  let reason: String
  /// Seconds after which another try is worth it.
  var retryAfter: Int?

  init(_ status: HTTPResponseStatus, _ reason: String, retryAfter: Int? = nil) {
    self.status = status
    self.reason = reason
    self.retryAfter = retryAfter
  }

  /// Without the paths of this machine, which are no business of a client.
  init(_ error: VisemeError) {
    switch error {
    case .recording(_, let fault):
      self.init(.unprocessableEntity, "not a recording that can be transcribed: \(fault)")
    case .language(let code, let model):
      self.init(.badRequest, "\(model) does not know the language '\(code)'")
    case .option(let option, let value):
      self.init(.badRequest, "\(option) cannot be '\(value)'")
    case .model, .output, .transcript, .internalFault:
      self.init(.internalServerError, "the service cannot transcribe now")
    case .cancelled:
      self.init(.serviceUnavailable, "the service is being stopped")
    }
  }
}
