import Demux

/// `viseme probe`: what is in a recording.
struct ProbeCommand {
  let arguments: ProbeArguments
  let console: Console

  /// - Returns: the code of the first failure; the other recordings are still shown.
  func run() -> ExitCode {
    var result = ExitCode.success
    for (index, input) in arguments.inputs.enumerated() {
      let name = input == "-" ? "standard input" : input
      do throws(DemuxError) {
        let info = try Demuxer(path: input, options: DemuxOptions(audio: nil)).info
        let text =
          arguments.isJSON
          ? ProbeText.json(info, name: name)
          : (index > 0 ? "\n" : "") + ProbeText.table(info, name: name)
        let code = StandardOutput.print(text, console: console)
        if code != .success { return code }
      } catch {
        let failure = ErrorText.failure(error, name: name)
        console.say(failure.message)
        if result == .success { result = failure.code }
      }
    }
    return result
  }
}
