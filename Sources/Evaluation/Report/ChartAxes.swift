import Foundation

/// The axis of rates: from 0 to a round number above every value.
struct RateAxis: Sendable, Hashable {
  /// Ascending fractions; the first is 0.
  let ticks: [Double]

  /// An axis for the values, which may be none.
  init(covering values: [Double]) {
    let most = max(values.filter(\.isFinite).max() ?? 0, Self.leastTop)
    let power = pow(10, (log10(most) - 1).rounded(.down))
    let steps = [1, 2, 5, 10, 20].map { $0 * power }
    let step = steps.first { Self.count($0, to: most) <= Self.mostSteps } ?? 50 * power
    ticks = (0...Self.count(step, to: most)).map { Double($0) * step }
  }

  var top: Double { ticks[ticks.count - 1] }

  /// "0 %", "25 %", with decimals where the steps need them.
  func label(_ tick: Double) -> String {
    "\(ReportNumber.short(tick * 100)) %"
  }

  /// A perfect result still has an axis.
  private static let leastTop = 0.05
  private static let mostSteps = 6

  /// Steps needed to reach a rate; rounding errors ask for none.
  private static func count(_ step: Double, to most: Double) -> Int {
    Int((most / step - 1e-9).rounded(.up))
  }
}

/// The axis of noise: clean speech apart on the left, then ratios falling at their true distances.
struct NoiseAxis: Sendable, Hashable {
  let hasClean: Bool
  /// Falling, without repetition.
  let decibels: [Double]

  init(levels: [SNRLevel]) {
    hasClean = levels.contains(.clean)
    decibels = levels.compactMap(\.decibels).filter(\.isFinite).firstOccurrences().sorted(by: >)
  }

  /// Levels from left to right.
  var levels: [SNRLevel] { (hasClean ? [.clean] : []) + decibels.map { .decibels($0) } }

  /// Where the scale of ratios is interrupted, from 0 to 1; nil unless both kinds are there.
  var gap: Double? { hasClean && !decibels.isEmpty ? Self.cleanShare : nil }

  /// Place of a level, from 0 at the left to 1 at the right.
  func position(_ level: SNRLevel) -> Double {
    let left = gap ?? 0
    guard case .decibels(let value) = level else { return gap == nil ? 0.5 : left / 2 }
    let inner = left + (1 - left) * Self.margin
    let width = (1 - left) * (1 - 2 * Self.margin)
    guard let first = decibels.first, let last = decibels.last, first > last else {
      return inner + width / 2
    }
    return inner + width * (first - value) / (first - last)
  }

  /// "clean" and the bare numbers, with a true minus sign.
  static func label(_ level: SNRLevel) -> String {
    guard let value = level.decibels else { return "clean" }
    let text = ReportNumber.short(value)
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  private static let cleanShare = 0.17
  private static let margin = 0.08
}
