import Demux
import Foundation
import LipEncoder
import ModelStore
import Pipeline
import Support

/// Why a recording was not exported.
enum ExportError: Error {
  case run(TranscriptionError)
  case noFace
}

/// `viseme export`: one recording after the other.
struct ExportCommand {
  let arguments: ExportArguments
  let console: Console
  let cancellation: Cancellation

  /// - Returns: the code of the first failure. Recordings after a failed one are still exported,
  ///   unless the failure concerns all of them.
  func run() -> ExitCode {
    var result = ExitCode.success
    do throws(ExportError) {
      let networks = try networks()
      if let folder = arguments.outputDirectory {
        do throws(AtomicFileError) { try FolderMaker.make(folder) } catch {
          throw .run(.output(error))
        }
      }
      for input in arguments.inputs {
        let code = try run(input, networks)
        if result == .success { result = code }
      }
    } catch {
      return say(error, name: "")
    }
    return result
  }

  /// Where a recording's faces go: the first, the second, ...
  static func path(_ stem: String, place: Int) -> String {
    "\(stem)\(place > 0 ? ".\(place + 1)" : "").safetensors"
  }

  /// Exports one recording; throws only what ends the whole run.
  private func run(
    _ input: String, _ networks: FaceDetectorNetworks
  ) throws(ExportError) -> ExitCode {
    let name = input == "-" ? "standard input" : input
    do throws(ExportError) {
      let stem = arguments.stem(of: input)
      var writer = try ExportWriter.begin(
        stem: stem, source: URL(fileURLWithPath: name).lastPathComponent,
        replacing: arguments.replacesOutputs)
      let damage = try read(input, networks, into: &writer)
      let faces = try writer.finish()
      guard !arguments.isQuiet else { return .success }
      for note in DamageText.notes(damage, start: nil, reached: writer.seconds, expected: nil) {
        console.say("\(displayed(name)): \(note)")
      }
      for (place, face) in faces.enumerated() {
        let seconds = NumberText.fixed(Double(face) / Double(LipGrid.rate), 1)
        console.say("wrote \(displayed(Self.path(stem, place: place))): \(seconds) s of a face")
      }
      return .success
    } catch {
      if case .run(.cancelled) = error { throw error }
      return say(error, name: name)
    }
  }

  private func read(
    _ input: String, _ networks: FaceDetectorNetworks, into writer: inout ExportWriter
  ) throws(ExportError) -> DemuxDamage {
    var stream = MouthStream(FaceTracker(FaceDetector(networks)))
    let damage: DemuxDamage
    do throws(DemuxError) {
      var demuxer = try Demuxer(
        path: input, options: DemuxOptions(video: VideoRequest(format: .rgb24)))
      while !cancellation.isCancelled, let item = try demuxer.next() {
        switch item {
        case .audio(let block): writer.add(block)
        case .video(let frame):
          let picture = Picture(width: frame.width, height: frame.height, bytes: frame.bytes)
          stream.push(picture, at: frame.time.seconds) { writer.add($0) }
        }
      }
      damage = demuxer.damage
    } catch {
      throw .run(.demux(error))
    }
    if cancellation.isCancelled { throw .run(.cancelled) }
    stream.finish { writer.add($0) }
    return damage
  }

  private func networks() throws(ExportError) -> FaceDetectorNetworks {
    let root = arguments.models.map { URL(filePath: $0, directoryHint: .isDirectory) }
    do throws(TranscriptionError) {
      return try .installed(in: ModelStore(root: root ?? ModelStore.defaultRoot()))
    } catch {
      throw .run(error)
    }
  }

  private func say(_ error: ExportError, name: String) -> ExitCode {
    let failure: Failure? =
      switch error {
      case .run(let error): ErrorText.failure(error, name: name)
      case .noFace:
        Failure(message: "\(displayed(name)): no face was seen in it", code: .unusableInput)
      }
    guard let failure else { return .success }
    console.say(failure.message)
    return failure.code
  }
}
