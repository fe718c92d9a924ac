import Foundation
import NN

/// A state dictionary as `torch.save` has written it since PyTorch 1.6: a ZIP archive with one
/// folder, in which `data.pkl` is the dictionary and `data/KEY` the raw little-endian elements of
/// a storage.
struct TorchArchive {
  /// Largest pickle that is read: that of the speaker embedding has 133 KB.
  private static let pickleLimit = 4 << 20
  /// Largest storage that is read.
  private static let storageLimit = 64 << 20

  /// The tensors by name, in the dictionary's order, made contiguous: F32, or I64 of counters.
  let tensors: [TensorData]

  /// Reads the archive in `bytes`; `path` names it in errors. The dictionary is the pickle's value, or
  /// the entry `key` of it.
  init(_ bytes: [UInt8], key: String? = nil, path: String) throws(ModelStoreError) {
    let archive: ZipArchive
    let pickle: [UInt8]
    let folder: Substring
    do throws(ZipError) {
      archive = try ZipArchive(data: Data(bytes))
      let suffix = "/data.pkl"
      guard let name = archive.names.first(where: { $0.hasSuffix(suffix) }) else {
        throw .missingEntry("data.pkl")
      }
      folder = name.dropLast(suffix.count)
      pickle = try archive.read(name, limit: Self.pickleLimit)
    } catch { throw .zip(path: path, error) }

    var storages: [String: [UInt8]] = [:]
    var tensors: [TensorData] = []
    for (name, tensor) in try Self.dictionary(pickle, key: key, path: path) {
      let storage: [UInt8]
      if let known = storages[tensor.storage.key] {
        storage = known
      } else {
        do throws(ZipError) {
          storage = try archive.read(
            "\(folder)/data/\(tensor.storage.key)", limit: Self.storageLimit)
        } catch { throw .zip(path: path, error) }
        storages[tensor.storage.key] = storage
      }
      do throws(PickleError) {
        tensors.append(
          TensorData(
            name: name, dtype: tensor.storage.dtype, shape: tensor.shape,
            bytes: try tensor.contiguousBytes(storage: storage[...])))
      } catch { throw .pickle(path: path, error) }
    }
    self.tensors = tensors
  }

  private static func dictionary(
    _ pickle: [UInt8], key: String?, path: String
  ) throws(ModelStoreError) -> [(String, TorchTensor)] {
    do throws(PickleError) {
      var unpickler = Unpickler(pickle)
      var state = try unpickler.next()
      if let key { state = unpickler.entries(of: state)[key] ?? .none }
      guard case .dictionary(let items) = state else { throw .notATorchFile }
      var tensors: [(String, TorchTensor)] = []
      for pair in stride(from: 0, to: items.count, by: 2) {
        guard case .string(let name) = unpickler.values[items[pair]],
          case .tensor(let tensor) = unpickler.values[items[pair + 1]]
        else { throw .notATorchFile }
        tensors.append((name, tensor))
      }
      return tensors
    } catch { throw .pickle(path: path, error) }
  }
}
