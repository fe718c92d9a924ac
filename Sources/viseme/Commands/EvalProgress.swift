import Dispatch
import Evaluation
import Pipeline

/// Shows how far an evaluation has come: a line of progress on a terminal, a line for every cell
/// elsewhere.
final class EvalProgress {
  /// Nanoseconds between two drawings.
  private static let period: UInt64 = 100_000_000

  private let console: Console
  private let isQuiet: Bool
  private let begin = DispatchTime.now().uptimeNanoseconds
  private var lastDrawn: UInt64 = 0
  private var lastCell: Cell?

  /// Shows a run on `console`.
  init(console: Console, isQuiet: Bool) {
    self.console = console
    self.isQuiet = isQuiet
  }

  /// An utterance was heard.
  func update(_ progress: EvaluationProgress) {
    guard !isQuiet else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    let elapsed = Double(now - begin) * 1e-9
    if !console.isTerminal {
      if progress.cell != lastCell {
        lastCell = progress.cell
        console.say(Self.text(progress, elapsed: elapsed))
      }
      return
    }
    guard now >= lastDrawn + Self.period else { return }
    lastDrawn = now
    console.progress(Self.text(progress, elapsed: elapsed))
  }

  /// Clears the line.
  func end() { console.progress("") }

  /// "audio, babble, 5 dB  412 of 950  84.1x  0:27 left"; `elapsed` is in seconds.
  static func text(_ progress: EvaluationProgress, elapsed: Double) -> String {
    var parts = [name(progress.cell), "\(progress.done) of \(progress.total)"]
    // Before the first second nothing is known of the pace.
    if elapsed >= 1, progress.seconds > 0 {
      let speed = progress.seconds / elapsed
      parts.append("\(NumberText.short(speed))x")
      let rest = max(0, progress.totalSeconds - progress.seconds)
      parts.append("\(TimeText.clock(rest / speed)) left")
    }
    return parts.joined(separator: "  ")
  }

  private static func name(_ cell: Cell) -> String {
    [cell.mode.rawValue, cell.noise.map { displayed($0.name) }, cell.level.description]
      .compactMap(\.self).joined(separator: ", ")
  }
}
