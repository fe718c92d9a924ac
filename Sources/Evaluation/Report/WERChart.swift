/// Word error rate against signal-to-noise ratio: a panel for each kind of noise, in it a curve for
/// each way of listening, all on the same axes. Clean speech has its own place on the left; noise
/// grows to the right.
package struct WERChart: Sendable, Hashable {
  package struct Point: Sendable, Hashable {
    package var level: SNRLevel
    package var rate: ScoreEstimate

    package init(level: SNRLevel, rate: ScoreEstimate) {
      self.level = level
      self.rate = rate
    }
  }

  package struct Series: Sendable, Hashable {
    /// The same name has the same look in all panels.
    package var name: String
    /// In any order, at most one for a level.
    package var points: [Point]

    package init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  package struct Panel: Sendable, Hashable {
    package var title: String
    package var series: [Series]

    package init(title: String, series: [Series]) {
      self.title = title
      self.series = series
    }
  }

  package var title: String
  package var subtitle: String
  package var panels: [Panel]

  /// Points whose rate or level is not a number are left out.
  package init(title: String, subtitle: String, panels: [Panel]) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels.map { panel in
      let series = panel.series.map { series in
        let points = series.points.filter {
          $0.rate.value.isFinite && $0.level.decibels?.isFinite ?? true
        }
        return Series(name: series.name, points: points.sorted { $0.level < $1.level })
      }
      return Panel(title: panel.title, series: series.filter { !$0.points.isEmpty })
    }
  }

  /// A panel for each noise and treatment of the picture, a series for each mode. Cells without
  /// noise belong to every panel, and so do modes that look at no picture.
  package init(cells: [ScoredCell], title: String, subtitle: String) {
    let conditions = cells.map(\.condition)
    let noises = conditions.compactMap(\.noise).firstOccurrences()
    let pictures = conditions.compactMap(\.picture).firstOccurrences()
    let modes = conditions.map(\.mode).firstOccurrences()
    let panels = orNone(noises).flatMap { noise in
      orNone(pictures).map { picture in
        let shown = cells.filter {
          ($0.condition.noise ?? noise) == noise && ($0.condition.picture ?? picture) == picture
        }
        let series = modes.map { mode in
          Series(
            name: mode, points: shown.filter { $0.condition.mode == mode }.compactMap(Self.point))
        }
        return Panel(
          title: Self.panelTitle(noise, picture, ofSeveral: pictures.count > 1), series: series)
      }
    }
    self.init(title: title, subtitle: subtitle, panels: cells.isEmpty ? [] : panels)
  }

  /// The picture as an SVG document, `scale` times as large as in a page.
  package func svg(scale: Double = 1) -> String {
    ChartDrawing(self).document(scale: scale)
  }

  private static func point(_ cell: ScoredCell) -> Point? {
    cell.wordErrorRate.map { Point(level: cell.condition.level, rate: $0) }
  }

  private static func panelTitle(
    _ noise: String?, _ picture: String?, ofSeveral: Bool
  ) -> String {
    let pictureTitle = picture.flatMap { ofSeveral ? "picture \($0)" : nil }
    let parts = [noise, pictureTitle].compactMap { $0 }
    return parts.isEmpty ? "no noise added" : parts.joined(separator: ", ")
  }
}

/// The values, or a single nil where there are none.
func orNone<Value>(_ values: [Value]) -> [Value?] {
  values.isEmpty ? [nil] : values
}
