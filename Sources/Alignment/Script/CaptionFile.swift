import Support

/// Reads the texts of SubRip and WebVTT cues. Their times do not count, so that damage to them does no harm.
enum CaptionFile {
  /// The cues of `text` in the order of the file.
  static func script(_ text: String, isWebVTT: Bool) throws(ScriptError) -> Script {
    var blocks: [ScriptBlock] = []
    var formatted = 0
    var cue: [String]?
    var last = 0
    for (number, text) in TextFile.lines(text) {
      let line = String(text)
      // An empty line ends a cue.
      if number > last + 1, let open = cue {
        add(open)
        cue = nil
      }
      last = number
      if isTimes(line) {
        // A cue that no empty line ended: what may stand before its times is the next one's number.
        if let open = cue {
          add(open.last?.allSatisfy(\.isNumber) == true ? open.dropLast() : open)
        }
        cue = []
      } else if cue != nil {
        cue?.append(line)
      } else if !isWebVTT, !blocks.isEmpty, !line.allSatisfy(\.isNumber) {
        // An empty line within a cue.
        cue = [line]
      }
    }
    if let open = cue { add(open) }
    guard !blocks.isEmpty else { throw .noCues }
    var script = Script(form: .cues, blocks: blocks)
    script.formattedCues = formatted
    return script

    func add(_ lines: some Sequence<String>) {
      let (block, isFormatted) = block(Array(lines), isWebVTT: isWebVTT)
      blocks.append(block)
      if isFormatted { formatted += 1 }
    }
  }

  /// Whether a line has a cue's times, damaged as they may be: digits before and after an arrow.
  private static func isTimes(_ line: String) -> Bool {
    guard let arrow = line.firstRange(of: "->") else { return false }
    let before = line[..<arrow.lowerBound].filter { $0 != "-" && !$0.isWhitespace }
    let after = line[arrow.upperBound...].drop(while: \.isWhitespace).first
    return after?.isNumber == true && before.contains(":")
      && before.allSatisfy { $0.isNumber || ":.,".contains($0) }
  }

  private static func block(
    _ lines: [String], isWebVTT: Bool
  ) -> (block: ScriptBlock, isFormatted: Bool) {
    var block = ScriptBlock(words: [], lines: [])
    var isFormatted = false
    for line in lines {
      let plain = PlainLine(line, isWebVTT: isWebVTT)
      isFormatted = isFormatted || plain.isFormatted
      block.speaker = block.speaker ?? plain.voice
      var words = ScriptWord.words(of: plain.text)
      guard !words.isEmpty else { continue }
      if let label = SpeakerName.length(in: words) {
        for index in 0..<label { words[index].isSpoken = false }
      }
      block.words += words
      block.lines?.append(words.count)
    }
    return (block, isFormatted)
  }
}

/// A line of a cue without its markup: `<i>`, `<v Name>` and `{\an8}`.
private struct PlainLine {
  var text = ""
  var voice: String?
  var isFormatted = false

  init(_ line: String, isWebVTT: Bool) {
    var rest = line[...]
    while let character = rest.first {
      if character == "<", let tag = Self.tag(rest) {
        take(tag.dropFirst().dropLast())
        rest = rest[tag.endIndex...]
      } else if rest.hasPrefix("{\\"), let end = rest.firstIndex(of: "}") {
        isFormatted = true
        rest = rest[rest.index(after: end)...]
      } else {
        text.append(character)
        rest.removeFirst()
      }
    }
    if isWebVTT { text = CharacterReferences.resolved(text) }
  }

  /// A tag at the beginning of `text`; nil where the < is a character of its own.
  private static func tag(_ text: Substring) -> Substring? {
    guard let end = text.firstIndex(of: ">"), let next = text.dropFirst().first,
      next.isLetter || next == "/" || next.isNumber
    else { return nil }
    return text[...end]
  }

  private mutating func take(_ tag: Substring) {
    if tag.first == "v", let name = tag.split(separator: " ", maxSplits: 1).dropFirst().first {
      voice = CharacterReferences.resolved(String(name))
    } else if tag != "/v" {
      isFormatted = true
    }
  }
}

/// Characters written by their names or numbers in XML and WebVTT.
enum CharacterReferences {
  private static let named = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "lrm": "",
    "rlm": "",
  ]

  /// `text` with the characters themselves; what is no reference stays.
  static func resolved(_ text: String) -> String {
    guard text.utf8.contains(0x26) else { return text }
    var out = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "&") {
      out += rest[..<start]
      rest = rest[start...]
      guard let end = rest.prefix(12).firstIndex(of: ";"),
        let character = character(rest[rest.index(after: start)..<end])
      else {
        out += "&"
        rest.removeFirst()
        continue
      }
      out += character
      rest = rest[rest.index(after: end)...]
    }
    return out + rest
  }

  private static func character(_ name: Substring) -> String? {
    guard name.first == "#" else { return named[String(name)] }
    let digits = name.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    let value = UInt32(isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10)
    return value.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }
}
