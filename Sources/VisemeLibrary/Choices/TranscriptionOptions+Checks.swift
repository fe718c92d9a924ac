internal import Demux
internal import Pipeline
internal import SpeechModels
internal import Support

// Public choices become those of the pipeline, checked as the command line checks them.
extension TranscriptionOptions {
  /// The request for a recording.
  ///
  /// - Throws: ``VisemeError/option(_:value:)``.
  func request(
    _ recording: Recording, lipModel: LipModel
  ) throws(VisemeError) -> TranscriptionRequest {
    if let threads, !(1...1024 ~= threads) { throw .option(.threads, value: "\(threads)") }
    var options = try recognition()
    options.lipModel = lipModel.choice
    return TranscriptionRequest(
      input: recording.path, options: options, threads: ThreadCount.choose(requested: threads))
  }

  private func recognition() throws(VisemeError) -> RecognitionOptions {
    var options = RecognitionOptions()
    options.track = try track()
    options.start = try Self.time(start, .start)
    options.end = try Self.time(end, .end)
    if let start, let end, start >= end { throw .option(.end, value: "\(end)") }
    if let language {
      guard let choice = LanguageChoice(language) else { throw .option(.language, value: language) }
      options.language = choice
    }
    if let choice = ChannelChoice(rawValue: channels.rawValue) { options.channels = choice }
    if let use = LipUse(rawValue: lips.rawValue) { options.lips = use }
    if let task = RecognitionTask(rawValue: task.rawValue) { options.task = task }
    options.speakers = try who()
    options.names = try names()
    for term in context {
      do throws(ContextTerms.Fault) { try options.context.add(ContextTerms(list: term)) } catch {
        throw .option(.context, value: term)
      }
    }
    return options
  }

  private func track() throws(VisemeError) -> AudioTrackSelection {
    switch audioTrack {
    case .automatic: return .automatic
    case .all: return .all
    case .number(let number):
      guard number > 0 else { throw .option(.audioTrack, value: "\(number)") }
      return .number(number)
    case .language(let language): return .language(language)
    }
  }

  private static func time(
    _ seconds: Double?, _ name: VisemeError.Option
  ) throws(VisemeError) -> Double? {
    if let seconds, !(0...longestTime ~= seconds) { throw .option(name, value: "\(seconds)") }
    return seconds
  }

  /// As ``SpeakerOption`` reads it.
  private func who() throws(VisemeError) -> String? {
    let text: String
    switch speakers {
    case .none: return nil
    case .automatic: text = "auto"
    case .between(let least, let most): text = "\(least)-\(most)"
    case .tracks(let names): text = names.joined(separator: ",")
    }
    guard let option = SpeakerOption(text) else { throw .option(.speakers, value: text) }
    // A track's speaker may be called neither "auto" nor "3".
    if case .tracks(let names) = speakers {
      guard case .names = option, names.allSatisfy({ !$0.contains(",") }) else {
        throw .option(.speakers, value: text)
      }
    }
    return text
  }

  /// As ``VoiceNames`` reads them.
  private func names() throws(VisemeError) -> String? {
    if speakerNames.isEmpty { return nil }
    let text = speakerNames.sorted { $0.key < $1.key }.map { "S\($0.key)=\($0.value)" }
      .joined(separator: ",")
    switch speakers {
    case .automatic, .between: break
    case .none, .tracks: throw .option(.speakerNames, value: text)
    }
    guard VoiceNames.read(text) == speakerNames else { throw .option(.speakerNames, value: text) }
    return text
  }
}

extension LipModel {
  var choice: LipModelChoice {
    switch self {
    case .bundled: .bundled
    case .file(let path): .file(path)
    case .none: .none
    }
  }
}
