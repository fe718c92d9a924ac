import Demux
import ModelStore
import Speakers
import Support
import Transcript

/// Takes voice prints of recordings in which it is known who speaks.
package struct VoiceEnrolment: Sendable {
  private let models: SpeakerModels

  /// Why there is no print. The seconds are those of the voice alone.
  package enum Fault: Error, Sendable, Hashable {
    case run(TranscriptionError)
    /// So many voices are heard in what should have one.
    case voices(Int)
    case tooShort(seconds: Double)
    /// Nobody is named in the transcript.
    case noNames
    /// The recording lasts so many seconds, and the transcript's lasted `told`.
    case otherRecording(seconds: Double, told: Double)
  }

  /// The share of a recording of one person that other voices may seem to have: an echo, a cough.
  private static let strangers = 0.15
  /// Seconds by which containers of the same recording may differ in what they say of its length.
  private static let lengthTolerance = 1.0

  /// An enrolment with the networks of `store`.
  package init(store: ModelStore) throws(TranscriptionError) {
    models = try TranscriptionModels.speakerModels(of: store)
  }

  /// The print of the one person who speaks in the recording at `path`.
  package func print(ofOnly path: String, cancellation: Cancellation) throws(Fault) -> VoicePrint {
    var options = RecognitionOptions()
    options.channels = .mix
    let listener = VoiceListener(SpeakerVoices(models: models, count: .automatic))
    try hear(try Self.open(path, options), listener, cancellation)
    let heard = listener.finish().values.first
    let seconds = Dictionary(grouping: heard?.turns ?? [], by: \.speaker)
      .mapValues { turns in turns.reduce(0) { $0 + $1.end - $1.start } }
    guard let main = seconds.max(by: { $0.value < $1.value }) else {
      throw .tooShort(seconds: 0)
    }
    let total = seconds.values.reduce(0, +)
    guard total - main.value <= Self.strangers * total else { throw .voices(seconds.count) }
    return try Self.checked(heard?.prints[main.key])
  }

  /// The prints of those who are named in a transcript of the recording at `path`.
  package func prints(
    of transcript: Transcript, path: String, cancellation: Cancellation
  ) throws(Fault) -> [(name: String, print: Result<VoicePrint, Fault>)] {
    var spans: [Int: [String: [Range<Double>]]] = [:]
    var names: [String] = []
    for segment in transcript.segments {
      // A name that is none may be that of an unknown voice, which is nobody's.
      guard let name = segment.speaker, VoiceBook.isName(name) else { continue }
      if !names.contains(name) { names.append(name) }
      let lane = AudioLane(track: segment.track - 1, channel: segment.channel.map { $0 - 1 })
      spans[lane.number, default: [:]][name, default: []].append(segment.start..<segment.end)
    }
    guard !names.isEmpty else { throw .noNames }
    let listener = VoiceListener(SpeakerVoices(models: models, count: .automatic))
    let recording = try Self.open(path, Self.options(transcript))
    if let told = transcript.source.duration, let seconds = recording.info.duration,
      abs(seconds - told) > Self.lengthTolerance
    {
      throw .otherRecording(seconds: seconds, told: told)
    }
    try hear(recording, listener, cancellation)
    let prints = listener.finish(knowing: spans)
    return names.map { name in
      let longest = prints.values.compactMap { $0[name] }.max { $0.seconds < $1.seconds }
      return (name, Result { () throws(Fault) in try Self.checked(longest) })
    }
  }

  /// What brings the lanes that a transcript's segments are of.
  private static func options(_ transcript: Transcript) -> RecognitionOptions {
    var options = RecognitionOptions()
    let tracks = Set(transcript.segments.map(\.track))
    options.track = tracks.count == 1 ? .number(tracks.first ?? 1) : .all
    options.channels = transcript.segments.contains { $0.channel != nil } ? .separate : .mix
    return options
  }

  private static func checked(_ print: VoicePrint?) throws(Fault) -> VoicePrint {
    guard let print, print.seconds >= VoiceBook.leastSeconds else {
      throw .tooShort(seconds: print?.seconds ?? 0)
    }
    return print
  }

  private static func open(
    _ path: String, _ options: RecognitionOptions
  ) throws(Fault) -> OpenRecording {
    do throws(TranscriptionError) {
      return try OpenRecording(TranscriptionRequest(input: path, options: options))
    } catch {
      throw .run(error)
    }
  }

  private func hear(
    _ recording: OpenRecording, _ listener: VoiceListener, _ cancellation: Cancellation
  ) throws(Fault) {
    do throws(TranscriptionError) {
      while let block = try recording.next() {
        if cancellation.isCancelled { throw .cancelled }
        listener.hear([block])
      }
    } catch {
      throw .run(error)
    }
  }
}
