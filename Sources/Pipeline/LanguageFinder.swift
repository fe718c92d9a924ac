import AudioEncoder
import Foundation
import Fusion
import NN
import SpeechModels

/// Finds the language of each recording from its first clear speech, before any of it is read: the model
/// says how likely each of its languages is behind the start token (Radford et al. 2022).
///
/// Segments wait until that is known. It listens to more than one where the first leaves doubt, and to
/// three at most, so the result depends on the recording alone. One window is encoded twice for it.
struct LanguageFinder: ~Copyable {
  /// Seconds of voice from which speech is clear enough.
  private static let voice = 1.5
  /// How likely a language must be, to listen to no more.
  private static let certainty: Float = 0.7
  private static let listens = 3
  /// Segments that wait at most.
  private static let patience = 8

  private let model: SpeechModel
  private let found: Guarded<[Int: SpokenLanguage]>
  private var recording = 0
  private var isKnown = false
  private var held: [PendingSegment] = []
  /// Sums of logarithms of probabilities, a language each.
  private var scores: [Float] = []
  private var heard = 0

  /// A finder that leaves what it finds in `found`, by the recording's ordinal.
  init(_ model: SpeechModel, found: Guarded<[Int: SpokenLanguage]>) {
    self.model = model
    self.found = found
  }

  /// Takes segments and gives those whose recordings' language is known, in order.
  mutating func take(_ segments: [PendingSegment]) -> [PendingSegment] {
    var ready: [PendingSegment] = []
    for segment in segments {
      if segment.recording != recording { ready += begin(segment.recording) }
      held.append(segment)
      if !isKnown, Self.isClear(segment) { listen(to: segment) }
      if isKnown || held.count >= Self.patience { ready += release() }
    }
    return ready
  }

  /// The segments that still wait.
  mutating func finish() -> [PendingSegment] { release() }

  private mutating func begin(_ recording: Int) -> [PendingSegment] {
    let rest = release()
    self.recording = recording
    (isKnown, scores, heard) = (false, [], 0)
    return rest
  }

  /// Lets all go on that wait; where nothing was clear, the longest decides.
  private mutating func release() -> [PendingSegment] {
    if !isKnown, !held.isEmpty {
      if scores.isEmpty, let longest = held.max(by: { $0.speech.seconds < $1.speech.seconds }) {
        listen(to: longest)
      }
      decide()
    }
    defer { held = [] }
    return held
  }

  private static func isClear(_ segment: PendingSegment) -> Bool {
    let chunks = segment.speech.probabilities.count { $0 >= 0.5 }
    return Double(chunks * VoiceActivityConfig.chunk)
      >= voice * Double(VoiceActivityConfig.sampleRate)
  }

  private mutating func listen(to segment: PendingSegment) {
    var encoder = model.hearing.makeEncoder()
    let embeddings = encoder.encode(segment.speech.samples)
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
    guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { return }
    let sum = scores.reduce(0) { $0 + exp($1 - scores[best]) }
    let language = SpokenLanguage(model.languages[best], probability: Double(1 / sum))
    found.withLock { $0[recording] = language }
    isKnown = true
  }
}
