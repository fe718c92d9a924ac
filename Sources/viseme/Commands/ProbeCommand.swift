import Demux
import Pipeline

/// `viseme probe`: what is in a recording.
struct ProbeCommand {
  let arguments: ProbeArguments
  let console: Console
  /// Looks at the first speech of a recording.
  let survey: (_ path: String) throws(TranscriptionError) -> LipSurvey?

  /// - Returns: the code of the first failure; the other recordings are still shown.
  func run() -> ExitCode {
    var result = ExitCode.success
    for (index, input) in arguments.inputs.enumerated() {
      let name = input == "-" ? "standard input" : input
      do throws(TranscriptionError) {
        let info = try Self.info(input)
        let lips = try look(at: input, info)
        let text =
          arguments.isJSON
          ? ProbeText.json(info, lips: lips, name: name)
          : (index > 0 ? "\n" : "") + ProbeText.table(info, lips: lips, name: name)
        let code = StandardOutput.print(text, console: console)
        if code != .success { return code }
      } catch {
        guard let failure = ErrorText.failure(error, name: name) else { continue }
        console.say(failure.message)
        if result == .success { result = failure.code }
      }
    }
    return result
  }

  private static func info(_ input: String) throws(TranscriptionError) -> MediaInfo {
    do throws(DemuxError) {
      return try Demuxer(path: input, options: DemuxOptions(audio: nil)).info
    } catch {
      throw .demux(error)
    }
  }

  /// Nil where nobody asked, or there is nothing to look at; a pipe can be read only once.
  private func look(
    at input: String, _ info: MediaInfo
  ) throws(TranscriptionError) -> LipSurvey? {
    guard arguments.looks, input != "-", !info.videoStreams.isEmpty, !info.audioStreams.isEmpty
    else { return nil }
    return try survey(input)
  }
}
