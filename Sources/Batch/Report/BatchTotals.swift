import Support

/// What a batch amounts to.
package struct BatchTotals: Sendable, Hashable {
  /// Transcribed now.
  package var done = 0
  /// Transcribed by an earlier run or by another worker, and unchanged.
  package var kept = 0
  /// Failed now, by reason.
  package var failures: [FailureClass: Int] = [:]
  /// Failed in an earlier run for good, and unchanged: not tried.
  package var remembered = 0
  /// Files in folders that hold no recording.
  package var passedOver = 0
  /// Seconds of audio transcribed now.
  package var audio = 0.0
  /// Seconds of speech among them that earlier runs had read.
  package var resumed = 0.0
  /// Words written now.
  package var words = 0
  /// Recordings transcribed of which there is something to note, with what, in the order they came.
  package var noted: [Noted] = []
  /// Seconds that the run took.
  package var elapsed = 0.0

  /// The notes on a recording.
  package struct Noted: Sendable, Hashable {
    package var input: String
    package var notes: [String]
  }

  package init() {}

  /// Whether nothing of what was given exists.
  package var isNothingThere: Bool {
    done + kept + remembered + passedOver == 0 && Array(failures.keys) == [.notFound]
  }

  /// Adds up a report.
  package init(_ lines: [ReportLine]) {
    for line in lines { add(line) }
  }

  /// Counts what came of a recording.
  package mutating func add(_ line: ReportLine) {
    switch line.status {
    case .done:
      done += 1
      audio += Self.seconds(line.audio)
      resumed += Self.seconds(line.resumed)
      words = words.saturatingSum(max(line.words ?? 0, 0))
      if let notes = line.notes { noted.append(Noted(input: line.input, notes: notes)) }
    case .failed: failures[line.error ?? .internalError, default: 0] += 1
    }
  }

  /// What a report says may be anything.
  private static func seconds(_ value: Double?) -> Double {
    value.map { $0.isFinite ? max($0, 0) : 0 } ?? 0
  }

  package var failed: Int { failures.values.reduce(0, +) }
}
