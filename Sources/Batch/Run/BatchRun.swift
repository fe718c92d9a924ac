import Dispatch
import Foundation
import Pipeline
import Transcript

/// How a batch is to be run.
package struct BatchOptions: Sendable {
  /// Recordings in work at once at most, at least 1.
  package var jobs = 1
  /// Readers, where only as many recordings shall be open as keep them busy; nil for `jobs`.
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

  /// A recording's decoding and cutting take a third of the time of its reading, so one that is open
  /// feeds two readers.
  fileprivate var limits: TaskQueue.Limits {
    var limits = TaskQueue.Limits(bytes: memory)
    if let threads {
      limits.few = (threads + 1) / 2
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

/// Runs a batch to its end.
package final class BatchRun: Sendable {
  private struct State {
    var outcome = BatchOutcome()
    var settledPaths: [String] = []
  }

  private let inputs: @Sendable () -> InputList
  private let settings: BatchSettings
  private let options: BatchOptions
  private let services: BatchServices
  /// Asked for from outside.
  private let cancellation: Cancellation
  /// Also asked for by a failure where the first one ends the run.
  private let stop = Cancellation()
  private let state = Guarded(State())

  /// A run over what `inputs` finds, which is asked again for each look.
  package init(
    inputs: @escaping @Sendable () -> InputList, settings: BatchSettings, options: BatchOptions,
    services: BatchServices, cancellation: Cancellation
  ) {
    self.inputs = inputs
    self.settings = settings
    self.options = options
    self.cancellation = cancellation
    var ordered = services
    // One call at a time.
    let observer = Guarded(services.observe)
    ordered.observe = { event in observer.withLock { $0(event) } }
    self.services = ordered
  }

  /// Runs.
  ///
  /// - Throws: when there can be no report; then nothing was done.
  package func run() throws(AtomicFileError) -> BatchOutcome {
    let begin = DispatchTime.now().uptimeNanoseconds
    let token = cancellation.onCancel { [stop] in stop.cancel() }
    defer { cancellation.remove(token) }
    let report = try ReportFile(path: options.report)
    let folder = options.report.lastIndex(of: "/").map { String(options.report[...$0]) } ?? ""
    let cache = ProbeCache(path: "\(folder)\(StateFolder.name)/probes.jsonl")
    let claims = Claims(lease: options.lease)
    var watched = options.watch.map { _ in WatchedFiles(settling: options.settling) }
    var told: Set<String> = []
    repeat {
      let plan = BatchPlan(
        inputs(), settings: settings, shard: options.shard, cache: cache, cancellation: stop,
        isWanted: { watched?.isWanted($0, $1) ?? true })
      cache.save()
      guard !stop.isCancelled else { break }
      pass(plan, report, claims, told: &told)
      do throws(AtomicFileError) { try report.addKept() } catch {
        state.withLock { $0.outcome.reportFailure = error }
        stop.cancel()
      }
      for path in takeSettled() { watched?.handled(path) }
    } while pause()
    var outcome = state.withLock { $0.outcome }
    outcome.totals.elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin) * 1e-9
    outcome.wasCancelled = cancellation.isCancelled
    return outcome
  }

  /// One look and the work that came of it; `told` are the entries that were reported as hopeless.
  private func pass(
    _ plan: BatchPlan, _ report: ReportFile, _ claims: Claims, told: inout Set<String>
  ) {
    let failures = plan.failures.filter { told.insert($0.path).inserted }
    state.withLock { state in
      state.outcome.count += plan.tasks.count + failures.count
      state.outcome.totals.passedOver = plan.passedOver
    }
    if !plan.tasks.isEmpty || !failures.isEmpty {
      services.observe(
        .planned(
          count: plan.tasks.count + failures.count,
          seconds: plan.tasks.reduce(0) { $0 + $1.weight }))
    }
    for folder in plan.folders { claims.sweep(folder) }
    let queue = TaskQueue(plan.tasks, limits: options.limits)
    for (path, failure) in failures {
      settle(.failed(line(path, failure)), path: path, seconds: 0, report, queue)
    }
    let token = stop.onCancel { queue.stop() }
    defer { stop.remove(token) }
    let group = DispatchGroup()
    for _ in 0..<min(max(options.jobs, 1), max(plan.tasks.count, 1)) {
      DispatchQueue(label: "viseme.batch", qos: .userInitiated).async(group: group) { [self] in
        while let task = queue.next() { perform(task, queue, report, claims) }
      }
    }
    group.wait()
  }

  private func perform(
    _ task: BatchTask, _ queue: TaskQueue, _ report: ReportFile, _ claims: Claims
  ) {
    let job = BatchJob(
      task: task, settings: settings, services: services, claims: claims, shard: options.shard,
      cancellation: stop)
    switch job.run() {
    case .cancelled: queue.finished(task)
    case .busy: queue.finished(task, again: 1)
    case .settled(let result):
      settle(result, path: task.item.path, seconds: task.weight, report, queue)
      queue.finished(task)
    case .failed(let failure, let line):
      if failure.kind.isTransient, task.attempts < options.retries, !failure.kind.concernsAll {
        services.observe(.willRetry(line))
        var again = task
        again.attempts += 1
        queue.finished(again, again: Double(again.attempts) * 2)
      } else {
        settle(.failed(line), path: task.item.path, seconds: task.weight, report, queue)
        queue.finished(task)
      }
    }
  }

  /// Counts a result, reports it, and ends the run where it is of that kind.
  private func settle(
    _ result: BatchResult, path: String, seconds: Double, _ report: ReportFile, _ queue: TaskQueue
  ) {
    let failure = Result { () throws(AtomicFileError) in
      switch result {
      case .done(let line), .failed(let line): try report.add(line)
      case .kept(let line), .remembered(let line): report.keep(line)
      }
    }
    state.withLock { state in
      switch result {
      case .done(let line), .failed(let line): state.outcome.totals.add(line)
      case .kept: state.outcome.totals.kept += 1
      case .remembered: state.outcome.totals.remembered += 1
      }
      state.settledPaths.append(path)
      if case .failure(let error) = failure { state.outcome.reportFailure = error }
    }
    services.observe(.settled(result, path: path, seconds: seconds))
    if case .failure = failure { return stop.cancel() }
    guard case .failed(let line) = result else { return }
    if options.failsFast {
      stop.cancel()
    } else if line.error?.concernsAll ?? false {
      queue.stop()
    }
  }

  private func takeSettled() -> [String] {
    state.withLock { state in
      defer { state.settledPaths = [] }
      return state.settledPaths
    }
  }

  /// Waits until it is time to look again; false where the run is over.
  private func pause() -> Bool {
    guard let seconds = options.watch, !stop.isCancelled else { return false }
    let semaphore = DispatchSemaphore(value: 0)
    let token = stop.onCancel { semaphore.signal() }
    defer { stop.remove(token) }
    _ = semaphore.wait(timeout: .now() + seconds)
    return !stop.isCancelled
  }

  private func line(_ path: String, _ failure: BatchFailure) -> ReportLine {
    ReportLine(
      input: path, status: .failed, error: failure.kind, cause: services.explain(failure, path),
      model: "\(settings.model.name) \(settings.model.version)",
      program: "\(settings.program.name) \(settings.program.version)",
      shard: options.shard?.description, finished: ReportLine.now)
  }
}
