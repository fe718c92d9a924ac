import Foundation

/// What the manifest of a speech model says of it, so that it can be loaded: it is read off the model's
/// file when that is imported.
package struct ModelDescription: Codable, Sendable, Hashable {
  /// Which networks it is made of.
  package enum Family: String, Codable, Sendable {
    case moonshine, whisper
  }

  package var family: Family
  /// BCP 47 tags of the languages that it knows, at least one.
  package var languages: [String]
  /// Widths, layers and the like, by the family's own names for them.
  package var sizes: [String: Int]

  package init(family: Family, languages: [String], sizes: [String: Int]) {
    self.family = family
    self.languages = languages
    self.sizes = sizes
  }
}

/// An installed speech model as its manifest tells it.
package struct InstalledModel: Sendable, Hashable {
  package let name: String
  package let version: String
  package let description: ModelDescription
  /// Bytes of its largest file, which is that of the weights.
  package let weightBytes: Int
}

extension ModelStore {
  /// What is installed under `name`, to transcribe with.
  package func speechModel(_ name: String) throws(ModelStoreError) -> InstalledModel {
    let known = KnownModel.all.first { $0.name == name }
    guard let manifest = try Manifest.read(in: try folder(of: name), model: name) else {
      throw known == nil ? .unknownModel(name) : .notInstalled(model: name, folder: root.path)
    }
    // What was installed before manifests told it.
    guard let description = manifest.speech ?? known?.speech else { throw .notSpeech(model: name) }
    var version = manifest.version
    if version == ModelConversion.localVersion, let weights = manifest.files.first {
      // Files that were imported one after the other under one name differ by what is in them.
      version += "-" + weights.sha256.prefix(8)
    }
    return InstalledModel(
      name: manifest.name, version: version, description: description,
      weightBytes: manifest.files.map(\.bytes).max() ?? 0)
  }

  /// What a model is, installed or to be installed; nil where there is none of this name.
  package func speechDescription(_ name: String) -> ModelDescription? {
    if let installed = try? speechModel(name) { return installed.description }
    return KnownModel.all.first { $0.name == name }?.speech
  }

  /// Names of the speech models that can be chosen: those that can be installed, and what was imported.
  package func speechModelNames() -> [String] {
    let known = KnownModel.all.filter { $0.speech != nil }.map(\.name)
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return known
      + folders.sorted().filter { !known.contains($0) && (try? speechModel($0)) != nil }
  }
}
