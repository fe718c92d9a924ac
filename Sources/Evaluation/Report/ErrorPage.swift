import Support
import Transcript

/// A page that shows every line with its errors: reference above hypothesis, word by word, the most
/// damaged first. One file, which asks nothing of the network; the lines are data in it, and the
/// browser lays out only those that are looked at.
package struct ErrorPage: Sendable, Hashable {
  package var title: String
  package var subtitle: String
  /// In the order of the input.
  package var lines: [ErrorLine]

  package init(title: String, subtitle: String, lines: [ErrorLine]) {
    self.title = title
    self.subtitle = subtitle
    self.lines = lines
  }

  /// Writes the page line by line.
  package func write<Sink: TextSink & ~Copyable>(to sink: inout Sink) throws(Sink.Failure) {
    let properties = Properties(lines)
    try sink.write(head)
    try sink.write("<script type=\"application/json\" id=\"data\">\n")
    try sink.write("{\"properties\":\(properties.json),\"lines\":[")
    var isFirst = true
    for entry in byDamage {
      let line = lines[entry.index]
      let fields = Self.json(line, entry, properties: properties.indices(line))
      try sink.write((isFirst ? "\n[" : ",\n[") + fields.joined(separator: ",") + "]")
      isFirst = false
    }
    try sink.write("\n]}\n</script>\n<script>\n\(Self.script)</script>\n</body>\n</html>\n")
  }

  /// A line's place in the input with its counts.
  private struct Entry {
    let index: Int
    let counts: ErrorLine.Counts
  }

  /// Most errors first; of equal ones the shorter reference, then the order of the input.
  private var byDamage: [Entry] {
    let entries = lines.enumerated().map { Entry(index: $0.offset, counts: $0.element.counts) }
    return entries.sorted { left, right in
      (right.counts.damage, left.counts.words, left.index)
        < (left.counts.damage, right.counts.words, right.index)
    }
  }

  private var head: String {
    let shownTitle = ReportText.markup(ReportText.line(title))
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'; media-src 'self' file:">
      <title>\(shownTitle)</title>
      <style>
      \(Self.style)</style>
      </head>
      <body>
      <header>
      <h1>\(shownTitle)</h1>
      <p>\(ReportText.markup(ReportText.line(subtitle)))</p>
      \(Self.legend)
      </header>
      <form id="filters" role="search" aria-label="Which lines are shown"></form>
      <p id="summary" role="status"></p>
      <main><ol id="lines"></ol><button id="more" type="button" hidden></button></main>
      <noscript>The lines are laid out by a script in this page: please allow it to run.</noscript>

      """
  }

  private static let legend = """
    <p class="legend">Above the reference, below it what was recognised:
    <span class="pair s"><del>said</del><ins>read</ins></span> substituted,
    <span class="pair d"><del>said</del><span class="none">–</span></span> deleted,
    <span class="pair i"><span class="none">+</span><ins>read</ins></span> inserted.</p>
    """

  /// The fields in the order that the script knows: name, properties, counts, edits, texts,
  /// speaker, seconds, audio.
  private static func json(
    _ line: ErrorLine, _ entry: Entry, properties: [Int]
  ) -> [String] {
    let counts = entry.counts
    let text = { (text: String?) in text.map(ReportText.json) ?? "null" }
    return [
      ReportText.json(line.utterance), list(properties.map(String.init)),
      list(
        [counts.substitutions, counts.deletions, counts.insertions, counts.words, entry.index]
          .map(String.init)),
      list(runs(line.edits).map(edit)), text(line.reference), text(line.hypothesis),
      text(line.speaker),
      line.seconds.flatMap { $0.isFinite ? ReportNumber.short($0) : nil } ?? "null",
      text(line.audioPath?.urlPath),
    ]
  }

  /// The edits, with what is the same in one piece up to the next error.
  private static func runs(_ edits: [AlignedEdit]) -> [AlignedEdit] {
    var runs: [AlignedEdit] = []
    var same: [String] = []
    for edit in edits {
      if case .same(let words) = edit {
        same.append(words)
      } else {
        if !same.isEmpty { runs.append(.same(same.joined(separator: " "))) }
        same = []
        runs.append(edit)
      }
    }
    return same.isEmpty ? runs : runs + [.same(same.joined(separator: " "))]
  }

  /// What is the same is a string, the rest a pair in which 0 stands for no word.
  private static func edit(_ edit: AlignedEdit) -> String {
    switch edit {
    case .same(let words): ReportText.json(words)
    case .substituted(let reference, let hypothesis):
      list([ReportText.json(reference), ReportText.json(hypothesis)])
    case .deleted(let word): list([ReportText.json(word), "0"])
    case .inserted(let word): list(["0", ReportText.json(word)])
    }
  }

  private static func list(_ items: [String]) -> String {
    "[" + items.joined(separator: ",") + "]"
  }
}

/// By what lines can be chosen: every property with its values in the order of first occurrence.
private struct Properties {
  private static let names = ["Mode", "Noise", "SNR", "Picture"]
  private let values: [[String]]
  private let places: [[String: Int]]

  init(_ lines: [ErrorLine]) {
    let levels = lines.map(\.condition.level).firstOccurrences().sorted().map(\.description)
    let texts = lines.map { Self.texts($0.condition) }
    values = Self.names.indices.map { property in
      property == 2 ? levels : texts.map { $0[property] }.firstOccurrences()
    }
    places = values.map { values in
      values.enumerated().reduce(into: [:]) { $0[$1.element] = $1.offset }
    }
  }

  /// Names with their values.
  var json: String {
    let lists = zip(Self.names, values).map { name, values in
      "[\(ReportText.json(name)),[\(values.map(ReportText.json).joined(separator: ","))]]"
    }
    return "[\(lists.joined(separator: ","))]"
  }

  /// The number of the line's value in each property.
  func indices(_ line: ErrorLine) -> [Int] {
    zip(Self.texts(line.condition), places).map { text, places in places[text] ?? 0 }
  }

  private static func texts(_ condition: ScoreCondition) -> [String] {
    [
      condition.mode, condition.noise ?? "", condition.level.description, condition.picture ?? "",
    ]
  }
}
