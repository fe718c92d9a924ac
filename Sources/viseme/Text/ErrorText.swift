import Demux
import Foundation
import Pipeline
import Support

/// A failure as a person reads it, and as the calling program does.
struct Failure: Hashable {
  /// One line, without the program's name.
  let message: String
  let code: ExitCode
}

/// The sentences for all errors of a run. Each names what failed, why, and what helps.
enum ErrorText {
  /// `name` is the recording's. Nil when there is nothing to say: a reader of standard output
  /// that went away has what it wanted.
  static func failure(_ error: TranscriptionError, name: String) -> Failure? {
    switch error {
    case .demux(let error): return failure(error, name: name)
    case .model(let error): return failure(error)
    case .lipModel(let path):
      return Failure(
        message: "\(displayed(path)): is no lip model that this viseme can use",
        code: .unavailable)
    case .otherLipModel(let path, let own, let model):
      return Failure(
        message: "\(displayed(path)): was trained with the speech model \(displayed(own)) "
          + "and cannot be used with \(displayed(model))",
        code: .unavailable)
    case .language(let code, let model):
      return Failure(
        message: "\(displayed(model)) does not know the language '\(displayed(code))'",
        code: .usage)
    case .cannotTranslate(let model):
      return Failure(
        message: "\(displayed(model)) writes only what is said and cannot translate", code: .usage)
    case .noFusionBaselines:
      return Failure(
        message: "this lip model has no networks for the modes lips, early and late",
        code: .unavailable)
    case .output(.brokenPipe): return nil
    case .output(let error): return failure(error)
    case .cancelled: return Failure(message: "interrupted", code: .interrupted)
    case .fault(let text):
      return Failure(
        message: "\(displayed(name)): internal error: \(displayed(text))", code: .internalError)
    }
  }

  static func failure(_ error: DemuxError, name: String) -> Failure {
    Failure(message: "\(displayed(name)): \(sentence(error))", code: code(error))
  }

  static func failure(_ error: AtomicFileError) -> Failure {
    switch error {
    case .exists(let path):
      Failure(
        message: "\(displayed(path)) exists already; --force replaces it",
        code: .cannotCreateOutput)
    case .holdsOther(let path):
      Failure(
        message: "\(displayed(path)) exists already and is no report of viseme batch",
        code: .cannotCreateOutput)
    case .isDirectory(let path):
      Failure(
        message: "\(displayed(path)) is a directory",
        code: .cannotCreateOutput)
    case .cannotCreate(let path, let code):
      Failure(
        message: "\(displayed(path)) cannot be created: \(cause(code))",
        code: unwritable(code))
    case .diskFull(let path):
      Failure(
        message: "\(displayed(path)) was not written: no space left on the disk", code: .ioError)
    case .brokenPipe(let path), .writeFailed(let path, EPIPE):
      Failure(message: "\(displayed(path)): nobody reads it any more", code: .ioError)
    case .writeFailed(let path, let code):
      Failure(
        message: "\(displayed(path)) cannot be written: \(cause(code))",
        code: isExhausted(code) ? .mayRetry : .ioError)
    }
  }

  /// What an `errno` says of a file that is not read or a folder that is not used.
  private static let causes = [
    EFBIG: "it is larger than any file of its kind",
    EXDEV: "it lies on another file system than the outputs",
    ESPIPE: "it is no file, but a device or the like",
  ]

  /// The system's words for an `errno`, or ours.
  static func cause(_ code: Int32) -> String {
    causes[code] ?? String(cString: strerror(code)).lowercased()
  }

  /// Whether an `errno` tells of memory, threads or descriptors that the machine lacks: another time, or
  /// elsewhere, there may be more.
  static func isExhausted(_ code: Int32) -> Bool {
    [ENOMEM, EMFILE, ENFILE, EAGAIN].contains(code)
  }

  /// The code for a file that cannot be read.
  static func unreadable(_ code: Int32) -> ExitCode {
    if [ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP].contains(code) { return .noInput }
    if code == EACCES || code == EPERM { return .permissionDenied }
    if code == ESPIPE || code == EFBIG { return .unusableInput }
    return isExhausted(code) ? .mayRetry : .ioError
  }

  /// The code for an output that cannot be made.
  static func unwritable(_ code: Int32) -> ExitCode {
    if isExhausted(code) { return .mayRetry }
    return code == ENOSPC || code == EDQUOT ? .ioError : .cannotCreateOutput
  }

  private static func code(_ error: DemuxError) -> ExitCode {
    if error.lacksMemory { return .mayRetry }
    return switch error {
    case .notFound, .isDirectory: .noInput
    case .permissionDenied: .permissionDenied
    case .openFailed(let code), .readFailed(let code, _): unreadable(code)
    case .outOfMemory: .mayRetry
    case .libraryMissing, .functionMissing: .unavailable
    case .notAFile, .empty, .notRecognised, .refusedFormat, .picture, .unsupportedFormat,
      .indexMissing, .damagedContainer, .needsSeeking, .limitExceeded, .noAudio, .noVideo,
      .noSuchTrack, .noSuchVideo, .unknownCodec, .decoderFailed, .nothingDecodable:
      .unusableInput
    }
  }

  private static func sentence(_ error: DemuxError) -> String {
    if error.lacksMemory { return "not enough memory" }
    return switch error {
    case .notFound: "no such file"
    case .isDirectory: "is a directory, not a recording"
    case .permissionDenied: "permission denied"
    case .notAFile: "is a device or a socket, not a recording"
    case .empty: "is empty"
    case .openFailed(let code): "cannot be opened: \(cause(code))"
    case .readFailed(let code, _): "cannot be read: \(cause(code))"
    case .outOfMemory: "not enough memory"
    case .notRecognised: "is not a recording in any known format"
    case .refusedFormat(let format):
      "is refused: \(displayed(format)) refers to other files; give the recording itself"
    case .picture(let format):
      "is a picture (\(displayed(format))), not a recording"
    case .unsupportedFormat(let format):
      "is in a format that is not supported (\(displayed(format)))"
    case .indexMissing:
      "has no index (moov): recording or copying it was cut off before the end"
    case .damagedContainer(let format, _):
      "is damaged: its \(displayed(format)) header is unreadable"
    case .needsSeeking(let format):
      "cannot be read from a pipe (\(displayed(format)) with its index at the end); save it to a file"
    case .limitExceeded(let limit): "is refused: \(limitText(limit))"
    case .libraryMissing(let library, let reason):
      "needs \(libraryText(library)), which cannot be loaded: \(displayed(reason))"
    case .functionMissing(let function, let library):
      "needs \(libraryText(library)), but the one that was found has no \(function)()"
    case .noAudio: "has no audio to transcribe"
    case .noVideo: "has no picture"
    case .noSuchTrack(let requested, let available): trackText(requested, available)
    case .noSuchVideo(let requested, let available):
      "has no video stream \(requested) (it has \(available))"
    case .unknownCodec("none"): "its audio is in a codec that this FFmpeg does not know"
    case .unknownCodec(let codec):
      "its audio is in a codec that this FFmpeg cannot decode (\(displayed(codec)))"
    case .decoderFailed(let codec, _):
      "its audio cannot be decoded: \(displayed(codec)) with damaged parameters"
    case .nothingDecodable(0): "has no audio to transcribe: there is not one sample in it"
    case .nothingDecodable(let packets):
      "is damaged: none of its audio can be decoded (\(plural(packets, "corrupt packet")))"
    }
  }

  /// The file of a shared library, and the package that brings it: `libavformat.so.59` comes with
  /// `libavformat59`.
  private static func libraryText(_ file: String) -> String {
    let package = file.replacing(".so.", with: "")
    return "FFmpeg's \(file) (package \(package) on Debian)"
  }

  private static func limitText(_ limit: DemuxError.Limit) -> String {
    switch limit {
    case .dimensions(let width, let height): "a picture of \(width) x \(height) is too large"
    case .sampleRate(let rate): "no recording has a sample rate of \(rate) Hz"
    case .channels(let count): "\(count) audio channels are too many"
    case .streams(let count): "\(count) streams are too many"
    case .header: "its header asks for more memory than any recording needs"
    }
  }

  private static func trackText(
    _ requested: AudioTrackSelection, _ available: [DemuxError.TrackLabel]
  ) -> String {
    let what =
      switch requested {
      case .number(let number): "audio track \(number)"
      case .language(let language): "audio track in language '\(displayed(language))'"
      case .automatic, .all: "audio track"
      }
    let tracks = available.map { track in
      "\(track.number)" + (track.language.map { " (\(displayed($0)))" } ?? "")
    }
    return "has no \(what); it has \(tracks.joined(separator: ", "))"
  }

  static func plural(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
