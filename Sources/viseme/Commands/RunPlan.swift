import Batch
import Support
import Foundation
import Pipeline
import Transcript

/// What a `transcribe` command line amounts to, checked before any work begins.
struct RunPlan {
  enum Destination: Hashable {
    case standardOutput
    case file(String)
  }

  struct Output: Hashable {
    let format: TranscriptFormat
    let destination: Destination
  }

  struct Job {
    let request: TranscriptionRequest
    /// The recording's name in messages.
    let name: String
    let outputs: [Output]
  }

  let jobs: [Job]
  let profile: CueProfile
  /// Pages get the recording's sound inside.
  let embedsSound: Bool
  /// A folder to make when it is missing.
  let outputDirectory: String?
  let replacesOutputs: Bool
  /// Show each segment on standard output as it comes.
  let showsTranscript: Bool
  let isQuiet: Bool
  let isVerbose: Bool
  let isCaged: Bool

  /// Whether a job writes a page with the sound inside.
  func embedsSound(in job: Job) -> Bool {
    embedsSound && job.outputs.contains { $0.format == .html }
  }

  /// Formats written when none is asked for.
  static let standardFormats: [TranscriptFormat] = [.srt, .vtt]

  init(_ arguments: TranscribeArguments) throws(UsageError) {
    try Self.checkSpan(arguments.recognition)
    try ModelChoice.check(arguments.recognition)
    if arguments.recognition.names != nil, arguments.recognition.voices == nil {
      throw .namesNeedVoices
    }
    profile = try Self.profile(arguments)
    embedsSound = arguments.embedsSound
    let outputs = try Self.outputs(arguments)
    let threads = ThreadCount.choose(requested: arguments.threads)
    jobs = zip(arguments.inputs, outputs).map { input, outputs in
      let request = TranscriptionRequest(
        input: input, options: arguments.recognition, threads: threads)
      return Job(request: request, name: input == "-" ? "standard input" : input, outputs: outputs)
    }
    outputDirectory = arguments.output == nil ? arguments.outputDirectory : nil
    // The user names the file of -o, and so may mean to replace it; derived names may be those
    // of subtitles made by hand.
    replacesOutputs = arguments.replacesOutputs || arguments.output != nil
    showsTranscript = arguments.output == nil && arguments.formats == nil && !arguments.isQuiet
    isQuiet = arguments.isQuiet
    isVerbose = arguments.isVerbose
    isCaged = arguments.isCaged
  }

  /// Refuses a span that ends before it begins.
  static func checkSpan(_ options: RecognitionOptions) throws(UsageError) {
    if let start = options.start, let end = options.end, start >= end {
      throw .emptySpan(start: start, end: end)
    }
  }

  static func profile(_ arguments: TranscribeArguments) throws(UsageError) -> CueProfile {
    var profile = CueProfile.standard
    profile.notes = arguments.cueNotes
    profile.joinsSpeakers = arguments.joinsSpeakers
    profile.form = arguments.form
    let last = Dictionary(arguments.cueValues.map { ($0.field, $0.value) }) { $1 }
    let shortest = last[.minDuration] ?? profile.minDuration
    let longest = last[.maxDuration] ?? profile.maxDuration
    guard shortest <= longest else { throw .conflict("--min-cue", "--max-cue") }
    // The bound that moves outwards goes first, so that the other finds room.
    let order: [CueProfile.Field] =
      longest >= profile.minDuration
      ? [.maxDuration, .minDuration] : [.minDuration, .maxDuration]
    let others = CueProfile.Field.allCases.filter { !order.contains($0) }
    for field in order + others {
      guard let value = last[field] else { continue }
      do throws(CueProfileError) {
        try profile.set(field, to: value)
      } catch {
        throw .cueProfile(error)
      }
    }
    return profile
  }

  private static func outputs(_ arguments: TranscribeArguments) throws(UsageError) -> [[Output]] {
    guard let output = arguments.output else { return try derivedOutputs(arguments) }
    if arguments.outputDirectory != nil { throw .conflict("--output", "--output-dir") }
    let format = try singleFormat(arguments, output)
    if output == "-" {
      // Transcripts follow each other as text; JSON or subtitles joined would be neither.
      if arguments.inputs.count > 1, format != .txt {
        throw .outputNeedsOneInput(output: output, format: format.rawValue)
      }
      return arguments.inputs.map { _ in [Output(format: format, destination: .standardOutput)] }
    }
    guard arguments.inputs.count == 1 else {
      throw .outputNeedsOneInput(output: output, format: nil)
    }
    if isSame(output, arguments.inputs[0]) { throw .outputIsInput(path: output) }
    return [[Output(format: format, destination: .file(output))]]
  }

  private static func singleFormat(
    _ arguments: TranscribeArguments, _ output: String
  ) throws(UsageError) -> TranscriptFormat {
    let named = TranscriptFormat(fileName: fileName(output))
    if let formats = arguments.formats {
      guard formats.count == 1 else { throw .outputNeedsOneFormat(output: output) }
      if named != nil, !formats[0].suits(fileName: fileName(output)) {
        throw .formatsDiffer(output: output, format: formats[0].rawValue)
      }
      return formats[0]
    }
    if output == "-" { return .txt }
    guard let named else { throw .formatNotKnown(output: output) }
    return named
  }

  private static func derivedOutputs(
    _ arguments: TranscribeArguments
  ) throws(UsageError) -> [[Output]] {
    let isAsked = arguments.formats != nil || arguments.outputDirectory != nil
    let items = arguments.inputs.map { input in
      let path = input == "-" ? "stdin" : input
      return BatchItem(path: path, place: fileName(path), isNamed: true)
    }
    // Recordings of one name are told apart as a batch tells them apart.
    let places = OutputPlace.places(of: items, directory: arguments.outputDirectory)
    var owners: [String: String] = [:]
    var seen: Set<String> = []
    var result: [[Output]] = []
    for (input, place) in zip(arguments.inputs, places) {
      guard seen.insert(input == "-" ? input : standardized(input)).inserted else {
        throw .givenTwice(input)
      }
      // Standard input has no name to derive others from: only on request.
      let formats = input == "-" && !isAsked ? [] : arguments.formats ?? standardFormats
      var outputs: [Output] = []
      for format in formats {
        guard let path = place?.path(format) else { continue }
        if let other = owners.updateValue(input, forKey: standardized(path)) {
          throw .outputCollision(output: path, first: other, second: input)
        }
        if let input = arguments.inputs.first(where: { $0 != "-" && isSame(path, $0) }) {
          throw .outputIsInput(path: input)
        }
        outputs.append(Output(format: format, destination: .file(path)))
      }
      result.append(outputs)
    }
    return result
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func standardized(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// Whether both paths lead to one file, through links too.
  static func isSame(_ first: String, _ second: String) -> Bool {
    var (a, b) = (stat(), stat())
    guard stat(first.fileBytes, &a) == 0, stat(second.fileBytes, &b) == 0 else {
      return standardized(first) == standardized(second)
    }
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino
  }
}
