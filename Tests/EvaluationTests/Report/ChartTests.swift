import Demux
import Foundation
import Testing

@testable import Evaluation

@Suite struct ChartTests {
  @Test(arguments: [
    [], [0.0], [0.003], [0.05], [0.142, 0.2], [0.999], [1.0], [1.0001], [2.98], [37.5], [1e6],
    [.nan, 0.3], [.infinity],
  ])
  func rateAxisCoversEverythingFromZero(values: [Double]) throws {
    let axis = RateAxis(covering: values)
    let most = max(0.05, values.filter(\.isFinite).max() ?? 0)
    #expect(axis.ticks.first == 0)
    #expect((3...7).contains(axis.ticks.count))
    #expect(axis.top >= most * (1 - 1e-9) && axis.top <= 2 * most)
    let steps = zip(axis.ticks, axis.ticks.dropFirst()).map { $1 - $0 }
    let step = try #require(steps.first)
    #expect(steps.allSatisfy { abs($0 - step) < 1e-9 * axis.top })
    // Labels as round as the steps: no two alike, no more than two figures after the leading zero.
    #expect(Set(axis.ticks.map(axis.label)).count == axis.ticks.count)
  }

  @Test func noiseAxisKeepsDistances() {
    let axis = NoiseAxis(levels: SampleReport.levels.reversed() + [.clean, .decibels(.nan)])
    #expect(axis.levels == SampleReport.levels)
    let places = axis.levels.map(axis.position)
    #expect(places == places.sorted() && places.allSatisfy { (0...1).contains($0) })
    // 20 to 10 dB is twice as far as 10 to 5.
    #expect(abs((places[2] - places[1]) - 2 * (places[3] - places[2])) < 1e-12)
    #expect((axis.gap ?? 0) > places[0] && (axis.gap ?? 1) < places[1])
    #expect(NoiseAxis(levels: [.clean]).position(.clean) == 0.5)
    #expect(NoiseAxis(levels: [.decibels(5)]).position(.decibels(5)) == 0.5)
  }

  /// Clean speech belongs to every noise, and a mode without a picture to every picture.
  @Test func panelsShareWhatIsCommon() throws {
    let cells =
      SampleReport.cells(modes: ["audio"], noises: ["babble", "cafe"])
      + SampleReport.cells(
        modes: ["fused"], noises: ["babble", "cafe"], pictures: ["clean", "blur"])
    let chart = WERChart(cells: cells, title: "", subtitle: "")
    #expect(
      chart.panels.map(\.title) == [
        "babble, picture clean", "babble, picture blur", "cafe, picture clean",
        "cafe, picture blur",
      ])
    for panel in chart.panels {
      #expect(panel.series.map(\.name) == ["audio", "fused"])
      #expect(panel.series.allSatisfy { $0.points.map(\.level) == SampleReport.levels })
    }
    #expect(chart.panels[0].series[1] != chart.panels[1].series[1])
  }

  @Test func cellsWithoutNumbersAreLeftOut() {
    var cells = SampleReport.cells()
    cells[0].wordErrorRate = nil
    cells[1].wordErrorRate = ScoreEstimate(.nan)
    cells[2].condition.level = .decibels(.nan)
    let chart = WERChart(cells: cells, title: "", subtitle: "")
    #expect(chart.panels.flatMap(\.series).flatMap(\.points).count == cells.count - 3)
    #expect(!chart.svg().contains("nan"))
  }

  @Test func stylesDifferWithoutColour() {
    let styles = (0..<10).map { SeriesStyle($0) }
    #expect(Set(styles.map { "\($0.mark) \($0.isOpen)" }).count == 10)
  }

  /// Every text stands clear of the others and within the picture.
  @Test(arguments: 1...24)
  func textsDoNotOverlap(seed: Int) throws {
    // Half decibels from -10 to 20, in no order.
    let ratios = (0..<(seed % 9)).map { ($0 * $0 * seed * 7 + $0) % 61 }
    var levels = ratios.map { SNRLevel.decibels(Double($0) / 2 - 10) }
    if seed % 2 == 0 { levels.append(.clean) }
    let noises = (0...(seed % 4)).map { String(repeating: "noise \($0) ", count: 1 + seed) }
    let modes = (0...(seed % 7)).map { "mode \($0)" }
    let cells = SampleReport.cells(modes: modes, noises: noises, levels: levels)
    let title = String(repeating: "title ", count: 3 * seed)
    let svg = WERChart(cells: cells, title: title, subtitle: title).svg()
    let texts = try Self.texts(svg)
    let size = try #require(Self.size(svg))
    for text in texts {
      #expect(text.x.lowerBound >= 0 && text.x.upperBound <= size.width, "\(text)")
      #expect(text.y.lowerBound >= 0 && text.y.upperBound <= size.height, "\(text)")
    }
    for (index, text) in texts.enumerated() {
      for other in texts[..<index] {
        #expect(!text.x.overlaps(other.x) || !text.y.overlaps(other.y), "\(text) \(other)")
      }
    }
  }

  @Test(.enabled(if: SVGPicture.isSupported, "this FFmpeg reads no SVG"))
  func theSamePictureInPixels() throws {
    let cells = SampleReport.cells(modes: ["<a> & \"b\"", "\u{1}音声"], noises: ["x'y", "z"])
    let chart = WERChart(cells: cells, title: "<&>", subtitle: "\u{0}")
    let size = try #require(Self.size(chart.svg()))
    let png = try SVGPicture.png(chart.svg(scale: 2))
    // Width and height in the header (PNG, 11.2.2), most significant byte first.
    let header = png[16..<24].map { Int($0) }
    let width = header[2] * 256 + header[3]
    let height = header[6] * 256 + header[7]
    #expect(width == Int(2 * size.width) && height == Int(2 * size.height))
  }

  private struct Extent {
    let text: String
    let x: ClosedRange<Double>
    /// From the top of capitals to the baseline.
    let y: ClosedRange<Double>
  }

  private static func size(_ svg: String) -> (width: Double, height: Double)? {
    let match = svg.firstMatch(of: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/)
    return match.flatMap { match in
      Double(match.1).flatMap { width in Double(match.2).map { (width, $0) } }
    }
  }

  /// Where the texts of a picture stand, as wide as they may be.
  private static func texts(_ svg: String) throws -> [Extent] {
    let pattern =
      /<text x="([-0-9.]+)" y="([-0-9.]+)" font-size="([0-9.]+)"([^>]*)>([^<]*)<\/text>/
    return try svg.matches(of: pattern).map { match in
      let x = try #require(Double(match.1))
      let baseline = try #require(Double(match.2))
      let size = try #require(Double(match.3))
      let text = String(match.5)
      let width = TextWidth.estimate(text, size: size, isBold: match.4.contains("bold"))
      let share = match.4.contains("middle") ? 0.5 : match.4.contains("\"end\"") ? 1 : 0
      let left = x - share * width
      return Extent(
        text: text, x: left...(left + width), y: (baseline - 0.75 * size)...baseline)
    }
  }
}
