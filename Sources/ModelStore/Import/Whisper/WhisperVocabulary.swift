import Foundation

/// The pieces of text that Whisper's tokens write.
enum WhisperVocabulary {
  static let fileName = "vocabulary.bin"

  /// The bytes that a token of GPT-2's byte-level alphabet stands for; nil where it has a letter that is
  /// not in it.
  ///
  /// The alphabet gives each byte a letter that can be seen: itself where it is one in Latin-1, else one
  /// from U+0100 on, in order (Radford et al. 2019, `encoder.py`).
  static func bytes(of token: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = alphabet[scalar] else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static let alphabet: [Unicode.Scalar: UInt8] = {
    var letters: [Unicode.Scalar: UInt8] = [:]
    var next: UInt32 = 256
    for byte in UInt8.min...UInt8.max {
      if 33...126 ~= byte || 161...172 ~= byte || 174...255 ~= byte {
        letters[Unicode.Scalar(byte)] = byte
      } else {
        if let scalar = Unicode.Scalar(next) { letters[scalar] = byte }
        next += 1
      }
    }
    return letters
  }()

  /// Bytes of tokens in GPT-2's alphabet; nil where one has other letters.
  static func pieces(letters tokens: [String]) -> [[UInt8]]? {
    var pieces: [[UInt8]] = []
    for token in tokens {
      guard let bytes = bytes(of: token) else { return nil }
      pieces.append(bytes)
    }
    return pieces
  }

  /// Pieces of text, one for each of `count` tokens, none for control tokens; nil where `found` are not those
  /// of Whisper.
  static func pieces(_ found: [[UInt8]], count: Int) -> [[UInt8]]? {
    let text = WhisperTokens(vocabulary: count).endOfText
    guard found.count >= text, found.count <= count,
      found.allSatisfy({ $0.count < longestPiece })
    else { return nil }
    return found.prefix(text) + Array(repeating: [], count: count - text)
  }

  private static let longestPiece = 128 * 256

  /// The file that Viseme keeps: a length (one byte, or two when the first has its high bit set:
  /// `128 + low`, `high`) and so many bytes, token by token.
  static func file(_ pieces: [[UInt8]]) -> [UInt8] {
    var file: [UInt8] = []
    for piece in pieces {
      precondition(piece.count < longestPiece)
      if piece.count < 128 {
        file.append(UInt8(piece.count))
      } else {
        file += [UInt8(128 + piece.count % 128), UInt8(piece.count / 128)]
      }
      file += piece
    }
    return file
  }
}
