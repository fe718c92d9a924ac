import Foundation
import Support
import Transcript

@testable import Evaluation
@testable import Pipeline

/// Stands in for the recogniser: writes words that tell what it heard.
final class FakeRecogniser {
  /// Sounds heard so far, in order.
  private(set) var heard: [(mode: ListeningMode, samples: [Float])] = []
  /// After so many clips the run is cancelled; nil for never.
  var limit: Int?
  /// The words for a clip.
  var words: ([Float]) -> [String] = { ["heard", "\($0.count)"] }

  /// For `EvaluationRun`.
  var recognise: RecogniseClips {
    { mode, clips, transcript throws(TranscriptionError) in
      // Two clips are in work at a time, as in the real pipeline.
      var waiting: [AudioClip] = []
      while true {
        while waiting.count < 2, let clip = try clips() { waiting.append(clip) }
        guard !waiting.isEmpty else { return [] }
        if self.heard.count == self.limit { throw .cancelled }
        let clip = waiting.removeFirst()
        self.heard.append((mode, clip.lanes.first ?? []))
        let segments = clip.lanes.enumerated().flatMap { channel, samples in
          self.segments(samples, channel: clip.lanes.count > 1 ? channel + 1 : nil)
        }
        try transcript(ClipTranscript(id: clip.id, segments: segments))
      }
    }
  }

  private func segments(_ samples: [Float], channel: Int?) -> [Segment] {
    let words = words(samples).enumerated().map { index, text in
      Word(text: text, start: Double(index), end: Double(index) + 0.5, confidence: 0.5)
    }
    guard let last = words.last else { return [] }
    var segment = Segment(start: 0, end: last.end, track: 1, words: words)
    segment.channel = channel
    return [segment]
  }
}

/// A set of four short recordings of two people, and a folder for results.
struct SmallSet {
  let folder: ScratchFolder
  var plan: EvaluationPlan

  /// The set with the given noises at clean, 10 and 0 dB.
  init(noises: [NoiseKind] = [.white], modes: [ListeningMode] = [.audio]) throws {
    folder = try ScratchFolder()
    var utterances: [Utterance] = []
    for number in 0..<4 {
      let path = try folder.wave(
        "\(number).wav", Sounds.speech(seconds: 1 + Double(number) / 10, seed: UInt64(number)))
      var utterance = Utterance(
        id: "u\(number)", path: path, reference: .text("heard \(16_000 + 1_600 * number)"))
      utterance.speaker = "p\(number % 2)"
      utterance.seconds = 1 + Double(number) / 10
      utterances.append(utterance)
    }
    plan = EvaluationPlan(
      program: .init(name: "viseme", version: "0"),
      model: .init(name: "model", version: "1"), utterances: utterances, talkers: utterances,
      cells: Cell.list(
        modes: modes, noises: NamedNoise.list(noises),
        levels: [.clean, .decibels(10), .decibels(0)], pictures: [.clean, .blur]),
      seed: 1, folder: "\(folder.path)/out")
    try FolderMaker.make(plan.folder)
  }

  /// Runs the plan.
  func run(
    _ recogniser: FakeRecogniser, progress: (EvaluationProgress) -> Void = { _ in }
  ) throws -> EvaluationOutcome {
    try EvaluationRun(plan: plan, recognise: recogniser.recognise).run(progress: progress)
  }

  /// Words by cell and utterance.
  static func texts(_ outcome: EvaluationOutcome) -> [[String: String]] {
    outcome.hearings.map { $0.mapValues(\.text) }
  }
}
