import Dispatch
import Pipeline
import Synchronization

/// The line of progress of one recording: percent, position, speed, time left.
final class ProgressLine: Sendable {
  /// Nanoseconds between two drawings.
  private static let period: UInt64 = 100_000_000

  private let console: Console
  private let label: String
  private let begin: UInt64
  private let lastDrawn = Mutex(UInt64(0))

  init(console: Console, label: String) {
    self.console = console
    self.label = label
    begin = DispatchTime.now().uptimeNanoseconds
  }

  /// Shows how far the run has come, at most ten times a second.
  func update(_ progress: TranscriptionProgress) {
    let now = DispatchTime.now().uptimeNanoseconds
    guard isDue(now) else { return }
    let elapsed = Double(now - begin) * 1e-9
    console.progress(Self.text(label, progress, elapsed: elapsed))
  }

  /// Shows how much of the sound is in the page, in seconds.
  func update(sound done: Double, of total: Double?) {
    guard isDue(DispatchTime.now().uptimeNanoseconds) else { return }
    let whole = total.map { " of \(TimeText.clock($0))" } ?? ""
    console.progress("\(label)  sound for the page: \(TimeText.clock(done))\(whole)")
  }

  private func isDue(_ now: UInt64) -> Bool {
    guard console.isTerminal else { return false }
    return lastDrawn.withLock { last in
      guard now >= last + Self.period else { return false }
      last = now
      return true
    }
  }

  /// Clears the line.
  func end() {
    console.progress("")
  }

  /// "meeting.mp4  42 %  12:34 of 30:00  38.2x  0:27 left"; `elapsed` is in seconds.
  static func text(_ label: String, _ progress: TranscriptionProgress, elapsed: Double) -> String {
    var parts = [label]
    if let fraction = progress.fraction, let total = progress.total {
      parts.append("\(Int(fraction * 100)) %")
      parts.append("\(TimeText.clock(progress.done)) of \(TimeText.clock(total))")
    } else {
      parts.append(TimeText.clock(progress.done))
    }
    // Before the first second nothing is known of the pace.
    if elapsed >= 1, progress.done > 0 {
      let speed = progress.done / elapsed
      parts.append("\(NumberText.short(speed))x")
      if let total = progress.total {
        parts.append("\(TimeText.clock(max(0, total - progress.done) / speed)) left")
      }
    }
    return parts.joined(separator: "  ")
  }
}

/// Numbers as people read them, the same in every locale.
enum NumberText {
  /// Three figures or so: "123", "12.3", "1.2", "0.026".
  static func short(_ value: Double) -> String {
    if value >= 100 { return fixed(value, 0) }
    if value >= 1 { return fixed(value, 1) }
    return fixed(value, 3)
  }

  /// With `digits` decimals.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "?" }
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let units = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && units > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(units)" }
    let fraction = String(units % scale)
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(units / scale).\(zeros)\(fraction)"
  }
}
