import Foundation
import NN

/// A failed system call.
package struct SystemError: Error, Sendable, Hashable {
  /// The `errno` of the call.
  package let code: Int32

  /// An error by its number.
  package init(code: Int32) {
    self.code = code
  }

  /// The cause of an error of Foundation's file operations; `EIO` where it tells none.
  init(_ error: any Error) {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain {
      self.init(code: Int32(error.code))
    } else if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error {
      self.init(cause)
    } else {
      self.init(code: EIO)
    }
  }
}

/// Why a model cannot be used, imported or installed.
package enum ModelStoreError: Error, Sendable, Hashable {
  /// No model of this name is known.
  case unknownModel(String)
  /// `folder` is where models are looked for.
  case notInstalled(model: String, folder: String)
  /// The model is installed, and does not transcribe.
  case notSpeech(model: String)
  /// The file is missing, or is not the one that was installed.
  case damaged(model: String, file: String)
  /// Its files are those that were installed, but no weights of its networks.
  case unusable(model: String)
  case cannotRead(path: String, SystemError)
  case cannotWrite(path: String, SystemError)
  /// What lies at the path is no model that can be imported.
  case notRecognised(path: String)
  /// A file that belongs to the model is not beside the imported one.
  case missingCompanion(path: String)
  /// A wheel is not byte for byte the pinned one.
  case wrongChecksum(path: String, expected: String, found: String)
  case zip(path: String, ZipError)
  case ort(path: String, OrtError)
  case pickle(path: String, PickleError)
  case cTranslate2(path: String, CTranslate2Error)
  case ggml(path: String, GGMLError)
  case safetensors(SafetensorsError)
  /// The tensors are not those of the model that they should be.
  case tensors(path: String, TensorFault)
  /// A file of settings that belongs to a model is not of its form.
  case settings(path: String)
  /// A model of a known family in a size that nothing can load.
  case unknownSize(path: String, width: Int, layers: [Int])
  /// A tokenizer that is cut off or has not one entry for each embedding.
  case tokenizer(path: String, entries: Int?, expected: Int)
  /// `python3` is not on the path, or has no pip.
  case pipMissing
  /// pip ended with this status; its last lines of output.
  case downloadFailed(package: String, status: Int32, output: [String])
}

/// How the tensors of a file differ from those of a model.
package enum TensorFault: Error, Sendable, Hashable {
  case missing([String])
  case unknown([String])
  case shape(tensor: String, expected: [Int], found: [Int])
  case type(tensor: String, DType)
  /// Two places of a graph give different weights the same name.
  case ambiguous(String)
  /// The output projection is not the embedding.
  case notTied
  /// A tensor holds numbers that are none.
  case notFinite(String)
}
