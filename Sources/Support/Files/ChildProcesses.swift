import Foundation

/// The processes that this one has started and waits for, so that none goes on after it.
package enum ChildProcesses {
  private static let numbers = Guarded(Set<pid_t>())

  /// Takes note of one that was started.
  package static func remember(_ number: pid_t) { _ = numbers.withLock { $0.insert(number) } }

  /// Strikes one off that was waited for.
  package static func forget(_ number: pid_t) { _ = numbers.withLock { $0.remove(number) } }

  /// Ends all of them. For use just before this process ends.
  package static func endAll() {
    numbers.withLock { numbers in
      for number in numbers { kill(number, SIGKILL) }
      numbers = []
    }
  }
}
