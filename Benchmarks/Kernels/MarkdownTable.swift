import Foundation

/// A table for people and for `docs/lab/BENCHMARKS.md`.
struct MarkdownTable {
  private var lines: [String]

  init(_ header: [String]) {
    lines = [Self.line(header), "|" + String(repeating: " --- |", count: header.count)]
  }

  mutating func add(_ cells: [String]) { lines.append(Self.line(cells)) }

  var text: String { lines.joined(separator: "\n") + "\n" }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  /// A number with `digits` after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : "-"
  }

  /// A share as a percentage; a dash for nil.
  static func percent(_ share: Double?) -> String {
    share.map { fixed(100 * $0, 0) + " %" } ?? "-"
  }
}
