import CProcess
import Foundation
import Support

/// Turns Ctrl-C, SIGTERM and a closed terminal into a request to stop.
///
/// The first signal asks; what runs then ends by itself and removes its temporary files. A second
/// one, or work that does not end (a read from a stalled pipe), ends the process at once, without
/// leaving temporary files either.
///
/// Two threads of its own, made before there is any other, see to that: one waits for signals, which are
/// blocked in this thread and so in all later ones, and one asks, as whoever is asked may keep it waiting.
/// So the end comes in time even where no further thread is to be had.
final class Interruption: Sendable {
  /// Seconds between two looks for memory, and how often in a row there may be none.
  private static let (period, mostLacks) = (2, 5)

  /// Cancelled at the first signal.
  let cancellation = Cancellation()
  private let patience: Int
  private let request = Request()
  private let signals: [Int32]

  /// Wakes the thread that asks.
  ///
  /// `@unchecked Sendable`: the semaphore is made once, never freed, and made to be used by any thread.
  private final class Request: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    func send() { sem_post(semaphore) }

    func wait() {
      while sem_wait(semaphore) != 0 {}
    }
  }

  /// Begins to wait for signals; the work has `patience` seconds for stopping. With none the process ends
  /// at once, which suits work that nobody asks to stop.
  init(patience: Int = 4) {
    self.patience = patience
    signals = [SIGINT, SIGTERM, SIGHUP].filter { !Self.isIgnored($0) }
    guard !signals.isEmpty else { return }
    var set = Self.set(signals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let isMade =
      Self.thread { [cancellation, request] in
        request.wait()
        cancellation.cancel()
      }
      && Self.thread { [signals, request, patience] in
        Self.watch(signals, request, patience: patience)
      }
    if !isMade { viseme_exit_exhausted("memory, or processes, for a thread") }
  }

  private static func watch(_ signals: [Int32], _ request: Request, patience: Int) {
    var lacks = 0
    while !wait(for: signals, seconds: period) {
      lacks = hasMemory ? 0 : lacks + 1
      if lacks == mostLacks { viseme_exit_exhausted("memory") }
    }
    request.send()
    // For the second one, or until the time is over.
    if patience > 0 { _ = wait(for: signals, seconds: patience) }
    ChildProcesses.endAll()
    TemporaryFiles.removeAll()
    if patience == 0 { Console().say("interrupted") }
    _exit(ExitCode.interrupted.rawValue)
  }

  /// Whether one of the signals came; an interrupted wait counts as a long one.
  private static func wait(for signals: [Int32], seconds: Int) -> Bool {
    var (set, time) = (set(signals), timespec(tv_sec: seconds, tv_nsec: 0))
    return sigtimedwait(&set, nil, &time) > 0
  }

  /// Whether there is any: without it Dispatch and others wait for some without end.
  private static var hasMemory: Bool {
    let bytes = 1 << 16
    let block = mmap(nil, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard block != MAP_FAILED else { return false }
    munmap(block, bytes)
    return true
  }

  private static func set(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals { sigaddset(&set, number) }
    return set
  }

  /// `nohup` and shells that start a job in the background ignore signals for it.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
    return handler == unsafeBitCast(SIG_IGN, to: UInt.self)
  }
}

extension Interruption {
  private final class Body {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` on a thread of its own with little memory; false where there can be none.
  private static func thread(_ body: @escaping @Sendable () -> Void) -> Bool {
    let context = Unmanaged.passRetained(Body(body))
    let code = viseme_run_detached(
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    if code != 0 { context.release() }
    return code == 0
  }
}
