import Dispatch
import Support

/// A run of stages, each on a serial queue of its own (or several, where many workers share the
/// work), joined by bounded queues.
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
    var clocks: [StageClock] = []
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
    let output = StageOutput(queue: outlet, clock: clock(name))
    register(outlet)
    start(name) { () throws(TranscriptionError) in
      try body(output)
      outlet.close()
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
    let clock = clock(name)
    let input = StageInput(queue: inlet, clock: clock)
    let output = StageOutput(queue: outlet, clock: clock)
    register(outlet)
    start(name) { () throws(TranscriptionError) in
      try body(input, output)
      outlet.close()
    }
    return outlet
  }

  /// Starts a stage whose output goes into a queue that other runs feed too; see `source`. The
  /// queue outlives the run: it is neither closed nor cancelled with it.
  func stage<Input: Sendable, Output: Sendable>(
    _ name: String, after inlet: BoundedQueue<Input>, feeding shared: BoundedQueue<Output>,
    _ body:
      @escaping @Sendable (StageInput<Input>, StageOutput<Output>) throws(TranscriptionError)
      -> Void
  ) {
    let clock = clock(name)
    let input = StageInput(queue: inlet, clock: clock)
    let output = StageOutput(queue: shared, clock: clock)
    start(name) { () throws(TranscriptionError) in try body(input, output) }
  }

  /// Starts `count` workers that share the elements of `inlet`; `clock` measures their waiting for
  /// input. `body` runs `count` times at once, each on a queue of its own.
  func workers<Input: Sendable>(
    _ name: String, count: Int, after inlet: BoundedQueue<Input>, clock: StageClock,
    _ body: @escaping @Sendable (StageInput<Input>) throws(TranscriptionError) -> Void
  ) {
    let input = StageInput(queue: inlet, clock: clock)
    for _ in 0..<count {
      start(name) { () throws(TranscriptionError) in try body(input) }
    }
  }

  /// A clock whose time is among those that `finish` returns, in the order of the calls.
  func clock(_ name: String) -> StageClock {
    let clock = StageClock(name: name)
    state.withLock { $0.clocks.append(clock) }
    return clock
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
    _ name: String, consuming inlet: some StageOutlet<Input>,
    _ body: (Input) throws(TranscriptionError) -> Void
  ) throws(TranscriptionError) -> [StageTime] {
    let clock = clock(name)
    do throws(TranscriptionError) {
      while let element = try clock.starved(inlet.pop).element() {
        try clock.busy { () throws(TranscriptionError) in try body(element) }
      }
    } catch {
      fail(error)
    }
    group.wait()
    let (failure, clocks, token) = state.withLock { ($0.failure, $0.clocks, $0.token) }
    if let token { cancellation.remove(token) }
    if let failure { throw failure }
    return clocks.map(\.time)
  }

  /// Lets a failure cancel `outlet`, in which the run waits.
  func register(_ outlet: any StageOutlet) {
    let hasFailed = state.withLock { state in
      state.cancellers.append { outlet.cancel() }
      return state.failure != nil
    }
    if hasFailed { outlet.cancel() }
  }

  private func start(
    _ name: String, _ body: @escaping @Sendable () throws(TranscriptionError) -> Void
  ) {
    let queue = DispatchQueue(label: "viseme.\(name)", qos: .userInitiated)
    queue.async(group: group) {
      do throws(TranscriptionError) { try body() } catch { self.fail(error) }
    }
  }

  /// Ends the run: keeps the first error and wakes every stage. A `.cancelled` thrown by a stage that
  /// was woken so comes later than the error that woke it.
  func fail(_ error: TranscriptionError) {
    let cancellers = state.withLock { state in
      if state.failure == nil { state.failure = error }
      return state.cancellers
    }
    for cancel in cancellers { cancel() }
  }
}
