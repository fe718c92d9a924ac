import AudioEncoder
import Decoding
import Foundation
import NN
import SpeechModels

/// Finds the language of each recording from its first clear speech, before any of it is read. The model
/// says how likely each of its languages is behind the start token (Radford et al. 2022).
///
/// Segments wait until that is known. It listens to more than one where the first leaves doubt, and to
/// three at most, so the result depends on the recording alone. What is encoded for it goes on with the
/// segment and is not encoded again.
struct LanguageFinder: ~Copyable {
  /// Seconds of voice from which speech is clear enough.
  private static let voice = 1.5
  /// How likely a language must be, to listen to no more.
  private static let certainty: Float = 0.7
  private static let listens = 3
  /// Segments that wait at most.
  private static let patience = 8

  private let model: SpeechModel
  /// Of the segments that wait.
  private var recording: RecordingRun?
  private var held: [SegmentTask] = []
  /// Sums of logarithms of probabilities, a language each.
  private var scores: [Float] = []
  private var heard = 0
  /// While listening: its scratch is large, and few recordings need it twice.
  private var encoder: (any SpeechEncoder & ~Copyable)?

  /// A finder that listens with `model`.
  init(_ model: SpeechModel) {
    self.model = model
  }

  /// Takes segments and gives those whose recordings' language is known, in order.
  mutating func take(_ tasks: [SegmentTask]) -> [SegmentTask] {
    var ready: [SegmentTask] = []
    for task in tasks {
      if task.recording !== recording { ready += begin(task.recording) }
      held.append(task)
      if task.recording.needsLanguage, Self.isClear(task) { listen(to: held.count - 1) }
      if !task.recording.needsLanguage || held.count >= Self.patience { ready += release() }
    }
    return ready
  }

  /// The segments that still wait.
  mutating func finish() -> [SegmentTask] { release() }

  private mutating func begin(_ recording: RecordingRun) -> [SegmentTask] {
    let rest = release()
    self.recording = recording
    (scores, heard) = ([], 0)
    return rest
  }

  /// Lets all go on that wait; where nothing was clear, the longest decides.
  private mutating func release() -> [SegmentTask] {
    if recording?.needsLanguage ?? false {
      let longest = held.indices.max { held[$0].seconds < held[$1].seconds }
      if scores.isEmpty, let longest { listen(to: longest) }
      decide()
    }
    defer { held = [] }
    return held
  }

  private static func isClear(_ task: SegmentTask) -> Bool {
    let chunks = task.speech.probabilities.count { $0 >= 0.5 }
    return Double(chunks * VoiceActivityConfig.chunk)
      >= voice * Double(VoiceActivityConfig.sampleRate)
  }

  /// Listens to the held segment of this number.
  private mutating func listen(to number: Int) {
    var encoder = self.encoder.take() ?? model.hearing.makeEncoder()
    let embeddings = encoder.encode(held[number].speech.samples)
    self.encoder = consume encoder
    guard embeddings.frames > 0 else { return }
    held[number].embeddings = embeddings
    var decoder = TextDecoder(
      weights: model.writing.decoder, slots: 1, frameLimit: embeddings.frames, alignmentHeads: [])
    let start = model.writing.prompt(model.languages[0], .transcribe)[0]
    let probabilities = decoder.probabilities(
      of: model.writing.languageTokens, behind: [start], embeddings)
    if scores.isEmpty { scores = Array(repeating: 0, count: probabilities.count) }
    for index in scores.indices { scores[index] += log(max(probabilities[index], 1e-9)) }
    heard += 1
    if heard == Self.listens || (probabilities.max() ?? 0) >= Self.certainty { decide() }
  }

  private mutating func decide() {
    encoder = nil
    guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { return }
    let sum = scores.reduce(0) { $0 + exp($1 - scores[best]) }
    recording?.found(SpokenLanguage(model.languages[best], probability: Double(1 / sum)))
  }
}
