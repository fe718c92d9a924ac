/// Colours of the chart, on white, all with a contrast of at least 4.5 to 1 where they are text and
/// 3 to 1 where they are lines (WCAG 2.2, 1.4.3 and 1.4.11).
enum ChartColors {
  static let background = "#ffffff"
  static let text = "#1a1a1a"
  static let faintText = "#555555"
  static let axis = "#666666"
  static let grid = "#e2e2e2"
}

/// How one series is told from the others: by colour, by lightness, by dashes and by the shape of
/// its marks, so that no single one of them is needed.
struct SeriesStyle: Sendable, Hashable {
  enum Mark: Sendable, Hashable, CaseIterable { case circle, square, triangle, diamond, cross }

  let color: String
  /// SVG's `stroke-dasharray`; nil for a solid line.
  let dash: String?
  let mark: Mark
  /// Open marks are filled with the background.
  let isOpen: Bool

  /// The style of the series with this number, from 0. Colours are from Okabe and Ito's set for all
  /// kinds of colour vision (2008), darkened where white needs it; they repeat after five, mark
  /// and filling together after ten, and a whole style after twenty.
  init(_ index: Int) {
    color = Self.colors[index % Self.colors.count]
    dash = Self.dashes[index % Self.dashes.count]
    mark = Mark.allCases[index % Mark.allCases.count]
    isOpen = (index % Mark.allCases.count + index / Mark.allCases.count) % 2 == 1
  }

  private static let colors = ["#00558f", "#d55e00", "#007a5a", "#a8387a", "#2b2b2b"]
  private static let dashes: [String?] = [nil, "7 3.5", "2 2.5", "10 3 2 3"]
}

extension SVGDrawing {
  /// A vertical bar with a short stroke at each end.
  mutating func errorBar(x: Double, from upper: Double, to lower: Double, color: String) {
    line(Point(x: x, y: upper), Point(x: x, y: lower), color: color, width: 1.5)
    for end in [upper, lower] {
      line(Point(x: x - 3, y: end), Point(x: x + 3, y: end), color: color, width: 1.5)
    }
  }

  /// A mark of about 8 units around the centre.
  mutating func mark(_ style: SeriesStyle, at center: Point) {
    let fill = style.isOpen ? ChartColors.background : style.color
    let look = [("fill", fill), ("stroke", style.color), ("stroke-width", "1.6")]
    switch style.mark {
    case .circle:
      add(
        "circle",
        [("cx", Self.number(center.x)), ("cy", Self.number(center.y)), ("r", "3.8")] + look)
    case .square:
      polygon(center.around([(-1, -1), (1, -1), (1, 1), (-1, 1)], 3.6), attributes: look)
    case .triangle:
      polygon(center.around([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)], 4.4), attributes: look)
    case .diamond:
      polygon(center.around([(0, -1), (1, 0), (0, 1), (-1, 0)], 5), attributes: look)
    case .cross:
      let arms = [
        (-1.0, -0.3), (-0.3, -0.3), (-0.3, -1), (0.3, -1), (0.3, -0.3), (1, -0.3), (1, 0.3),
        (0.3, 0.3), (0.3, 1), (-0.3, 1), (-0.3, 0.3), (-1, 0.3),
      ]
      polygon(center.around(arms, 4.6), attributes: look)
    }
  }
}

extension SVGDrawing.Point {
  /// Points around this one, at offsets times `size`.
  fileprivate func around(_ offsets: [(Double, Double)], _ size: Double) -> [SVGDrawing.Point] {
    offsets.map { SVGDrawing.Point(x: x + $0.0 * size, y: y + $0.1 * size) }
  }
}
