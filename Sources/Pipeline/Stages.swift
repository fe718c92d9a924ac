import Dispatch

/// A run of stages, each on a serial queue of its own, joined by bounded queues.
///
/// A stage is one function over its input and output, so its state is local variables and the
/// flush at the end of the stream is what follows its loop. When a stage returns, its output
/// ends and the stages after it finish what lies there. When one throws, every queue of the run
/// is cancelled, so producers and consumers alike stop at their next element; the first error is
/// the one that `finish` throws. `finish` must be called once on every path, or the stages would
/// wait for ever.
package final class Stages: Sendable {
  private struct State {
    var failure: TranscriptionError?
    var token: Cancellation.Token?
    var cancellers: [@Sendable () -> Void] = []
    var times: [Int: StageTime] = [:]
    var stageCount = 0
  }

  private let state = Guarded(State())
  private let group = DispatchGroup()
  private let cancellation: Cancellation

  /// A run without stages that stops when `cancellation` is asked for.
  package init(cancellation: Cancellation) {
    self.cancellation = cancellation
    // From the start, so that a stage that begins after the request does no work.
    let token = cancellation.onCancel { [weak self] in self?.fail(.cancelled) }
    state.withLock { $0.token = token }
  }

  /// Starts a stage that has no stage before it.
  ///
  /// - Parameters:
  ///   - name: the stage's name in `StageTime` and its queue's label.
  ///   - capacity: elements that may wait for the next stage.
  ///   - body: runs once, on the stage's queue.
  /// - Returns: what the stage makes, for the next one.
  package func source<Output: Sendable>(
    _ name: String, capacity: Int,
    _ body: @escaping @Sendable (StageOutput<Output>) throws(TranscriptionError) -> Void
  ) -> BoundedQueue<Output> {
    let outlet = BoundedQueue<Output>(capacity: capacity)
    let clock = StageClock(name: name)
    start(name, clock, outlet: outlet) { () throws(TranscriptionError) in
      try body(StageOutput(queue: outlet, clock: clock))
    }
    return outlet
  }

  /// Starts a stage after another; see `source`.
  package func stage<Input: Sendable, Output: Sendable>(
    _ name: String, after inlet: BoundedQueue<Input>, capacity: Int,
    _ body:
      @escaping @Sendable (StageInput<Input>, StageOutput<Output>) throws(TranscriptionError)
      -> Void
  ) -> BoundedQueue<Output> {
    let outlet = BoundedQueue<Output>(capacity: capacity)
    let clock = StageClock(name: name)
    start(name, clock, outlet: outlet) { () throws(TranscriptionError) in
      try body(
        StageInput(queue: inlet, clock: clock), StageOutput(queue: outlet, clock: clock))
    }
    return outlet
  }

  /// Consumes the last stage's output on this thread, then waits for all stages.
  ///
  /// - Parameters:
  ///   - name: this last stage's name in the times.
  ///   - inlet: what the last stage makes.
  ///   - body: called for each element in order. If it throws, the run stops.
  /// - Returns: every stage's time, in the order of their start, this one last.
  /// - Throws: the first error of any stage or of `body`, `.cancelled` when stopped from outside.
  package func finish<Input: Sendable>(
    _ name: String, consuming inlet: BoundedQueue<Input>,
    _ body: (Input) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> [StageTime] {
    let clock = StageClock(name: name)
    let begin = DispatchTime.now()
    let input = StageInput(queue: inlet, clock: clock)
    do throws(TranscriptionError) {
      while let element = try input.next() { try body(element) }
    } catch {
      fail(error)
    }
    let last = clock.time(since: begin)
    group.wait()
    let (failure, times, token) = state.withLock { ($0.failure, $0.times, $0.token) }
    if let token { cancellation.remove(token) }
    if let failure { throw failure }
    return times.sorted { $0.key < $1.key }.map(\.value) + [last]
  }

  private func start<Output>(
    _ name: String, _ clock: StageClock, outlet: BoundedQueue<Output>,
    _ body: @escaping @Sendable () throws(TranscriptionError) -> Void
  ) {
    let (number, failed) = state.withLock { state in
      state.cancellers.append { outlet.cancel() }
      state.stageCount += 1
      return (state.stageCount, state.failure != nil)
    }
    if failed { outlet.cancel() }
    let queue = DispatchQueue(label: "viseme.\(name)", qos: .userInitiated)
    queue.async(group: group) {
      let begin = DispatchTime.now()
      do throws(TranscriptionError) {
        try body()
        outlet.close()
      } catch {
        self.fail(error)
      }
      let time = clock.time(since: begin)
      self.state.withLock { $0.times[number] = time }
    }
  }

  /// Keeps the first error and wakes every stage. A `.cancelled` thrown by a stage that was
  /// woken so comes later than the error that woke it.
  private func fail(_ error: TranscriptionError) {
    let cancellers = state.withLock { state in
      if state.failure == nil { state.failure = error }
      return state.cancellers
    }
    for cancel in cancellers { cancel() }
  }
}
