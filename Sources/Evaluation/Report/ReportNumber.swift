/// Numbers as reports write them, the same in every locale.
enum ReportNumber {
  /// Stands for a value that is missing or not a number.
  static let missing = "–"

  /// With `digits` decimals, rounded half away from zero.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return missing }  // NaN and infinities too
    let units = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, digits + 1 - units.count)) + units
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + padded }
    return "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }

  /// With at most two decimals and no needless zero: "5", "-2.5".
  static func short(_ value: Double) -> String {
    var text = fixed(value, 2)
    guard text != missing else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A fraction in percent, without the sign: 0.142 is "14.2".
  static func percent(_ fraction: Double?, _ digits: Int) -> String {
    fraction.map { fixed($0 * 100, digits) } ?? missing
  }

  /// A rate and its interval in percent: "14.2 (12.0–16.5)".
  static func estimate(_ estimate: ScoreEstimate?, _ digits: Int) -> String {
    guard let estimate else { return missing }
    let value = percent(estimate.value, digits)
    guard let interval = estimate.interval else { return value }
    return "\(value) (\(percent(interval.lowerBound, digits))–"
      + "\(percent(interval.upperBound, digits)))"
  }

  /// A difference of rates in percentage points, always with its sign: "-1.25 (-2.00 to 0.31)".
  static func difference(_ estimate: ScoreEstimate, _ digits: Int) -> String {
    let value = signed(estimate.value, digits)
    guard let interval = estimate.interval else { return value }
    return "\(value) (\(signed(interval.lowerBound, digits)) to "
      + "\(signed(interval.upperBound, digits)))"
  }

  private static func signed(_ fraction: Double, _ digits: Int) -> String {
    let text = percent(fraction, digits)
    return fraction > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }
}
