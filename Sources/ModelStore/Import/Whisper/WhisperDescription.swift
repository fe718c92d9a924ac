import Foundation

/// `whisper.json` of an installed Whisper model: its sizes and its tokens.
package struct WhisperDescription: Codable, Sendable, Hashable {
  package static let fileName = "whisper.json"
  package static let vocabularyFile = WhisperVocabulary.fileName

  /// Bands of the mel scale.
  package let bands: Int
  /// Width of an embedding.
  package let hidden: Int
  package let heads: Int
  package let encoderLayers: Int
  package let decoderLayers: Int
  package let vocabulary: Int
  /// Longest sequence of tokens.
  package let maximumTokens: Int
  package let startToken: Int
  package let endToken: Int
  /// Codes (ISO 639-1 where there is one) and tokens of its languages; none of English alone.
  package let languages: [Language]
  package let transcribeToken: Int
  package let translateToken: Int
  package let noTimestampsToken: Int
  package let noSpeechToken: Int
  /// Tokens that are never written, and those that are not written first.
  package let suppressed: [Int]
  package let suppressedFirst: [Int]
  /// Layer and head of those whose attention follows speech, in this order.
  package let alignmentHeads: [[Int]]

  package struct Language: Codable, Sendable, Hashable {
    package let code: String
    package let token: Int
  }

  /// Describes a model of `layout`.
  init(_ layout: WhisperLayout, pieces: [[UInt8]], alignmentHeads: [[Int]]) {
    let tokens = WhisperTokens(vocabulary: layout.vocabulary)
    bands = layout.bands
    hidden = layout.hidden
    heads = layout.heads
    encoderLayers = layout.encoderLayers
    decoderLayers = layout.decoderLayers
    vocabulary = layout.vocabulary
    maximumTokens = layout.maximumTokens
    startToken = tokens.start
    endToken = tokens.endOfText
    languages = tokens.languages.map { Language(code: $0.code, token: $0.token) }
    transcribeToken = tokens.transcribe
    translateToken = tokens.translate
    noTimestampsToken = tokens.noTimestamps
    noSpeechToken = tokens.noSpeech
    suppressed = tokens.suppressed(vocabulary: layout.vocabulary, pieces: pieces)
    suppressedFirst = tokens.suppressedFirst(pieces: pieces)
    self.alignmentHeads = alignmentHeads
  }

  /// Reads the description in `data`; nil where it is none.
  package init?(_ data: Data) {
    guard let read = try? JSONDecoder().decode(WhisperDescription.self, from: data) else {
      return nil
    }
    self = read
  }

  /// Whether its numbers fit together, so that a network can be made of them.
  package var isConsistent: Bool {
    let sizes = [bands, hidden, heads, encoderLayers, decoderLayers, vocabulary, maximumTokens]
    let tokens =
      [startToken, endToken, transcribeToken, translateToken, noTimestampsToken, noSpeechToken]
      + suppressed + suppressedFirst + languages.map(\.token)
    return sizes.allSatisfy { 1...1 << 20 ~= $0 } && hidden % heads == 0 && hidden / heads % 4 == 0
      && heads <= 32 && maximumTokens > 8 && tokens.allSatisfy { 0..<vocabulary ~= $0 }
      && alignmentHeads.allSatisfy {
        $0.count == 2 && 0..<decoderLayers ~= $0[0] && 0..<heads ~= $0[1]
      }
      && zip(alignmentHeads, alignmentHeads.dropFirst()).allSatisfy {
        ($0[0], $0[1]) < ($1[0], $1[1])
      }
  }

  /// The file's bytes.
  var file: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Numbers and strings can always be encoded.
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }
}
