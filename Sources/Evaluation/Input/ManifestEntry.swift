import Foundation
import Support

/// A line of a manifest as it is written.
struct ManifestEntry: Sendable, Hashable {
  var path: String?
  var transcript: String?
  var speaker: String?
  var start: Double?
  var end: Double?
  /// Reference files; beside the manifest unless absolute.
  var stm: String?
  var rttm: String?
  var words: String?

  /// It says what is spoken, or where that stands.
  var hasReference: Bool { transcript != nil || stm != nil || words != nil }

  /// Columns and JSON fields by name; NeMo's names count too.
  enum Field: String, CaseIterable {
    case path, transcript, speaker, start, end, stm, rttm, words

    /// Reads a name as it is written.
    init?(named name: String) {
      let name = name.lowercased()
      let other: [String: Field] = [
        "audio_filepath": .path, "file": .path, "text": .transcript, "sentence": .transcript,
        "offset": .start,
      ]
      guard let field = Field(rawValue: name) ?? other[name] else { return nil }
      self = field
    }
  }

  /// Sets a field from text. An empty transcript says that nobody speaks; other empty fields say
  /// nothing.
  mutating func set(_ field: Field, to text: String) throws(InputFault.Cause) {
    let value = text.isEmpty ? nil : text
    switch field {
    case .path: path = value
    case .transcript: transcript = text
    case .speaker: speaker = value
    case .start: start = try Self.seconds(value, field)
    case .end: end = try Self.seconds(value, field)
    case .stm: stm = value
    case .rttm: rttm = value
    case .words: words = value
    }
  }

  private static func seconds(
    _ text: String?, _ field: Field
  ) throws(InputFault.Cause) -> Double? {
    guard let text else { return nil }
    guard let seconds = Double(text), 0...longestTime ~= seconds else {
      throw .badTime(field: field.rawValue, value: text)
    }
    return seconds
  }
}

/// Entries of a manifest and the lines that are none.
struct ManifestLines: Sendable {
  var entries: [(line: Int, entry: ManifestEntry)] = []
  var faults: [(line: Int?, cause: InputFault.Cause)] = []

  /// Tab-separated: the first line names the columns, in any order; others are ignored. Lines that
  /// begin with # are comments.
  init(tsv text: String) {
    var lines = TextFile.lines(text).filter { !$0.text.hasPrefix("#") }[...]
    guard let header = lines.popFirst() else {
      faults.append((nil, .nothing))
      return
    }
    let columns = TextFile.fields(header.text).map { ManifestEntry.Field(named: $0) }
    guard columns.contains(.path) else {
      faults.append((header.number, .noColumn(ManifestEntry.Field.path.rawValue)))
      return
    }
    guard !Set([.transcript, .stm, .words]).isDisjoint(with: columns) else {
      faults.append((header.number, .noColumn(ManifestEntry.Field.transcript.rawValue)))
      return
    }
    for (number, line) in lines {
      add(number) { entry throws(InputFault.Cause) in
        for (column, text) in zip(columns, TextFile.fields(line)) {
          if let column { try entry.set(column, to: text) }
        }
      }
    }
  }

  /// A JSON object a line.
  init(jsonLines text: String) {
    for (number, line) in TextFile.lines(text) {
      add(number) { entry throws(InputFault.Cause) in try Self.read(line, &entry) }
    }
  }

  private static func read(
    _ line: Substring, _ entry: inout ManifestEntry
  ) throws(InputFault.Cause) {
    guard let value = try? JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8))
    else { throw .notJSON }
    for (name, value) in value {
      guard let field = ManifestEntry.Field(named: name) else { continue }
      switch value {
      case .null: continue
      case .other: throw .notJSON
      case .text(let text): try entry.set(field, to: text)
      case .number(let number): try entry.set(field, to: "\(number)")
      }
    }
    // NeMo gives a length beside the offset; a length alone only describes the file.
    if value["offset"] != nil, let start = entry.start, entry.end == nil,
      case .number(let seconds) = value["duration"]
    {
      try entry.set(.end, to: "\(start + seconds)")
    }
  }

  private mutating func add(
    _ line: Int, _ fill: (inout ManifestEntry) throws(InputFault.Cause) -> Void
  ) {
    var entry = ManifestEntry()
    do throws(InputFault.Cause) {
      try fill(&entry)
      entries.append((line, entry))
    } catch {
      faults.append((line, error))
    }
  }
}

/// A value of a field in JSON of other programs.
enum JSONValue: Decodable {
  case null
  case text(String)
  case number(Double)
  /// A list, an object or a flag; other tools' fields may have them.
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .other
    }
  }
}
