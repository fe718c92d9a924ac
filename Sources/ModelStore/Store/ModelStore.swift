import Foundation
import Support

/// Whether an installed model's files are those that were installed.
package enum ModelState: Sendable, Hashable {
  case intact
  /// These files are missing or changed.
  case damaged([String])
  case missing
}

/// One line of the list of models.
package struct ModelReport: Sendable, Hashable {
  package let name: String
  /// Of the installed model, or of the one that would be installed.
  package let version: String
  package let licence: String
  package let source: String
  /// Sum of its files' sizes as installed; 0 when missing.
  package let bytes: Int
  package let state: ModelState
  /// BCP 47 tags of the languages of a speech model; none for other networks.
  package var languages: [String] = []
  /// What `viseme models install` is to be told to get it again: nothing for those that are always
  /// installed; nil for what was imported.
  package var installName: String? { ModelStore.installName(of: name) }
}

/// The folder of installed models, one folder each with its `manifest.json`.
package struct ModelStore: Sendable {
  package let root: URL

  /// The store in the folder `root`, which is made when something is installed.
  package init(root: URL) {
    self.root = root
  }

  /// `$VISEME_MODELS`, else `$XDG_DATA_HOME/viseme/models`, else `~/.local/share/viseme/models`.
  package static func defaultRoot(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL {
    if let path = environment["VISEME_MODELS"], !path.isEmpty {
      return URL(filePath: path, directoryHint: .isDirectory)
    }
    return dataFolder(environment).appending(path: "models")
  }

  /// `$XDG_DATA_HOME/viseme`, else `~/.local/share/viseme`.
  package static func dataFolder(_ environment: [String: String]) -> URL {
    // The XDG specification has relative paths ignored.
    if let path = environment["XDG_DATA_HOME"], path.hasPrefix("/") {
      return URL(filePath: path, directoryHint: .isDirectory).appending(path: "viseme")
    }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
    return (home ?? FileManager.default.homeDirectoryForCurrentUser)
      .appending(path: ".local/share/viseme")
  }

  /// What `viseme models install` is to be told to get a model: nothing for those that are always
  /// installed; nil for what it cannot get.
  package static func installName(of model: String) -> String? {
    guard let known = KnownModel.all.first(where: { $0.name == model }) else { return nil }
    return known.isStandard ? "" : known.name
  }

  /// A file of an installed model, once it is known to be the file that was installed.
  ///
  /// Its checksum is computed when the file has changed since that was last done, by
  /// `VerificationStamp`.
  package func verifiedFile(model: String, file: String) throws(ModelStoreError) -> URL {
    let folder = try folder(of: model)
    guard let manifest = try Manifest.read(in: folder, model: model) else {
      throw .notInstalled(model: model, folder: root.path)
    }
    guard let entry = manifest.files.first(where: { $0.name == file }) else {
      throw .damaged(model: model, file: file)
    }
    let url = folder.appending(path: entry.name)
    var stamp = VerificationStamp(in: folder)
    if stamp.covers(entry, at: url.path) { return url }
    guard let identity = try Self.identity(of: entry, at: url) else {
      throw .damaged(model: model, file: file)
    }
    stamp.record(entry, identity: identity)
    stamp.save()
    return url
  }

  /// Every model that Viseme knows or that was imported, each file's checksum computed anew.
  package func list() throws(ModelStoreError) -> [ModelReport] {
    let known = KnownModel.all.map(\.name)
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    var reports: [ModelReport] = []
    for name in known + folders.sorted() where known.contains(name) || Self.isModelName(name) {
      guard !reports.contains(where: { $0.name == name }) else { continue }
      if let report = try report(on: name) { reports.append(report) }
    }
    return reports
  }

  /// The state of one model; nil for a folder without manifest that is no known model's.
  private func report(on name: String) throws(ModelStoreError) -> ModelReport? {
    let known = KnownModel.all.first { $0.name == name }
    let folder = try folder(of: name)
    let manifest: Manifest?
    var damaged: [String] = []
    do throws(ModelStoreError) {
      manifest = try Manifest.read(in: folder, model: name)
    } catch .damaged {
      manifest = nil
      damaged = [Manifest.fileName]
    }
    guard let manifest else {
      guard known != nil || !damaged.isEmpty else { return nil }
      return ModelReport(
        name: name, version: known?.version ?? "", licence: known?.licence ?? "",
        source: known?.source ?? "", bytes: 0,
        state: damaged.isEmpty ? .missing : .damaged(damaged),
        languages: known?.speech?.languages ?? [])
    }
    for file in manifest.files {
      let identity = try Self.identity(of: file, at: folder.appending(path: file.name))
      if identity == nil { damaged.append(file.name) }
    }
    return ModelReport(
      name: name, version: manifest.version, licence: manifest.licence, source: manifest.source,
      bytes: manifest.bytes,
      state: damaged.isEmpty ? .intact : .damaged(damaged),
      languages: (manifest.speech ?? known?.speech)?.languages ?? [])
  }

  /// The identity of the file at `url` if it is, byte for byte, the one of the manifest.
  private static func identity(
    of file: Manifest.File, at url: URL
  ) throws(ModelStoreError) -> FileIdentity? {
    guard let identity = FileIdentity(path: url.path), identity.size == file.bytes else {
      return nil
    }
    guard SHA256.hexDigest(of: try mappedFile(url)) == file.sha256 else { return nil }
    return identity
  }

  /// The folder of a model; names that are no single visible folder are unknown.
  func folder(of model: String) throws(ModelStoreError) -> URL {
    guard Self.isModelName(model) else { throw .unknownModel(model) }
    return root.appending(path: model, directoryHint: .isDirectory)
  }

  private static func isModelName(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") && !name.contains("\0")
  }
}

/// The contents of a file, mapped rather than read where that is possible.
func mappedFile(_ url: URL) throws(ModelStoreError) -> Data {
  // Foundation leaks a buffer when it reads an empty file.
  if FileIdentity(path: url.path)?.size == 0 { return Data() }
  do {
    return try Data(contentsOf: url, options: .mappedIfSafe)
  } catch {
    throw .cannotRead(path: url.path, SystemError(error))
  }
}
