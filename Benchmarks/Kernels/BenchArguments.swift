/// What to measure.
struct BenchArguments {
  enum Part: String, CaseIterable { case peaks, products, roofline, load }

  static let usage = """
    Usage: viseme-bench [--parts peaks,products,roofline,load] [--rounds N] [--json FILE]
                        [--recording FILE]

    Run from the repository's folder: the stages are timed on its sample meeting. One core is
    measured; start with taskset to choose it.
    """

  private(set) var parts = Set(Part.allCases)
  private(set) var rounds = 9
  private(set) var json: String?
  private(set) var recording = "samples/meeting.mp4"

  init(_ words: some Sequence<String>) throws(BenchError) {
    var rest = Array(words)[...]
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { throw .usage(Self.usage) }
      switch option {
      case "--parts": parts = try Self.parts(value)
      case "--rounds": rounds = try Self.count(value)
      case "--json": json = value
      case "--recording": recording = value
      default: throw .usage(Self.usage)
      }
    }
  }

  func has(_ part: Part) -> Bool { parts.contains(part) }

  private static func parts(_ text: String) throws(BenchError) -> Set<Part> {
    var parts: Set<Part> = []
    for name in text.split(separator: ",") {
      guard let part = Part(rawValue: String(name)) else {
        throw .usage("no such part: \(name)\n\(usage)")
      }
      parts.insert(part)
    }
    return parts
  }

  private static func count(_ text: String) throws(BenchError) -> Int {
    guard let count = Int(text), count > 0 else {
      throw .usage("not a number of rounds: \(text)\n\(usage)")
    }
    return count
  }
}
