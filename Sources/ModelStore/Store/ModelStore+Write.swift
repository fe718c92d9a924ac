import Foundation
import NN
import Support

extension ModelStore {
  /// Names of folders that are being written start so; whoever holds the lock may remove them.
  private static let partialPrefix = ".partial-"

  /// Makes the store's folder, waits for its lock, and clears what a killed process left.
  func lock(progress: (ModelEvent) -> Void) throws(ModelStoreError) -> FileLock {
    do {
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: root.path, SystemError(error))
    }
    let path = root.appending(path: ".lock").path
    let lock: FileLock
    do throws(FileLock.Unavailable) {
      lock = try FileLock(file: path) { progress(.waiting) }
    } catch {
      throw .cannotWrite(path: path, SystemError(code: error.code))
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    for name in names where name.hasPrefix(Self.partialPrefix) {
      try? FileManager.default.removeItem(at: root.appending(path: name))
    }
    return lock
  }

  /// A new folder in the store that nobody sees until it is renamed. The lock must be held.
  func makePartialFolder() throws(ModelStoreError) -> URL {
    let folder = root.appending(
      path: Self.partialPrefix + UUID().uuidString, directoryHint: .isDirectory)
    TemporaryFiles.remember(folder: folder.path)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    } catch {
      TemporaryFiles.forget(folder: folder.path)
      throw .cannotWrite(path: folder.path, SystemError(error))
    }
    return folder
  }

  /// Removes it with all that lies in it.
  static func removePartialFolder(_ folder: URL) {
    try? FileManager.default.removeItem(at: folder)
    TemporaryFiles.forget(folder: folder.path)
  }

  /// Writes `model` beside the others and puts it in place at once. The lock must be held.
  func write(_ model: ConvertedModel) throws(ModelStoreError) -> ModelReport {
    let partial = try makePartialFolder()
    defer { Self.removePartialFolder(partial) }
    let weights = partial.appending(path: "model.safetensors")
    try SafetensorsWriter.write(
      model.tensors, metadata: ["source": model.source, "version": model.version], to: weights)
    for (name, bytes) in model.files {
      let url = partial.appending(path: name)
      do {
        try Data(bytes).write(to: url)
      } catch { throw .cannotWrite(path: url.path, SystemError(error)) }
    }
    // What was written must be readable as it will be read.
    do throws(SafetensorsError) {
      _ = try SafetensorsFile(path: weights.path)
    } catch { throw .safetensors(error) }

    var stamp = VerificationStamp(in: partial)
    var files: [Manifest.File] = []
    for name in ["model.safetensors"] + model.files.map(\.name) {
      let url = partial.appending(path: name)
      guard let identity = FileIdentity(path: url.path) else {
        throw .cannotRead(path: url.path, SystemError(code: ENOENT))
      }
      let file = Manifest.File(
        name: name, bytes: identity.size, sha256: SHA256.hexDigest(of: try mappedFile(url)))
      stamp.record(file, identity: identity)
      files.append(file)
    }
    stamp.save()
    let manifest = Manifest(
      name: model.name, version: model.version, licence: model.licence, source: model.source,
      sourceSHA256: model.sourceSHA256, speech: model.speech, files: files)
    try manifest.write(in: partial)
    try replace(try folder(of: model.name), with: partial)
    return ModelReport(
      name: model.name, version: model.version, licence: model.licence, source: model.source,
      bytes: manifest.bytes, state: .intact, languages: model.speech?.languages ?? [])
  }

  /// Puts `partial` in the place of `folder`.
  ///
  /// A new model appears in one step. One that is replaced is moved away first, so for that
  /// moment a reader finds no model, but never a mixture of two; files that are open stay valid.
  private func replace(_ folder: URL, with partial: URL) throws(ModelStoreError) {
    if rename(partial.path, folder.path) == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else {
      throw .cannotWrite(path: folder.path, SystemError(code: errno))
    }
    let old = root.appending(path: Self.partialPrefix + UUID().uuidString)
    guard rename(folder.path, old.path) == 0, rename(partial.path, folder.path) == 0 else {
      throw .cannotWrite(path: folder.path, SystemError(code: errno))
    }
    try? FileManager.default.removeItem(at: old)
  }
}
