/// Where everything in a chart stands. Lengths are in CSS pixels.
struct ChartLayout {
  /// A name in the legend with the place of its sample.
  struct LegendEntry {
    let name: String
    let origin: SVGDrawing.Point
  }

  let width: Double
  let height: Double
  let titleLines: [String]
  let subtitleLines: [String]
  let legend: [LegendEntry]
  let plotSize: (width: Double, height: Double)
  private let columns: Int
  private let top: Double

  /// Room for `panels` panels, each of `levels` levels of noise, below a heading and a legend with
  /// the names.
  init(title: String, subtitle: String, names: [String], panels: Int, levels: Int) {
    columns = Self.columns(panels)
    let isSmall = columns == 1 && levels < Self.levelsOfWidePlot
    plotSize = Self.plotSizes[isSmall ? 1 : columns - 1]
    width =
      2 * Self.margin + Self.axisWidth + Double(columns) * plotSize.width
      + Double(columns - 1) * Self.columnGap
    let room = width - 2 * Self.margin
    titleLines = TextWidth.lines(
      title, to: room, size: SVGDrawing.Font.title.size, isBold: true)
    subtitleLines = TextWidth.lines(subtitle, to: room, size: SVGDrawing.Font.body.size)
    let heading =
      Self.margin + Double(titleLines.count) * Self.titleHeight
      + Double(subtitleLines.count) * Self.lineHeight
    legend = Self.legend(names, top: heading + 22, room: room)
    top = (legend.last?.origin.y ?? heading) + 16
    let rows = (panels + columns - 1) / columns
    let isEmpty = panels == 0
    height =
      top + Double(rows) * (plotSize.height + Self.panelHeading + Self.panelFoot)
      + (isEmpty ? Self.panelHeading + 20 : 6)
  }

  /// Baseline of a line of the title, or of the subtitle below it.
  func titleBaseline(_ line: Int) -> SVGDrawing.Point {
    SVGDrawing.Point(x: Self.margin, y: Self.margin + 13 + Double(line) * Self.titleHeight)
  }

  func subtitleBaseline(_ line: Int) -> SVGDrawing.Point {
    let first = Self.margin + Double(titleLines.count) * Self.titleHeight + 10
    return SVGDrawing.Point(x: Self.margin, y: first + Double(line) * Self.lineHeight)
  }

  /// Upper left corner of a panel's plot.
  func plotOrigin(_ panel: Int) -> SVGDrawing.Point {
    let (row, column) = panel.quotientAndRemainder(dividingBy: columns)
    return SVGDrawing.Point(
      x: Self.margin + Self.axisWidth + Double(column) * (plotSize.width + Self.columnGap),
      y: top + Double(row) * (plotSize.height + Self.panelHeading + Self.panelFoot)
        + Self.panelHeading)
  }

  /// Whether a panel stands at the left, where the axis of rates is labelled.
  func isLeftmost(_ panel: Int) -> Bool { panel % columns == 0 }

  /// Width of the line or box before a name in the legend.
  static let sampleWidth = 30.0
  static let sampleGap = 7.0

  private static let margin = 20.0
  private static let axisWidth = 46.0
  private static let columnGap = 26.0
  private static let panelHeading = 26.0
  private static let panelFoot = 46.0
  private static let titleHeight = 23.0
  private static let lineHeight = 17.0
  private static let legendHeight = 20.0
  private static let levelsOfWidePlot = 4
  private static let plotSizes: [(width: Double, height: Double)] = [
    (600, 320), (380, 240), (292, 200),
  ]

  /// As many as fit side by side, and rows as even as they can be.
  private static func columns(_ panels: Int) -> Int {
    switch panels {
    case ...1: 1
    case 2, 4: 2
    default: 3
    }
  }

  /// Names one after another, in as many lines as they need; those longer than a line are cut.
  private static func legend(_ names: [String], top: Double, room: Double) -> [LegendEntry] {
    var entries: [LegendEntry] = []
    var place = SVGDrawing.Point(x: margin, y: top)
    for name in names {
      let size = SVGDrawing.Font.body.size
      let shown = TextWidth.clipped(name, to: room - sampleWidth - sampleGap, size: size)
      let needed = sampleWidth + sampleGap + TextWidth.estimate(shown, size: size)
      if place.x > margin, place.x + needed > margin + room {
        place = SVGDrawing.Point(x: margin, y: place.y + legendHeight)
      }
      entries.append(LegendEntry(name: shown, origin: place))
      place.x += needed + 18
    }
    return entries
  }
}
