/// Draws a chart: heading, legend, then the panels.
struct ChartDrawing {
  private let chart: WERChart
  private let rates: RateAxis
  private let noise: NoiseAxis
  /// Names of the series; the index gives the style.
  private let names: [String]
  private let hasIntervals: Bool
  private let layout: ChartLayout

  init(_ chart: WERChart) {
    self.chart = chart
    let series = chart.panels.flatMap(\.series)
    let points = series.flatMap(\.points)
    names = series.map(\.name).firstOccurrences()
    // Numbers above a single curve need room.
    let headroom = names.count == 1 ? 1.1 : 1
    rates = RateAxis(
      covering: points.map { max($0.rate.value, $0.rate.interval?.upperBound ?? 0) * headroom })
    noise = NoiseAxis(levels: points.map(\.level))
    hasIntervals = points.contains { $0.rate.interval != nil }
    let intervals = hasIntervals ? [Self.intervalName] : []
    layout = ChartLayout(
      title: ReportText.line(chart.title), subtitle: ReportText.line(chart.subtitle),
      names: names.isEmpty ? [] : names.map(ReportText.line) + intervals,
      panels: chart.panels.count, levels: noise.levels.count)
  }

  /// The whole SVG document.
  func document(scale: Double) -> String {
    var drawing = SVGDrawing()
    for (index, line) in layout.titleLines.enumerated() {
      drawing.text(line, at: layout.titleBaseline(index), .title)
    }
    for (index, line) in layout.subtitleLines.enumerated() {
      drawing.text(line, at: layout.subtitleBaseline(index), .body)
    }
    drawLegend(&drawing)
    if chart.panels.isEmpty {
      let place = layout.plotOrigin(0)
      drawing.text("Nothing was scored.", at: place, .body)
    }
    for (index, panel) in chart.panels.enumerated() {
      let drawn = PanelDrawing(
        panel: panel, origin: layout.plotOrigin(index), size: layout.plotSize, rates: rates,
        noise: noise, names: names, isLabelled: layout.isLeftmost(index))
      drawn.draw(into: &drawing)
    }
    return drawing.document(
      width: layout.width, height: layout.height, scale: scale, title: chart.title,
      description: description)
  }

  private static let intervalName = "95 % confidence interval"

  private func drawLegend(_ drawing: inout SVGDrawing) {
    for (index, entry) in layout.legend.enumerated() {
      let middle = entry.origin.y - 4
      let left = SVGDrawing.Point(x: entry.origin.x, y: middle)
      let right = SVGDrawing.Point(x: left.x + ChartLayout.sampleWidth, y: middle)
      if index < names.count {
        let style = SeriesStyle(index)
        drawing.line(left, right, color: style.color, width: 2, dash: style.dash)
        drawing.mark(style, at: SVGDrawing.Point(x: (left.x + right.x) / 2, y: middle))
      } else {
        drawing.add(
          "rect",
          [
            ("x", SVGDrawing.number(left.x)), ("y", SVGDrawing.number(middle - 6)),
            ("width", SVGDrawing.number(ChartLayout.sampleWidth)), ("height", "12"),
            ("fill", ChartColors.axis), ("fill-opacity", "0.2"),
          ])
        let center = (left.x + right.x) / 2
        drawing.errorBar(x: center, from: middle - 6, to: middle + 6, color: ChartColors.axis)
      }
      let start = SVGDrawing.Point(x: right.x + ChartLayout.sampleGap, y: entry.origin.y)
      drawing.text(entry.name, at: start, .body)
    }
  }

  /// Every value in words, for who cannot see the picture.
  private var description: String {
    chart.panels.map { panel in
      let series = panel.series.map { series in
        let points = series.points.map { point in
          "\(point.level.description) \(ReportNumber.percent(point.rate.value, 1)) %"
        }
        return "\(series.name): \(points.joined(separator: ", "))"
      }
      return "\(panel.title). \(series.joined(separator: "; "))"
    }.joined(separator: ". ")
  }
}
