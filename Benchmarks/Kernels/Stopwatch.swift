import Glibc

/// Times of this thread.
enum Stopwatch {
  /// Shortest stretch that is timed as one, in seconds: a job that is shorter is repeated.
  private static let stretch = 0.005

  /// Processor time of this thread in seconds; what others take from the core is not in it.
  static func processor() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Time on the wall, in seconds.
  static func wall() -> Double { seconds(CLOCK_MONOTONIC) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Processor seconds of one run of each job: medians over `rounds`, in each of which every job
  /// has its turn, so that all see the same machine.
  static func alternate(rounds: Int, _ jobs: [() -> Void]) -> [Double] {
    let repeats = jobs.map { job in
      job()
      return max(1, Int((stretch / max(time(1, job), 1e-7)).rounded(.up)))
    }
    var times = jobs.map { _ in [Double]() }
    for _ in 0..<rounds {
      for (index, job) in jobs.enumerated() { times[index].append(time(repeats[index], job)) }
    }
    return times.map(median)
  }

  private static func time(_ repeats: Int, _ job: () -> Void) -> Double {
    let begin = processor()
    for _ in 0..<repeats { job() }
    return (processor() - begin) / Double(repeats)
  }

  /// The middle of `values`, the upper of two.
  static func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty)
    return values.sorted()[values.count / 2]
  }
}
