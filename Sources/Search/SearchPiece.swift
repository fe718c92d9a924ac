import Foundation

/// A piece of a word that can be found by itself: the whole word, its part between hyphens and the like, or
/// one letter in scripts that are written without spaces.
struct SearchPiece: Sendable, Hashable {
  /// As written, with the marks around it.
  var written: String
  /// What is compared: without capitals, accents and marks around; empty for marks alone.
  var folded: String
  /// No space stands before it.
  var isJoined: Bool

  /// The pieces of a word, or of a query's part without white space.
  static func pieces(_ word: String, isJoined: Bool = false) -> [SearchPiece] {
    var pieces: [SearchPiece] = []
    var piece = SearchPiece(written: "", folded: "", isJoined: isJoined)
    let characters = Array(word)
    for (index, character) in characters.enumerated() {
      let stands = isLetter(character) || isMarkWithin(characters, index)
      // Marks belong to what they follow; what follows them begins anew.
      let begins = stands && (piece.isClosed || isAlone(character) || piece.isAlone)
      if begins, !piece.folded.isEmpty {
        pieces.append(piece)
        piece = SearchPiece(written: "", folded: "", isJoined: true)
      }
      piece.written.append(character)
      if stands {
        piece.folded += fold(character)
        piece.isAlone = isAlone(character)
      } else if !piece.folded.isEmpty {
        piece.isClosed = true
      }
    }
    if !piece.written.isEmpty { pieces.append(piece) }
    return pieces
  }

  /// Marks have followed.
  private var isClosed = false
  /// It is a letter of a script without spaces.
  private var isAlone = false

  private init(written: String, folded: String, isJoined: Bool) {
    self.written = written
    self.folded = folded
    self.isJoined = isJoined
  }

  private static func isLetter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber
  }

  /// An apostrophe within a word, a point or comma within a number.
  private static func isMarkWithin(_ characters: [Character], _ index: Int) -> Bool {
    guard index > 0, index + 1 < characters.count else { return false }
    let (before, after) = (characters[index - 1], characters[index + 1])
    switch characters[index] {
    case "'", "\u{2019}": return before.isLetter && after.isLetter
    case ".", ",": return before.isNumber && after.isNumber
    default: return false
    }
  }

  /// Letters of scripts that are written without spaces, by blocks of Unicode.
  private static func isAlone(_ character: Character) -> Bool {
    switch character.unicodeScalars.first?.value ?? 0 {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: true  // Thai, Lao, Myanmar, Khmer
    case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x323AF: true  // kana, Han
    default: false
    }
  }

  private static func fold(_ character: Character) -> String {
    if let ascii = character.asciiValue {
      return String(UnicodeScalar(0x41...0x5A ~= ascii ? ascii + 32 : ascii))
    }
    if character == "\u{2019}" { return "'" }
    let scalars = String(character).decomposedStringWithCompatibilityMapping.unicodeScalars
      .filter { $0.properties.generalCategory != .nonspacingMark }
    return String(String.UnicodeScalarView(scalars)).lowercased()
  }
}
