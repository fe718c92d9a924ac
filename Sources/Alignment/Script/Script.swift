import Foundation

/// A text of which a recording is said to be the speech, in the order spoken.
package struct Script: Sendable, Hashable {
  /// What its file holds together.
  package enum Form: Sendable, Hashable {
    /// Cues of subtitles, which stay as they are.
    case cues
    /// Segments of a transcript, which stay as they are.
    case segments
    /// Paragraphs, which are divided where the recording pauses.
    case paragraphs
  }

  package var form: Form
  package var blocks: [ScriptBlock]
  /// Cues in which formatting (italics, places) was passed over.
  package var formattedCues = 0

  package init(form: Form, blocks: [ScriptBlock]) {
    self.form = form
    self.blocks = blocks.filter { !$0.words.isEmpty }
  }

  /// All words in order.
  package var words: [ScriptWord] { blocks.flatMap(\.words) }
}

/// Words of a script that belong together: a cue, a segment or a paragraph.
package struct ScriptBlock: Sendable, Hashable {
  package var words: [ScriptWord]
  /// Words in each line, where the lines are to be kept.
  package var lines: [Int]?
  /// Who speaks; nil where the script does not tell.
  package var speaker: String?
  /// Audio track, from 1, and channel, from 1; nil where the script does not tell.
  package var track: Int?
  package var channel: Int?

  package init(words: [ScriptWord], lines: [Int]? = nil, speaker: String? = nil) {
    self.words = words
    self.lines = lines
    self.speaker = speaker
  }
}

/// A word of a script.
package struct ScriptWord: Sendable, Hashable {
  /// As written, with its punctuation.
  package var text: String
  /// Whether no space stands before it.
  package var isJoined: Bool
  /// Whether it is to be looked for in the recording; not so for a speaker's name, [laughter] and a dash.
  package var isSpoken: Bool

  package init(_ text: String, isJoined: Bool = false, isSpoken: Bool = true) {
    self.text = text
    self.isJoined = isJoined
    self.isSpoken = isSpoken && text.unicodeScalars.contains(where: Letters.isLetterOrDigit)
  }

  /// Whether a space is before it where it is spoken; scripts without spaces have none at the start either.
  package var followsSpace: Bool {
    !isJoined && !(text.unicodeScalars.first.map(Letters.isUnspaced) ?? false)
  }

  /// The words of `line`. What stands in square brackets is not spoken. In scripts without spaces every
  /// letter is a word, with the marks behind it.
  package static func words(of line: some StringProtocol) -> [ScriptWord] {
    var words: [ScriptWord] = []
    var isBracketed = false
    for part in line.split(whereSeparator: \.isWhitespace) {
      if part.first == "[", line[part.startIndex...].contains("]") { isBracketed = true }
      for (index, piece) in Letters.pieces(String(part)).enumerated() {
        words.append(ScriptWord(piece, isJoined: index > 0, isSpoken: !isBracketed))
      }
      if part.contains("]") { isBracketed = false }
    }
    return words
  }
}

/// What of text is compared.
enum Letters {
  static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case ..<0x80: false
    default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
  }

  /// Letters of scripts that are written without spaces: Thai to Burmese, Khmer, kana, Han.
  static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E01...0x0E30, 0x0E40...0x0EB0, 0x0EC0...0x0EC6, 0x1000...0x102A, 0x1780...0x17B3,
      0x3041...0x3096, 0x30A1...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
      0x20000...0x3FFFD:
      true
    default: false
    }
  }

  /// `text` in one piece, or by letters where it is written without spaces.
  static func pieces(_ text: String) -> [String] {
    guard text.unicodeScalars.contains(where: isUnspaced) else { return [text] }
    var pieces: [String] = []
    var isOpen = false
    for character in text {
      let isLetter = character.unicodeScalars.first.map(isUnspaced) ?? false
      let isOther = !isLetter && character.unicodeScalars.contains(where: isLetterOrDigit)
      // Marks go with what is before them, letters of other scripts with each other.
      if pieces.isEmpty || isLetter || (isOther && !isOpen) {
        pieces.append(String(character))
      } else {
        pieces[pieces.count - 1].append(character)
      }
      isOpen = isOther
    }
    return pieces
  }

  /// What is left of a word when it is compared: letters and digits in lower case without accents, in parts
  /// where a hyphen, a dash or a slash divides it.
  static func keys(_ text: String) -> [String] {
    let folded = text.lowercased().decomposedStringWithCanonicalMapping
    var keys: [String] = []
    var key = ""
    for scalar in folded.unicodeScalars {
      if isLetterOrDigit(scalar) {
        key.unicodeScalars.append(scalar)
      } else if "-/\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}".unicodeScalars.contains(scalar),
        !key.isEmpty
      {
        keys.append(key)
        key = ""
      }
    }
    return key.isEmpty ? keys : keys + [key]
  }
}
