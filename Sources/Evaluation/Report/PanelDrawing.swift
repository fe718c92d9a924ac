/// One panel of a chart: its frame, and the curves of its series in it.
struct PanelDrawing {
  let panel: WERChart.Panel
  /// Upper left corner of the plot.
  let origin: SVGDrawing.Point
  let size: (width: Double, height: Double)
  let rates: RateAxis
  let noise: NoiseAxis
  /// All series of the chart; the index gives the style.
  let names: [String]
  /// Whether the axis of rates has its numbers here.
  let isLabelled: Bool

  /// A point of a series at its place.
  private struct Place {
    let point: WERChart.Point
    let center: SVGDrawing.Point
    /// Upper and lower ends of the interval on the picture; nil without one.
    let bounds: (upper: Double, lower: Double)?
  }

  func draw(into drawing: inout SVGDrawing) {
    drawing.open()
    drawFrame(&drawing)
    drawNoiseLabels(&drawing)
    let series = panel.series.map { (series: $0, style: style($0), places: places($0)) }
    for (_, style, places) in series { drawBand(&drawing, places, style) }
    for (_, style, places) in series { drawCurve(&drawing, places, style) }
    for (series, style, places) in series { drawMarks(&drawing, series, places, style) }
    if names.count == 1, let only = series.first { drawValues(&drawing, only.places) }
    drawing.close()
  }

  private var bottom: Double { origin.y + size.height }
  private var right: Double { origin.x + size.width }

  private func style(_ series: WERChart.Series) -> SeriesStyle {
    SeriesStyle(names.firstIndex(of: series.name) ?? 0)
  }

  private func x(_ level: SNRLevel) -> Double { origin.x + noise.position(level) * size.width }

  private func y(_ rate: Double) -> Double {
    bottom - min(max(rate / rates.top, 0), 1) * size.height
  }

  /// Points at their places; those that stand alone step aside for each other.
  private func places(_ series: WERChart.Series) -> [Place] {
    let number = Double(names.firstIndex(of: series.name) ?? 0)
    let aside = (number - Double(names.count - 1) / 2) * min(10, 40 / Double(names.count))
    let isCurve = series.points.filter { $0.level != .clean }.count > 1
    return series.points.map { point in
      let isAlone = point.level == .clean || !isCurve
      let center = SVGDrawing.Point(
        x: x(point.level) + (isAlone ? aside : 0), y: y(point.rate.value))
      let bounds = point.rate.interval.map { (y($0.upperBound), y($0.lowerBound)) }
      return Place(point: point, center: center, bounds: bounds)
    }
  }
}

// Frame and axes.
extension PanelDrawing {
  private func drawFrame(_ drawing: inout SVGDrawing) {
    drawing.text(
      TextWidth.clipped(
        ReportText.line(panel.title), to: size.width, size: SVGDrawing.Font.heading.size,
        isBold: true),
      at: SVGDrawing.Point(x: origin.x, y: origin.y - 9), .heading)
    for tick in rates.ticks {
      let height = y(tick)
      drawing.line(
        SVGDrawing.Point(x: origin.x, y: height), SVGDrawing.Point(x: right, y: height),
        color: tick == 0 ? ChartColors.axis : ChartColors.grid, width: 1)
      if isLabelled {
        drawing.text(
          rates.label(tick), at: SVGDrawing.Point(x: origin.x - 7, y: height + 4), .label,
          anchor: .end)
      }
    }
    guard let gap = noise.gap else { return }
    // Two strokes where the axis is interrupted.
    let middle = origin.x + gap * size.width
    drawing.line(
      SVGDrawing.Point(x: middle - 3, y: bottom), SVGDrawing.Point(x: middle + 3, y: bottom),
      color: ChartColors.background, width: 3)
    for offset in [-3.0, 3] {
      drawing.line(
        SVGDrawing.Point(x: middle + offset - 2, y: bottom + 5),
        SVGDrawing.Point(x: middle + offset + 2, y: bottom - 5), color: ChartColors.axis, width: 1)
    }
  }

  /// Ticks at all levels, and as many of their names as fit.
  private func drawNoiseLabels(_ drawing: inout SVGDrawing) {
    var free = -Double.infinity
    for level in noise.levels {
      let place = x(level)
      drawing.line(
        SVGDrawing.Point(x: place, y: bottom), SVGDrawing.Point(x: place, y: bottom + 4),
        color: ChartColors.axis, width: 1)
      let label = NoiseAxis.label(level)
      let half = TextWidth.estimate(label, size: SVGDrawing.Font.label.size) / 2
      guard place - half >= free else { continue }
      free = place + half + 4
      drawing.text(
        label, at: SVGDrawing.Point(x: place, y: bottom + 17), .label, anchor: .middle)
    }
    guard !noise.decibels.isEmpty else { return }
    let left = origin.x + (noise.gap ?? 0) * size.width
    drawing.text(
      "signal-to-noise ratio in dB (more noise →)",
      at: SVGDrawing.Point(x: (left + right) / 2, y: bottom + 33),
      .label, anchor: .middle)
  }
}

// Curves.
extension PanelDrawing {
  /// The band through neighbouring intervals; bars where a point stands alone.
  private func drawBand(_ drawing: inout SVGDrawing, _ places: [Place], _ style: SeriesStyle) {
    for run in runs(places) {
      let bounds = run.compactMap { place in
        place.bounds.map { (x: place.center.x, upper: $0.upper, lower: $0.lower) }
      }
      if bounds.count > 1 {
        let edges =
          bounds.map { SVGDrawing.Point(x: $0.x, y: $0.upper) }
          + bounds.reversed().map { SVGDrawing.Point(x: $0.x, y: $0.lower) }
        drawing.polygon(
          edges,
          attributes: [
            ("fill", style.color), ("fill-opacity", "0.14"), ("stroke", style.color),
            ("stroke-opacity", "0.4"), ("stroke-width", "0.75"),
          ])
      } else if let only = bounds.first {
        drawing.errorBar(x: only.x, from: only.upper, to: only.lower, color: style.color)
      }
    }
  }

  /// Noisy points that follow each other with intervals, and every other point with one by itself.
  private func runs(_ places: [Place]) -> [[Place]] {
    var runs: [[Place]] = []
    var isOpen = false
    for place in places {
      let continues = place.bounds != nil && place.point.level != .clean
      if continues && isOpen {
        runs[runs.count - 1].append(place)
      } else {
        runs.append([place])
      }
      isOpen = continues
    }
    return runs
  }

  private func drawCurve(_ drawing: inout SVGDrawing, _ places: [Place], _ style: SeriesStyle) {
    let points = places.filter { $0.point.level != .clean }.map(\.center)
    guard points.count > 1 else { return }
    drawing.polyline(points, color: style.color, width: 2, dash: style.dash)
  }

  /// Marks, each with its value in words.
  private func drawMarks(
    _ drawing: inout SVGDrawing, _ series: WERChart.Series, _ places: [Place], _ style: SeriesStyle
  ) {
    for place in places {
      let rate = place.point.rate
      let interval = rate.interval.map {
        " (\(ReportNumber.percent($0.lowerBound, 1)) to \(ReportNumber.percent($0.upperBound, 1)))"
      }
      let value = "\(ReportNumber.percent(rate.value, 1)) %\(interval ?? "")"
      drawing.open(title: "\(series.name), \(place.point.level.description): \(value)")
      drawing.mark(style, at: place.center)
      drawing.close()
    }
  }

  /// Numbers above the points of a single curve, as many as fit.
  private func drawValues(_ drawing: inout SVGDrawing, _ places: [Place]) {
    var free = -Double.infinity
    for place in places {
      let text = ReportNumber.percent(place.point.rate.value, 1)
      let half = TextWidth.estimate(text, size: SVGDrawing.Font.label.size) / 2
      guard place.center.x - half >= free else { continue }
      free = place.center.x + half + 3
      let top = min(place.center.y, place.bounds?.upper ?? place.center.y)
      drawing.text(
        text, at: SVGDrawing.Point(x: place.center.x, y: top - 8), .label, anchor: .middle,
        halo: true)
    }
  }
}
