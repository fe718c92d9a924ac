import Support

/// How a batch is to be run.
package struct BatchOptions: Sendable {
  /// Recordings in work at once at most, at least 1.
  package var jobs = 1
  /// Readers, where only as many recordings are opened as keep them busy; nil for `jobs`.
  package var threads: Int?
  /// Bytes that open recordings may take.
  package var memory = Int.max
  /// Further tries of what may be transient.
  package var retries = 2
  /// Stop at the first failure.
  package var failsFast = false
  /// The share of the inputs to work on.
  package var shard: Shard?
  /// Seconds after which a claim that nobody touched is a dead worker's.
  package var lease = 90.0
  /// Seconds for which a run after a worker's death keeps little in work.
  package var slowStart = 2.0
  /// Seconds between two looks for new recordings; nil for one look.
  package var watch: Double?
  /// Seconds for which a watched file must not change.
  package var settling = 10.0
  /// Where the report goes.
  package var report: String

  package init(report: String) {
    self.report = report
  }
}

extension BatchOptions {
  /// Seconds of recordings that keep a reader busy: about what it holds.
  private static let secondsPerReader = 40.0

  /// A recording's decoding and cutting take a third of the time of its reading, so one that is being
  /// cut feeds two readers; one more has its outputs written meanwhile.
  var limits: TaskQueue.Limits {
    var limits = TaskQueue.Limits(bytes: memory, recordings: jobs)
    if let threads {
      limits.first = threads
      limits.feeding = threads / 2 + 1
      limits.seconds = Self.secondsPerReader * Double(threads)
    }
    return limits
  }
}

/// What came of a batch.
package struct BatchOutcome: Sendable {
  package var totals = BatchTotals()
  /// Recordings and entries there were; 0 where the inputs hold none.
  package var count = 0
  package var wasCancelled = false
  /// The report could not be written.
  package var reportFailure: AtomicFileError?
}
