internal import Glibc
internal import Support
internal import Transcript

extension VisemeError {
  init(_ error: AtomicFileError) {
    switch error {
    case .exists(let path), .holdsOther(let path): self = .output(path: path, .exists)
    case .isDirectory(let path): self = .output(path: path, .isDirectory)
    case .cannotCreate(let path, let code), .writeFailed(let path, let code):
      self = .output(path: path, .system(code))
    case .diskFull(let path): self = .output(path: path, .diskFull)
    case .brokenPipe(let path): self = .output(path: path, .system(EPIPE))
    }
  }
}

extension TranscriptFault {
  init(_ error: TranscriptFileError) {
    switch error {
    case .notJSON, .notTranscript: self = .notTranscript
    case .newer(let version): self = .newer(version: version)
    case .missing(let member), .wrong(let member, _), .textDiffers(let member):
      self = .member(member)
    }
  }
}
