/// Shapes and text gathered as SVG 1.1. Lengths are user units, one CSS pixel at scale 1; y grows
/// downward.
struct SVGDrawing {
  struct Point: Sendable, Hashable {
    var x: Double
    var y: Double
  }

  /// How a text stands at its point.
  enum Anchor: String { case start, middle, end }

  /// Size and look of a text.
  struct Font {
    var size: Double
    var color: String
    var isBold = false

    static let title = Font(size: 17, color: ChartColors.text, isBold: true)
    static let heading = Font(size: 13, color: ChartColors.text, isBold: true)
    static let body = Font(size: 12, color: ChartColors.text)
    static let label = Font(size: 11.5, color: ChartColors.faintText)
  }

  private(set) var body = ""

  /// Adds an element without content.
  mutating func add(_ name: String, _ attributes: [(name: String, value: String)]) {
    body += "<\(name)\(Self.text(attributes))/>\n"
  }

  /// Opens a group; `title` is shown where a pointer rests on it and read out.
  mutating func open(_ attributes: [(name: String, value: String)] = [], title: String? = nil) {
    body += "<g\(Self.text(attributes))>"
    if let title { body += "<title>\(ReportText.markup(title))</title>" }
    body += "\n"
  }

  mutating func close() { body += "</g>\n" }

  mutating func line(
    _ from: Point, _ to: Point, color: String, width: Double, dash: String? = nil
  ) {
    let ends = [
      ("x1", Self.number(from.x)), ("y1", Self.number(from.y)), ("x2", Self.number(to.x)),
      ("y2", Self.number(to.y)),
    ]
    add("line", ends + Self.stroke(color, width, dash))
  }

  mutating func polyline(_ points: [Point], color: String, width: Double, dash: String? = nil) {
    add(
      "polyline",
      [("points", Self.list(points)), ("fill", "none"), ("stroke-linejoin", "round")]
        + Self.stroke(color, width, dash))
  }

  mutating func polygon(_ points: [Point], attributes: [(name: String, value: String)]) {
    add("polygon", [("points", Self.list(points))] + attributes)
  }

  /// Adds one line of text whose baseline is at the point. With `halo` a white rim keeps it
  /// readable over lines.
  mutating func text(
    _ text: String, at point: Point, _ font: Font, anchor: Anchor = .start, halo: Bool = false
  ) {
    var attributes = [
      ("x", Self.number(point.x)), ("y", Self.number(point.y)),
      ("font-size", Self.number(font.size)), ("fill", font.color),
    ]
    if font.isBold { attributes.append(("font-weight", "bold")) }
    if anchor != .start { attributes.append(("text-anchor", anchor.rawValue)) }
    if halo {
      attributes += [
        ("stroke", ChartColors.background), ("stroke-width", "3"), ("stroke-linejoin", "round"),
        ("paint-order", "stroke"),
      ]
    }
    body += "<text\(Self.text(attributes))>\(ReportText.markup(text))</text>\n"
  }

  /// The whole document, of `scale` pixels a unit. Title and description say what the picture shows,
  /// for those who cannot see it.
  func document(
    width: Double, height: Double, scale: Double, title: String, description: String
  ) -> String {
    let size = "\(Self.number(width)) \(Self.number(height))"
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(width * scale))" \
      height="\(Self.number(height * scale))" viewBox="0 0 \(size)" role="img" \
      font-family="Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif">
      <title>\(ReportText.markup(title))</title>
      <desc>\(ReportText.markup(description))</desc>
      <rect width="\(Self.number(width))" height="\(Self.number(height))" \
      fill="\(ChartColors.background)"/>
      \(body)</svg>

      """
  }

  /// At most two decimals.
  static func number(_ value: Double) -> String {
    value.isFinite ? ReportNumber.short(value) : "0"
  }

  static func list(_ points: [Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  private static func text(_ attributes: [(name: String, value: String)]) -> String {
    attributes.map { " \($0.name)=\"\(ReportText.markup($0.value))\"" }.joined()
  }

  private static func stroke(
    _ color: String, _ width: Double, _ dash: String?
  ) -> [(name: String, value: String)] {
    let solid = [("stroke", color), ("stroke-width", number(width))]
    return dash.map { solid + [("stroke-dasharray", $0)] } ?? solid
  }
}
