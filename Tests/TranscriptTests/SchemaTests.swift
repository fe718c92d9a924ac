import Foundation
import Testing

@testable import Transcript

/// `docs/schema/transcript-1.json` and the JSON that is written.
@Suite struct SchemaTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../docs/schema/transcript-\(JSONWriter.version).json")

  private let schema: Schema

  init() throws {
    schema = try Schema(Data(contentsOf: Self.file))
  }

  private func faults(_ transcript: Transcript) throws -> [String] {
    var text = ""
    transcript.write(.json, to: &text)
    return schema.faults(try JSONSerialization.jsonObject(with: Data(text.utf8)))
  }

  private func full(_ segments: [Segment]) -> Transcript {
    var segments = segments
    for index in segments.indices {
      segments[index].speaker = "Anna"
      segments[index].channel = 2
      segments[index].model = "other"
      segments[index].mouth = MouthPosition(x: .nan, y: 7)
      guard !segments[index].words.isEmpty else { continue }
      segments[index].words[0].lips = WordLips(face: 1, gate: 0.5)
    }
    return Transcript(header: Meeting.header, segments: segments, notes: ["n"])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func allThatIsWrittenIsValid(seed: UInt64) throws {
    for segments in [brokenSpeech(seed: seed, words: 50), randomSpeech(seed: seed, words: 50)] {
      #expect(try faults(Transcript(header: Meeting.header, segments: segments)) == [])
      #expect(try faults(full(segments)) == [])
    }
    var header = Meeting.header
    header.source.duration = nil
    header.settings.append(Setting(name: "none", value: .number(.nan)))
    #expect(try faults(Transcript(header: header)) == [])
  }

  /// What the schema takes and refuses, the reader does too.
  @Test(arguments: [
    ("\"track\": 1", "\"track\": 0"), ("\"track\": 1, ", ""), ("\"version\": 1", "\"version\": 2"),
    ("\"start\": 0.520", "\"start\": \"0\""), ("\"start\": 0.520", "\"start\": -1"),
    ("\"confidence\": 0.900}", "\"confidence\": 7}"), ("\"language\": \"en\"", "\"language\": 3"),
    ("\"notes\"", "\"nothing\""), ("viseme.transcript", "other"),
  ])
  func whatIsWrongIsFoundBySchemaAndReader(good: String, bad: String) throws {
    let json = Meeting.text(.json)
    let place = try #require(json.range(of: good))
    let data = Data(json.replacingCharacters(in: place, with: bad).utf8)
    #expect(schema.faults(try JSONSerialization.jsonObject(with: data)) != [])
    #expect(throws: TranscriptFileError.self) { try TranscriptFile.read(data) }
  }
}

/// The part of JSON Schema that the file uses; another keyword is an error.
private struct Schema {
  private let root: [String: Any]
  private static let known: Set<String> = [
    "$schema", "$defs", "$ref", "title", "description", "type", "const", "required", "properties",
    "additionalProperties", "items", "minItems", "maxItems", "minLength", "minimum", "maximum",
  ]

  init(_ data: Data) throws {
    root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  func faults(_ value: Any) -> [String] { faults(value, root, "") }

  private func faults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var schema = schema
    if let reference = schema["$ref"] as? String {
      let name = reference.split(separator: "/").last.map(String.init) ?? ""
      schema = (root["$defs"] as? [String: Any])?[name] as? [String: Any] ?? ["?": 0]
    }
    var found = schema.keys.filter { !Self.known.contains($0) }.map { "\(path): keyword \($0)" }
    let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
    if !types.isEmpty, !types.contains(where: { Self.isType(value, $0) }) {
      found.append("\(path): type")
    }
    if let const = schema["const"] as? NSObject, const != value as? NSObject {
      found.append("\(path): const")
    }
    if !Self.isType(value, "boolean"), let number = value as? NSNumber {
      if let least = schema["minimum"] as? Double, number.doubleValue < least {
        found.append("\(path): minimum")
      }
      if let most = schema["maximum"] as? Double, number.doubleValue > most {
        found.append("\(path): maximum")
      }
    }
    if let text = value as? String, text.count < schema["minLength"] as? Int ?? 0 {
      found.append("\(path): minLength")
    }
    if let object = value as? [String: Any] { found += faults(object: object, schema, path) }
    if let list = value as? [Any] {
      let range = (schema["minItems"] as? Int ?? 0)...(schema["maxItems"] as? Int ?? .max)
      if !range.contains(list.count) { found.append("\(path): items") }
      let items = schema["items"] as? [String: Any] ?? [:]
      for (index, item) in list.enumerated() { found += faults(item, items, "\(path)[\(index)]") }
    }
    return found
  }

  private func faults(object: [String: Any], _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    for name in schema["required"] as? [String] ?? [] where object[name] == nil {
      found.append("\(path).\(name): required")
    }
    let properties = schema["properties"] as? [String: Any] ?? [:]
    let others = schema["additionalProperties"] as? [String: Any] ?? [:]
    for (name, member) in object {
      found += faults(member, properties[name] as? [String: Any] ?? others, "\(path).\(name)")
    }
    return found
  }

  private static func isType(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "null": value is NSNull
    case "boolean": (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
    case "integer": (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "number": value is NSNumber
    default: false
    }
  }
}
