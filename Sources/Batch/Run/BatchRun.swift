import Dispatch
import Foundation
import Pipeline
import Support
import Transcript

/// Runs a batch to its end.
package final class BatchRun: Sendable {
  private struct State {
    var outcome = BatchOutcome()
    /// Taken back from the queue.
    var withdrawn: [BatchTask] = []
  }

  /// What a run works with, once there is a report.
  private struct Desk: Sendable {
    let report: ReportFile
    let cache: ProbeCache
    let claims: Claims
    let queue: TaskQueue
  }

  /// What a run knows of its inputs from one look to the next.
  private struct Seen {
    var watched: WatchedFiles?
    /// Entries that were reported as hopeless.
    var told: Set<String> = []
  }

  private let inputs: @Sendable () -> InputList
  private let settings: BatchSettings
  private let options: BatchOptions
  private let services: BatchServices
  private let slowStart: SlowStart
  /// Asked for from outside.
  private let cancellation: Cancellation
  /// Also asked for by a failure where the first one ends the run.
  private let stop = Cancellation()
  private let state = Guarded(State())

  /// A run over what `inputs` finds, which is asked again for each look. It ends `slowStart`: before it
  /// begins to work where no worker has died, or else in time.
  package init(
    inputs: @escaping @Sendable () -> InputList, settings: BatchSettings, options: BatchOptions,
    services: BatchServices, slowStart: SlowStart = .none, cancellation: Cancellation
  ) {
    self.inputs = inputs
    self.settings = settings
    self.options = options
    self.slowStart = slowStart
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
    let folder = options.report.lastIndex(of: "/").map { String(options.report[...$0]) } ?? ""
    let desk = Desk(
      report: try ReportFile(path: options.report),
      cache: ProbeCache(path: "\(folder)\(StateFolder.name)/probes.tsv"),
      claims: Claims(lease: options.lease),
      queue: TaskQueue(
        limits: options.limits, slowStart: slowStart, isIdle: services.isIdle))
    work(desk)
    var outcome = state.withLock { $0.outcome }
    outcome.totals.elapsed = Double(DispatchTime.now().uptimeNanoseconds - begin) * 1e-9
    outcome.wasCancelled = cancellation.isCancelled
    return outcome
  }

  /// Looks at the inputs, once or again and again, while others work on what was found.
  private func work(_ desk: Desk) {
    let token = stop.onCancel { desk.queue.stop() }
    defer { stop.remove(token) }
    var seen = Seen(watched: options.watch.map { _ in WatchedFiles(settling: options.settling) })
    let count = look(desk, &seen)
    if options.watch == nil { desk.queue.close() }
    let group = DispatchGroup()
    for _ in 0..<(options.watch == nil ? min(options.jobs, count) : options.jobs) {
      DispatchQueue(label: "viseme.batch", qos: .userInitiated).async(group: group) { [self] in
        while let task = desk.queue.next() { perform(task, desk) }
      }
    }
    while pause() {
      addKept(desk)
      _ = look(desk, &seen)
    }
    group.wait()
    addKept(desk)
  }

  /// Looks once and hands out what is to be done; returns how much that is.
  private func look(_ desk: Desk, _ seen: inout Seen) -> Int {
    for task in takeWithdrawn() { seen.watched?.forget(task.item.path) }
    var plan = BatchPlan(
      inputs(), settings: settings, shard: options.shard, cache: desk.cache, cancellation: stop,
      isWanted: { seen.watched?.isWanted($0, $1) ?? true })
    desk.cache.save()
    guard !stop.isCancelled else { return 0 }
    // Changed while it is in work: its turn comes when it is not.
    plan.tasks.removeAll { desk.queue.holds($0.item) }
    let failures = plan.failures.filter { seen.told.insert($0.path).inserted }
    for task in plan.tasks { seen.watched?.handled(task.item.path) }
    tell(plan, failures.count)
    for (path, failure) in failures {
      settle(.failed(line(path, failure)), path: path, seconds: 0, desk)
    }
    let tasks = open(plan, desk)
    desk.queue.add(tasks)
    return tasks.count
  }

  private func tell(_ plan: BatchPlan, _ failures: Int) {
    let count = plan.tasks.count + failures
    state.withLock { state in
      state.outcome.count += count
      state.outcome.totals.passedOver = plan.passedOver
    }
    guard count > 0 else { return }
    let seconds = plan.tasks.reduce(0) { $0 + $1.weight }
    services.observe(.planned(count: count, seconds: seconds))
  }

  /// Settles what was done before; returns the rest. What was in work when a worker died comes last. So
  /// a recording that kills its worker, or is too long for the time between two kills, does not keep
  /// the others waiting.
  private func open(_ plan: BatchPlan, _ desk: Desk) -> [BatchTask] {
    var deaths: [String: Int] = [:]
    for folder in plan.folders {
      for (key, count) in desk.claims.sweep(folder) { deaths[folder.outputs + key] = count }
    }
    let isOpen = Guarded([Bool](repeating: false, count: plan.tasks.count))
    DispatchQueue.concurrentPerform(iterations: plan.tasks.count) { index in
      let task = plan.tasks[index]
      guard !stop.isCancelled else { return }
      if let result = job(task, desk).known() {
        settle(result, path: task.item.path, seconds: task.weight, desk)
      } else {
        isOpen.withLock { $0[index] = true }
      }
    }
    var tasks = zip(plan.tasks, isOpen.withLock { $0 }).filter(\.1).map(\.0)
    guard !deaths.isEmpty else {
      slowStart.end()
      return tasks
    }
    let end = DispatchTime.now() + options.slowStart
    DispatchQueue.global().asyncAfter(deadline: end) { [slowStart] in slowStart.end() }
    for index in tasks.indices {
      let place = tasks[index].place
      tasks[index].deaths = deaths[place.folder + StateFolder.key(place.stem)] ?? 0
    }
    return Dictionary(grouping: tasks, by: \.deaths).sorted { $0.key < $1.key }.flatMap(\.value)
  }

  private func job(_ task: BatchTask, _ desk: Desk) -> BatchJob {
    BatchJob(
      task: task, settings: settings, services: services, claims: desk.claims,
      shard: options.shard, cancellation: stop, onCut: { desk.queue.cut(task) },
      onSegment: { desk.queue.restores(task, $0) })
  }

  private func perform(_ task: BatchTask, _ desk: Desk) {
    switch job(task, desk).run() {
    case .cancelled: desk.queue.finished(task)
    case .busy: desk.queue.finished(task, again: 1)
    case .settled(let result):
      settle(result, path: task.item.path, seconds: task.weight, desk)
      if case .done = result { return desk.queue.finished(task, byWork: true) }
      desk.queue.finished(task)
    case .failed(let failure, let line):
      if failure.kind.isTransient, task.attempts < options.retries, !failure.kind.concernsAll {
        services.observe(.willRetry(line))
        var again = task
        again.attempts += 1
        desk.queue.finished(again, again: Double(again.attempts) * 2)
      } else if isWaitedFor(failure.kind) {
        services.observe(.willRetry(line))
        desk.queue.finished(task)
        withdraw(desk, with: [task])
      } else {
        settle(.failed(line), path: task.item.path, seconds: task.weight, desk)
        desk.queue.finished(task)
      }
    }
  }

  /// Whether the run goes on until there is what every recording needs: a watch, which has no end, waits for room
  /// on the disk however long it takes.
  private func isWaitedFor(_ kind: FailureClass) -> Bool {
    kind.isTransient && kind.concernsAll && options.watch != nil && !options.failsFast
  }

  /// Counts a result, reports it, and ends the run where it is of that kind.
  private func settle(_ result: BatchResult, path: String, seconds: Double, _ desk: Desk) {
    let failure = Result { () throws(AtomicFileError) in
      switch result {
      case .done(let line), .failed(let line): try desk.report.add(line)
      case .kept(let line), .remembered(let line): desk.report.keep(line)
      }
    }
    state.withLock { state in
      switch result {
      case .done(let line), .failed(let line): state.outcome.totals.add(line)
      case .kept: state.outcome.totals.kept += 1
      case .remembered: state.outcome.totals.remembered += 1
      }
      if case .failure(let error) = failure { state.outcome.reportFailure = error }
    }
    services.observe(.settled(result, path: path, seconds: seconds))
    if case .failure = failure { return stop.cancel() }
    guard case .failed(let line) = result else { return }
    if options.failsFast {
      stop.cancel()
    } else if line.error?.concernsAll ?? false {
      withdraw(desk)
    }
  }

  /// Leaves the rest, and `failed`, for the next look, or the next run.
  private func withdraw(_ desk: Desk, with failed: [BatchTask] = []) {
    if options.watch == nil { return desk.queue.stop() }
    let tasks = failed + desk.queue.withdraw()
    state.withLock { $0.withdrawn += tasks }
  }

  private func takeWithdrawn() -> [BatchTask] {
    state.withLock { state in
      defer { state.withdrawn = [] }
      return state.withdrawn
    }
  }

  /// Reports what was known before.
  private func addKept(_ desk: Desk) {
    do throws(AtomicFileError) { try desk.report.addKept() } catch {
      state.withLock { $0.outcome.reportFailure = error }
      stop.cancel()
    }
  }

  /// Waits until it is time to look again; false where that is not asked, or the run is over.
  private func pause() -> Bool {
    guard let seconds = options.watch, !stop.isCancelled else { return false }
    let semaphore = DispatchSemaphore(value: 0)
    let token = stop.onCancel { semaphore.signal() }
    defer { stop.remove(token) }
    // A timer counts by the monotonic clock. On Linux the semaphore's own timeout ends by the wall clock, so
    // where that is set back an hour it would end an hour late.
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { semaphore.signal() }
    semaphore.wait()
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
