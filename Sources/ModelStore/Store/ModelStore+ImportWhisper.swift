import Foundation
import NN

// The forms in which Whisper is imported.
extension ModelStore {
  static func convertCTranslate2(_ url: URL) throws(ModelStoreError) -> ConvertedModel {
    let names = CTranslate2Whisper.vocabularyFiles
    let vocabulary = names.first {
      FileManager.default.fileExists(atPath: url.appending(path: $0).path)
    }
    let name = vocabulary ?? names[0]
    return try ModelConversion.whisper(
      model: try mappedFile(url.appending(path: CTranslate2Whisper.modelFile)),
      config: try companion(CTranslate2Whisper.configFile, in: url),
      vocabulary: (name, try companion(name, in: url)), path: url.path, model: nil)
  }

  /// A folder of transformers; `files` are its weights where they are open already.
  static func convertHuggingFace(
    _ url: URL, _ files: [SafetensorsFile]? = nil
  ) throws(ModelStoreError) -> ConvertedModel {
    let config = try companion(HuggingFaceWhisper.configFile, in: url)
    func optional(_ name: String) throws(ModelStoreError) -> [UInt8]? {
      let isThere = FileManager.default.fileExists(atPath: url.appending(path: name).path)
      return isThere ? try companion(name, in: url) : nil
    }
    let names = HuggingFaceWhisper.vocabularyFiles
    let vocabulary = names.first {
      FileManager.default.fileExists(atPath: url.appending(path: $0).path)
    }
    let name = vocabulary ?? names[0]
    let weights: [SafetensorsFile]
    if let files { weights = files } else { weights = try parts(of: url) }
    return try ModelConversion.whisper(
      weights, config: config,
      generation: try optional(HuggingFaceWhisper.generationFile),
      vocabulary: (name, try companion(name, in: url)), path: url.path)
  }

  /// The weights in a folder of transformers, in one file or several.
  private static func parts(of folder: URL) throws(ModelStoreError) -> [SafetensorsFile] {
    let index = folder.appending(path: HuggingFaceWhisper.indexFile)
    var names = [HuggingFaceWhisper.modelFile]
    if FileManager.default.fileExists(atPath: index.path) {
      let listed = HuggingFaceWhisper.parts(
        index: try companion(HuggingFaceWhisper.indexFile, in: folder))
      guard let listed else { throw .settings(path: index.path) }
      names = listed
    }
    var files: [SafetensorsFile] = []
    for name in names {
      let path = folder.appending(path: name).path
      guard FileManager.default.fileExists(atPath: path) else {
        throw .missingCompanion(path: path)
      }
      do throws(SafetensorsError) {
        files.append(try SafetensorsFile(path: path))
      } catch { throw .safetensors(error) }
    }
    return files
  }

  /// A file called `.bin`: one of whisper.cpp, or one in a folder of CTranslate2.
  static func convertBinary(_ url: URL) throws(ModelStoreError) -> ConvertedModel {
    let data = try mappedFile(url)
    if GGMLFile.begins(data) { return try ModelConversion.whisper(ggml: data, path: url.path) }
    guard url.lastPathComponent == CTranslate2Whisper.modelFile else {
      throw .notRecognised(path: url.path)
    }
    return try convertCTranslate2(url.deletingLastPathComponent())
  }
}
