import Foundation
import ModelStore

/// `viseme models`: install, import and list what the networks need.
struct ModelsCommand {
  let arguments: ModelsArguments
  let console: Console

  func run() -> ExitCode {
    let root = arguments.models.map { URL(filePath: $0, directoryHint: .isDirectory) }
    let store = ModelStore(root: root ?? ModelStore.defaultRoot())
    do throws(ModelStoreError) {
      switch arguments.action {
      case .install: try store.install(arguments.paths) { say($0) }
      case .import: for path in arguments.paths { _ = try store.import(path: path) { say($0) } }
      case .list: return list(try store.list(), root: store.root.path)
      }
      return .success
    } catch {
      let failure = ErrorText.failure(error)
      console.say(failure.message)
      return failure.code
    }
  }

  private func say(_ event: ModelEvent) {
    guard !arguments.isQuiet else { return }
    switch event {
    case .alreadyInstalled(let model, let version):
      console.line("\(model) \(version) is installed")
    case .waiting: console.line("waiting for another viseme that changes the models")
    case .downloading(let package, let version): console.line("downloading \(package) \(version)")
    case .output(let line): console.line("  \(displayed(line))")
    case .verifying(let path): console.line("verifying \(displayed(path))")
    case .converting(let path): console.line("converting \(displayed(path))")
    case .installed(let report):
      console.line("installed \(report.name) \(report.version), \(Self.size(report.bytes))")
    }
  }

  private func list(_ reports: [ModelReport], root: String) -> ExitCode {
    StandardOutput.print(
      arguments.isJSON ? Self.json(reports, root: root) : Self.table(reports, root: root),
      console: console)
  }

  static func table(_ reports: [ModelReport], root: String) -> String {
    let rows =
      [["model", "version", "licence", "size", "languages", "origin", "state"]]
      + reports.map { report in
        let size = report.state == .missing ? "-" : Self.size(report.bytes)
        return [report.name, report.version, report.licence].map { displayed($0, most: 60) }
          + [
            size, displayed(languages(report.languages), most: 60),
            displayed(report.source, most: 80),
            displayed(state(report)),
          ]
      }
    let widths = (0..<7).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
    return "\(displayed(root)):\n" + lines.map { "  \($0)\n" }.joined()
      + "sandbox: \(SandboxText.available)\n"
  }

  static func json(_ reports: [ModelReport], root: String) -> String {
    let models = reports.map { report -> JSONText in
      let damaged: [String] = if case .damaged(let files) = report.state { files } else { [] }
      return .object([
        ("name", .text(report.name)), ("version", .text(report.version)),
        ("licence", .text(report.licence)), ("source", .text(report.source)),
        ("languages", .list(report.languages.map { .text($0) })),
        ("bytes", .integer(report.bytes)), ("state", .text(stateName(report.state))),
        ("damaged", .list(damaged.map { .text($0) })),
      ])
    }
    return JSONText.object([
      ("root", .text(root)), ("sandbox", .text(SandboxText.available)), ("models", .list(models)),
    ]).description + "\n"
  }

  /// Up to three languages by their codes, more by their number.
  private static func languages(_ codes: [String]) -> String {
    if codes.isEmpty { return "-" }
    return codes.count > 3 ? String(codes.count) : codes.joined(separator: ", ")
  }

  private static func state(_ report: ModelReport) -> String {
    switch report.state {
    case .intact: "intact"
    case .damaged(let files):
      "damaged (\(files.joined(separator: ", "))); "
        + (report.installName.map(ErrorText.installCommand) ?? "import it again")
    case .missing: "not installed; \(ErrorText.installCommand(report.installName ?? ""))"
    }
  }

  private static func stateName(_ state: ModelState) -> String {
    switch state {
    case .intact: "intact"
    case .damaged: "damaged"
    case .missing: "missing"
    }
  }

  private static func size(_ bytes: Int) -> String {
    "\(NumberText.fixed(Double(bytes) / 1e6, 1)) MB"
  }
}
