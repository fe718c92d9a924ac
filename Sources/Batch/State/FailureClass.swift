import Demux
import Foundation
import Pipeline
import Support

/// Why a recording has no transcript, in a word for programs.
package enum FailureClass: String, Sendable, Hashable, Codable, CaseIterable {
  // The input.
  case notFound = "not_found"
  case isDirectory = "is_directory"
  case notAFile = "not_a_file"
  case permissionDenied = "permission_denied"
  case empty
  case notARecording = "not_a_recording"
  case refusedFormat = "refused_format"
  case noIndex = "no_index"
  case damaged
  case limitExceeded = "limit_exceeded"
  case noAudio = "no_audio"
  case noSuchTrack = "no_such_track"
  case unknownCodec = "unknown_codec"
  case badManifest = "bad_manifest"
  /// It was written to while it was read.
  case changed
  case readError = "read_error"
  // The output.
  case outputExists = "output_exists"
  case outputCollision = "output_collision"
  case outputIsInput = "output_is_input"
  case cannotCreate = "cannot_create"
  case writeError = "write_error"
  // The machine.
  case noSpace = "no_space"
  case noMemory = "no_memory"
  case noDescriptors = "no_descriptors"
  case noModel = "no_model"
  case noLibrary = "no_library"
  case internalError = "internal_error"

  /// It may succeed when it is tried again.
  package var isTransient: Bool {
    switch self {
    case .changed, .readError, .writeError: true
    default: isExhausted
    }
  }

  /// The machine lacks something: trying again may help, best elsewhere.
  package var isExhausted: Bool {
    switch self {
    case .noSpace, .noMemory, .noDescriptors: true
    default: false
    }
  }

  /// It would befall every other recording too.
  package var concernsAll: Bool {
    switch self {
    case .noSpace, .noModel, .noLibrary: true
    default: false
    }
  }

  /// It lies in the content of the input, and so stays while that does.
  package var isLasting: Bool {
    switch self {
    case .empty, .notARecording, .refusedFormat, .noIndex, .damaged, .limitExceeded, .noAudio,
      .noSuchTrack, .unknownCodec:
      true
    default: false
    }
  }
}

/// Why one recording of a batch failed; the sentences are the command line's.
package enum BatchFailure: Error, Sendable, Hashable {
  case entry(EntryFault.Cause)
  case input(InputFault)
  /// The input changed while it was read.
  case changed
  /// Another recording would write the same outputs.
  case outputCollision(String)
  case outputIsInput(String)
  case transcription(TranscriptionError)

  /// The failure in a word.
  package var kind: FailureClass {
    switch self {
    case .entry(.unreadable(let code)), .input(.unreadable(let code)): Self.kind(code)
    case .entry(.noMatch): .notFound
    case .entry(.manifest): .badManifest
    case .input(.isDirectory): .isDirectory
    case .input(.notAFile): .notAFile
    case .changed: .changed
    case .outputCollision: .outputCollision
    case .outputIsInput: .outputIsInput
    case .transcription(let error): Self.kind(error)
    }
  }

  private static func kind(_ error: TranscriptionError) -> FailureClass {
    switch error {
    case .demux(let error): kind(error)
    case .output(let error): kind(error)
    case .model, .lipModel, .otherLipModel, .noFusionBaselines:
      error.modelCode.flatMap(exhaustion) ?? .noModel
    case .language, .cannotTranslate: .noModel
    case .cancelled, .fault: .internalError
    }
  }

  private static func kind(_ code: Int32) -> FailureClass {
    switch code {
    case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP: .notFound
    case EACCES, EPERM: .permissionDenied
    case EISDIR: .isDirectory
    case ESPIPE: .notAFile
    case EFBIG: .limitExceeded
    default: exhaustion(code) ?? .readError
    }
  }

  /// What the machine lacks by an `errno`, if anything.
  private static func exhaustion(_ code: Int32) -> FailureClass? {
    switch code {
    case EMFILE, ENFILE: .noDescriptors
    case ENOMEM, EAGAIN: .noMemory
    default: nil
    }
  }

  private static func kind(_ error: AtomicFileError) -> FailureClass {
    switch error {
    case .exists, .holdsOther: .outputExists
    case .isDirectory: .cannotCreate
    case .cannotCreate(_, let code): exhaustion(code) ?? .cannotCreate
    case .diskFull: .noSpace
    case .brokenPipe: .writeError
    case .writeFailed(_, let code): exhaustion(code) ?? .writeError
    }
  }

  private static func kind(_ error: DemuxError) -> FailureClass {
    if error.lacksMemory { return .noMemory }
    return switch error {
    case .notFound: .notFound
    case .isDirectory: .isDirectory
    case .permissionDenied: .permissionDenied
    case .notAFile: .notAFile
    case .empty: .empty
    case .openFailed(let code), .readFailed(let code, _): kind(code)
    case .libraryMissing, .functionMissing: .noLibrary
    case .notRecognised, .picture: .notARecording
    case .refusedFormat, .unsupportedFormat: .refusedFormat
    case .indexMissing: .noIndex
    case .nothingDecodable(0): .noAudio
    case .damagedContainer, .needsSeeking, .decoderFailed, .nothingDecodable: .damaged
    case .limitExceeded: .limitExceeded
    case .noAudio, .noVideo: .noAudio
    case .noSuchTrack, .noSuchVideo: .noSuchTrack
    case .unknownCodec: .unknownCodec
    case .outOfMemory: .noMemory
    }
  }
}
