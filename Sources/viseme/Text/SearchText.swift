import Foundation
import Search
import Support

/// What `viseme search` prints.
enum SearchText {
  static func sentence(_ fault: SearchFault) -> String {
    switch fault {
    case .unreadable(let code): "cannot be read: \(ErrorText.cause(code))"
    case .transcript(let error): RenderText.sentence(error)
    }
  }

  static func sentence(_ fault: IndexFault) -> String {
    switch fault {
    case .missing: "is not there"
    case .otherVersion: "is another viseme's"
    case .damaged: "is damaged"
    case .unreadable(let code): "cannot be read: \(ErrorText.cause(code))"
    }
  }

  static func code(_ fault: SearchFault) -> ExitCode {
    switch fault {
    case .unreadable(let code): ErrorText.unreadable(code)
    case .transcript: .unusableInput
    }
  }

  /// "archive/board.json  12:34  Anna: … about the [budget] for …", and the page's address below.
  static func lines(_ result: SearchCommand.Result) -> String {
    result.answer.hits.map { hit in
      let path = path(hit, result)
      let name = hit.speaker.map { "\(displayed($0)): " } ?? ""
      let line = "\(displayed(path))  \(TimeText.clock(hit.time))  \(name)\(text(hit))\n"
      return line + (page(path, hit.time).map { "  \($0)\n" } ?? "")
    }.joined()
  }

  private static func text(_ hit: SearchHit) -> String {
    let (before, after) = (long(hit.before), long(hit.after))
    switch hit.kind {
    case .words:
      let parts = [before, "[\(long(hit.match))]", after].filter { !$0.isEmpty }
      return parts.joined(separator: " ")
    case .speaker(let turns): return "(\(ErrorText.plural(turns, "segment"))) \(after)"
    }
  }

  private static func long(_ text: String) -> String { displayed(text, most: 4000) }

  /// All results as one object.
  static func json(_ results: [SearchCommand.Result], term: String?, speaker: String?) -> String {
    let hits = results.flatMap { result in result.answer.hits.map { json($0, result) } }
    let faults = results.flatMap(\.faults).map { path, fault in
      JSONText.object([
        ("file", .text(path.readableFileName)), ("reason", .text(sentence(fault))),
      ])
    }
    return JSONText.object([
      ("term", .optional(term)), ("speaker", .optional(speaker)),
      ("transcripts", .integer(results.reduce(0) { $0 + $1.transcripts })),
      ("found", .integer(results.reduce(0) { $0 + $1.answer.count })),
      ("hits", .list(hits)), ("notSearched", .list(faults)),
    ]).description
  }

  private static func json(_ hit: SearchHit, _ result: SearchCommand.Result) -> JSONText {
    let path = path(hit, result)
    var fields: [(String, JSONText)] = [
      ("file", .text(path.readableFileName)), ("time", .number(hit.time)),
      ("speaker", .optional(hit.speaker)), ("page", .optional(page(path, hit.time))),
    ]
    switch hit.kind {
    case .words: fields.append(("before", .text(hit.before)))
    case .speaker(let turns): fields.append(("segments", .integer(turns)))
    }
    fields += [("match", .text(hit.match)), ("after", .text(hit.after))]
    return .object(fields)
  }

  private static func path(_ hit: SearchHit, _ result: SearchCommand.Result) -> String {
    (result.folder.hasSuffix("/") ? result.folder : result.folder + "/") + hit.path
  }

  /// The address of the page beside a transcript, at a second; nil where there is no page.
  static func page(_ transcript: String, _ time: Double) -> String? {
    let page = String(transcript.dropLast(".json".count)) + ".html"
    guard access(page.fileBytes, R_OK) == 0 else { return nil }
    let plain = page.hasPrefix("./") ? String(page.dropFirst(2)) : page
    let whole =
      plain.hasPrefix("/") ? plain : FileManager.default.currentDirectoryPath + "/" + plain
    return "file://" + whole.urlPath + "#t=\(NumberText.fixed(time, 1))"
  }
}
