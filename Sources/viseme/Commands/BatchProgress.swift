import Batch
import Dispatch
import Pipeline
import Synchronization

/// Tells how a batch goes: on a terminal by one line for all and each recording in work, and a line for
/// each recording of which there is something to note; elsewhere by a line for each that is finished.
final class BatchProgress: Sendable {
  private struct State {
    var count = 0
    var settled = 0
    /// Seconds of recordings to do, and of those settled.
    var total = 0.0
    var settledSeconds = 0.0
    /// Seconds of audio transcribed in this run.
    var transcribed = 0.0
    /// Recordings in work, in the order of their starts.
    var open: [(path: String, progress: TranscriptionProgress)] = []
    var lastDrawn: UInt64 = 0
  }

  /// Nanoseconds between two drawings.
  private static let period: UInt64 = 100_000_000

  private let console: Console
  private let isQuiet: Bool
  private let begin = DispatchTime.now().uptimeNanoseconds
  private let state = Mutex(State())

  init(console: Console, isQuiet: Bool) {
    self.console = console
    self.isQuiet = isQuiet
  }

  /// Takes in what happened.
  func observe(_ event: BatchEvent) {
    let text = text(of: event)
    if let text { console.say(text) }
    draw(isForced: text != nil)
  }

  /// Takes in what happened; the line to say, if any.
  func text(of event: BatchEvent) -> String? {
    state.withLock { state in take(event, &state) }
  }

  /// Clears the line.
  func end() { console.progress("") }

  private func take(_ event: BatchEvent, _ state: inout State) -> String? {
    switch event {
    case .planned(let count, let seconds):
      state.count += count
      state.total += seconds
      return nil
    case .started(let path):
      state.open.removeAll { $0.path == path }
      state.open.append((path, TranscriptionProgress(done: 0, total: nil)))
      return nil
    case .progress(let path, let progress):
      if let index = state.open.firstIndex(where: { $0.path == path }) {
        state.open[index].progress = progress
      }
      return nil
    case .willRetry(let line):
      state.open.removeAll { $0.path == line.input }
      // Where it keeps everything waiting it is told in any case.
      if isQuiet, line.error?.concernsAll != true { return nil }
      return "\(displayed(line.input)): \(line.cause ?? ""); will be tried again"
    case .settled(let result, let path, let seconds):
      state.open.removeAll { $0.path == path }
      state.settled += 1
      state.settledSeconds += seconds
      return settled(result, path: path, &state)
    }
  }

  private func settled(_ result: BatchResult, path: String, _ state: inout State) -> String? {
    let place = "[\(state.settled)/\(state.count)] "
    switch result {
    case .done(let line):
      state.transcribed += (line.audio ?? 0) - (line.resumed ?? 0)
      let notes = line.notes ?? []
      if isQuiet || (console.isTerminal && notes.isEmpty) { return nil }
      let result = ([BatchText.result(line)] + notes).joined(separator: "; ")
      return "\(place)\(displayed(path)): \(result)"
    case .failed(let line): return "\(place)\(displayed(path)): \(line.cause ?? "failed")"
    case .kept: return nil
    case .remembered(let line):
      return isQuiet
        ? nil : "\(place)\(displayed(path)): failed before: \(line.cause ?? ""); not tried again"
    }
  }

  private func draw(isForced: Bool) {
    guard console.isTerminal, !isQuiet else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    let text: String? = state.withLock { state in
      guard isForced || now >= state.lastDrawn + Self.period else { return nil }
      state.lastDrawn = now
      return Self.text(state, elapsed: Double(now - begin) * 1e-9)
    }
    if let text { console.progress(String(text.prefix(max(10, console.width - 1)))) }
  }

  /// "37/200  41 %  3:12 left  120x | meeting.mp4 42 % | talk.mkv 10 %".
  private static func text(_ state: State, elapsed: Double) -> String {
    let partial = state.open.reduce(0) { $0 + $1.progress.done }
    let done = state.settledSeconds + partial
    var parts = ["\(state.settled)/\(state.count)"]
    if state.total > 0 { parts.append("\(Int(min(done / state.total, 1) * 100)) %") }
    let heard = state.transcribed + state.open.reduce(partial) { $0 - $1.progress.restored }
    if elapsed >= 1, heard > 0 {
      let speed = heard / elapsed
      parts.append("\(TimeText.clock(max(0, state.total - done) / speed)) left")
      parts.append("\(NumberText.short(speed))x")
    }
    let files = state.open.map { open in
      let name = open.path.split(separator: "/").last.map(String.init) ?? open.path
      let percent = open.progress.fraction.map { " \(Int($0 * 100)) %" } ?? ""
      return " | \(displayed(name))\(percent)"
    }
    return parts.joined(separator: "  ") + files.joined()
  }
}
