import Support

/// Times as people write them on a command line and read them on a screen.
enum TimeText {
  /// Reads seconds ("90", "90.5"), "MM:SS" or "HH:MM:SS", the last field with decimals or not.
  ///
  /// Minutes may pass 59 where no hours are given ("75:30"), seconds only where they stand
  /// alone.
  ///
  /// - Returns: seconds, finite and not negative; nil when the text is no such time.
  static func seconds(_ text: String) -> Double? {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(fields.count), let last = fields.last, let seconds = decimal(last)
    else { return nil }
    if fields.count > 1, seconds >= 60 { return nil }
    var whole = 0.0
    for (index, field) in fields.dropLast().enumerated() {
      guard let value = digits(field) else { return nil }
      let isMinutes = index == fields.count - 2
      if isMinutes, fields.count == 3, value >= 60 { return nil }
      whole = whole * 60 + Double(value)
    }
    let time = whole * 60 + seconds
    return time <= longestTime ? time : nil
  }

  /// "0:07", "12:34" or "1:02:03"; fractions are dropped.
  static func clock(_ seconds: Double) -> String {
    let total = Int(saturating: min(max(0, seconds), 1e9))
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    let tail = "\(rest < 10 ? "0" : "")\(rest)"
    if hours == 0 { return "\(minutes):\(tail)" }
    return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)"
  }

  private static func digits(_ text: Substring) -> Int? {
    guard (1...6).contains(text.count), text.allSatisfy({ ("0"..."9").contains($0) }) else {
      return nil
    }
    return Int(text)
  }

  /// Digits with at most one point among or before them; no sign, exponent, "nan" or "inf".
  private static func decimal(_ text: Substring) -> Double? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, text.count <= 18,
      (first + (parts.count > 1 ? parts[1] : "")).allSatisfy({ ("0"..."9").contains($0) }),
      text.contains(where: \.isNumber)
    else { return nil }
    return Double(first.isEmpty ? "0" + text : String(text))
  }
}
