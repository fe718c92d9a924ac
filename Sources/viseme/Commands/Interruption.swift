import Support
import Dispatch
import Foundation

/// Turns Ctrl-C, SIGTERM and a closed terminal into a request to stop.
///
/// The first signal asks; what runs then ends by itself and removes its temporary files. A second
/// one, or work that does not end (a read from a stalled pipe), ends the process at once, without
/// leaving temporary files either.
///
/// Make it before any other thread: the signals are blocked in this thread and so in all later
/// ones, and only the signal sources see them.
final class Interruption {
  /// Seconds that the work has for stopping.
  private static let patience = 4

  /// Cancelled at the first signal.
  let cancellation = Cancellation()
  private var sources: [any DispatchSourceSignal] = []

  init() {
    let queue = DispatchQueue(label: "viseme.signals", qos: .userInteractive)
    for number in [SIGINT, SIGTERM, SIGHUP] where !Self.isIgnored(number) {
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, number)
      pthread_sigmask(SIG_BLOCK, &set, nil)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [cancellation] in
        if cancellation.isCancelled { Self.leave() }
        cancellation.cancel()
        queue.asyncAfter(deadline: .now() + .seconds(Self.patience)) { Self.leave() }
      }
      source.resume()
      sources.append(source)
    }
  }

  /// `nohup` and shells that start a job in the background ignore signals for it.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
    return handler == unsafeBitCast(SIG_IGN, to: UInt.self)
  }

  private static func leave() -> Never {
    TemporaryFiles.removeAll()
    _exit(ExitCode.interrupted.rawValue)
  }
}
