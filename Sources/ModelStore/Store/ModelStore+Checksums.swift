extension ModelStore {
  /// The files of an installed model by name, with the sums that its manifest holds and against which they
  /// are checked before they are used; none where it is not installed.
  package func checksums(of model: String) -> [(file: String, sha256: String)] {
    guard let folder = try? folder(of: model),
      let manifest = try? Manifest.read(in: folder, model: model)
    else { return [] }
    return manifest.files.map { ($0.name, $0.sha256) }
  }
}
