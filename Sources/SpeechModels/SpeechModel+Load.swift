import Decoding
import Foundation
import ModelStore
import NN

/// Why an installed speech model cannot be loaded.
package enum ModelLoadError: Error, Sendable, Hashable {
  case store(ModelStoreError)
  /// A file of the model is not what its name says.
  case damaged(model: String, file: String)
  /// Its tensors are not those of its family and sizes.
  case weights(model: String, WeightError)
}

extension SpeechModel {
  /// Loads the installed model called `name`, its files checked.
  package static func load(
    _ name: String, from store: ModelStore
  ) throws(ModelLoadError) -> SpeechModel {
    let installed: InstalledModel
    do throws(ModelStoreError) {
      installed = try store.speechModel(name)
    } catch {
      throw .store(error)
    }
    switch installed.description.family {
    case .moonshine: return try moonshine(installed, in: store)
    case .whisper: return try whisper(installed, in: store)
    }
  }

  private static func moonshine(
    _ model: InstalledModel, in store: ModelStore
  ) throws(ModelLoadError) -> SpeechModel {
    guard let sizes = MoonshineModel.Sizes(sizes: model.description.sizes) else {
      throw .damaged(model: model.name, file: "manifest.json")
    }
    let root = try scope(model.name, in: store)
    let vocabulary = try vocabulary(
      MoonshineModel.vocabularyFile, of: model.name, in: store, count: sizes.vocabularySize,
      space: MoonshineModel.spaceMark)
    do throws(WeightError) {
      return try MoonshineModel.load(
        name: model.name, version: model.version, languages: model.description.languages,
        sizes: sizes, root, vocabulary: vocabulary)
    } catch {
      throw .weights(model: model.name, error)
    }
  }

  private static func whisper(
    _ model: InstalledModel, in store: ModelStore
  ) throws(ModelLoadError) -> SpeechModel {
    let name = model.name
    let root = try scope(name, in: store)
    let file = WhisperDescription.fileName
    let bytes = try contents(of: file, of: name, in: store)
    guard let description = WhisperDescription(Data(bytes)), description.isConsistent else {
      throw .damaged(model: name, file: file)
    }
    let vocabulary = try vocabulary(
      WhisperDescription.vocabularyFile, of: name, in: store, count: description.vocabulary,
      space: [0x20])
    do throws(WeightError) {
      return try WhisperModel.load(
        name: name, version: model.version, description, root, vocabulary: vocabulary)
    } catch {
      throw .weights(model: name, error)
    }
  }

  private static func vocabulary(
    _ file: String, of name: String, in store: ModelStore, count: Int, space: [UInt8]
  ) throws(ModelLoadError) -> Vocabulary {
    let bytes = try contents(of: file, of: name, in: store)
    do throws(VocabularyFile.Fault) {
      return try VocabularyFile.read(bytes, count: count, space: space)
    } catch {
      throw .damaged(model: name, file: file)
    }
  }

  private static func scope(
    _ name: String, in store: ModelStore
  ) throws(ModelLoadError) -> WeightScope {
    do throws(ModelStoreError) { return try store.weights(of: name) } catch {
      throw .store(error)
    }
  }

  private static func contents(
    of file: String, of name: String, in store: ModelStore
  ) throws(ModelLoadError) -> [UInt8] {
    do throws(ModelStoreError) { return try store.contents(of: file, of: name) } catch {
      throw .store(error)
    }
  }
}

extension InstalledModel {
  /// What it takes; nil where nothing can load it.
  package var footprint: ModelFootprint? {
    switch description.family {
    case .moonshine: MoonshineModel.footprint(self)
    case .whisper: WhisperModel.footprint(description)
    }
  }
}
