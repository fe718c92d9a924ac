import Pipeline

/// The account of a run that `--verbose` prints.
enum TimingText {
  /// `elapsed` in seconds, `peakMemory` in bytes.
  static func lines(
    _ summary: TranscriptionSummary, elapsed: Double, threads: Int, peakMemory: Int
  ) -> [String] {
    let audio = summary.audioDuration
    let speed = elapsed > 0 ? audio / elapsed : 0
    let factor = audio > 0 ? elapsed / audio : 0
    var lines = [
      "  audio         \(NumberText.fixed(audio, 1)) s",
      "  time          \(NumberText.fixed(elapsed, 1)) s, \(NumberText.short(speed)) times real "
        + "time (RTF \(NumberText.fixed(factor, 4))), \(ErrorText.plural(threads, "thread"))",
      "  peak memory   \(NumberText.fixed(Double(peakMemory) / 1_048_576, 0)) MB",
    ]
    lines += stages(summary.stages)
    return lines
  }

  /// A table of what each stage did.
  static func stages(_ times: [StageTime]) -> [String] {
    var lines = ["  stage           busy   waiting  blocked"]
    for stage in times {
      lines.append(
        "  " + padded(stage.name, 10) + seconds(stage.busy, 10) + seconds(stage.starved, 10)
          + seconds(stage.blocked, 9))
    }
    return lines
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func seconds(_ value: Double, _ width: Int) -> String {
    let text = "\(NumberText.fixed(value, 2)) s"
    return String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
