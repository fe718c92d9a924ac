import Demux
import Foundation
import Pipeline
import SpeechModels
import Support

/// Reads a list of recordings with their own options, as TSV or as JSON lines.
struct BatchManifest {
  var items: [BatchItem] = []
  var faults: [EntryFault] = []

  private let path: String
  private let folder: String

  /// Reads the manifest at `path`. Recordings lie beside it unless their paths are absolute.
  init(path: String) {
    self.path = path
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let text: String
    do throws(TextFile.Fault) { text = try TextFile.read(path) } catch {
      switch error {
      case .unreadable(let code): faults.append(EntryFault(name: path, cause: .unreadable(code)))
      case .notText: faults.append(EntryFault(name: path, cause: .manifest(.notText)))
      case .badLine(let line): faults.append(fault(line, .badLine))
      }
      return
    }
    let lines = TextFile.lines(text).filter { !$0.text.hasPrefix("#") }
    // A TSV begins with its header, which is no JSON object.
    let isJSON = lines.first?.text.drop(while: \.isWhitespace).first == "{"
    if isJSON { readJSON(lines) } else { readTSV(lines) }
  }

  private mutating func readTSV(_ lines: [(number: Int, text: Substring)]) {
    let columns = lines.first.map { TextFile.fields($0.text).map { $0.lowercased() } } ?? []
    guard columns.contains("path") else {
      faults.append(EntryFault(name: path, cause: .manifest(.noPathColumn)))
      return
    }
    for (number, line) in lines.dropFirst() {
      let fields = zip(columns, TextFile.fields(line)).filter { !$1.isEmpty }
      add(number, Dictionary(fields.map { ($0, $1) }) { first, _ in first })
    }
  }

  private mutating func readJSON(_ lines: [(number: Int, text: Substring)]) {
    for (number, line) in lines {
      guard let object = try? JSONDecoder().decode([String: FieldValue].self, from: Data(line.utf8))
      else {
        faults.append(fault(number, .notJSON))
        continue
      }
      add(number, object.compactMapValues(\.text))
    }
  }

  private mutating func add(_ line: Int, _ fields: [String: String]) {
    do throws(ManifestFault) {
      guard let name = fields["path"] else { throw .noPath }
      let options = try ItemOptions(fields)
      items.append(
        BatchItem(
          path: name.hasPrefix("/") ? name : folder + name, place: Self.place(name), isNamed: true,
          options: options))
    } catch {
      faults.append(fault(line, error))
    }
  }

  private func fault(_ line: Int, _ cause: ManifestFault) -> EntryFault {
    EntryFault(name: "\(path):\(line)", cause: .manifest(cause))
  }

  /// A path that leads out of the manifest's folder has no place below it but its name.
  private static func place(_ path: String) -> String {
    let isInside = !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    return isInside ? path : path.split(separator: "/").last.map(String.init) ?? path
  }
}

extension ItemOptions {
  /// Reads the fields of a manifest's line.
  init(_ fields: [String: String]) throws(ManifestFault) {
    self.init()
    track = try Self.value(fields, "track") { AudioTrackSelection($0) }
    channels = try Self.value(fields, "channels") { ChannelChoice(rawValue: $0) }
    start = try Self.value(fields, "start", Self.seconds)
    end = try Self.value(fields, "end", Self.seconds)
    if let end, (start ?? 0) >= end { throw .emptySpan }
    language = try Self.value(fields, "language") { LanguageChoice($0) }
    task = try Self.value(fields, "task") { RecognitionTask(rawValue: $0) }
    speakers = fields["speakers"]
    if let speakers, SpeakerOption(speakers) == nil {
      throw .badValue(field: "speakers", value: speakers)
    }
    do throws(ContextTerms.Fault) {
      context = try ContextTerms(list: fields["context"] ?? "")
    } catch {
      throw .context(error)
    }
    if let name = fields["output"] {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }),
        !(parts.last?.hasPrefix(".") ?? true), !name.contains("\0")
      else { throw .badValue(field: "output", value: name) }
      output = name
    }
  }

  /// The field called `name` as `read` understands it; nil without one.
  private static func value<Value>(
    _ fields: [String: String], _ name: String, _ read: (String) -> Value?
  ) throws(ManifestFault) -> Value? {
    guard let text = fields[name] else { return nil }
    guard let value = read(text) else { throw .badValue(field: name, value: text) }
    return value
  }

  private static func seconds(_ text: String) -> Double? {
    Double(text).flatMap { 0...longestTime ~= $0 ? $0 : nil }
  }
}

/// A field of a JSON line as text; lists are joined by commas.
private struct FieldValue: Decodable {
  let text: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.text = text.isEmpty ? nil : text
    } else if let number = try? container.decode(Double.self) {
      text = Int(exactly: number).map { String($0) } ?? String(number)
    } else if let list = try? container.decode([String].self) {
      text = list.isEmpty ? nil : list.joined(separator: ", ")
    } else {
      text = nil
    }
  }
}
