import Foundation
import NN
import Support

extension ModelStore {
  private static let weightsFile = "model.safetensors"

  /// The weights of an installed model, mapped, after its file was checked.
  package func weights(of model: String) throws(ModelStoreError) -> WeightScope {
    let url = try verifiedFile(model: model, file: Self.weightsFile)
    do throws(SafetensorsError) {
      return WeightScope(try SafetensorsFile(path: url.path))
    } catch {
      if case .system(let code) = error.fault {
        throw .cannotRead(path: url.path, SystemError(code: code))
      }
      throw .damaged(model: model, file: Self.weightsFile)
    }
  }

  /// The bytes of a file of an installed model, after the file was checked.
  package func contents(of file: String, of model: String) throws(ModelStoreError) -> [UInt8] {
    let url = try verifiedFile(model: model, file: file)
    do throws(WholeFile.Unreadable) { return Array(try WholeFile.read(url.path)) } catch {
      throw .cannotRead(path: url.path, SystemError(code: error.code))
    }
  }
}
