import Foundation
import FoundationXML
import Support
import Testing

@testable import Transcript

/// Words, names and notes that try to break out of each format.
@Suite struct HostileTextTests {
  private static let words = [
    "</script>", "(laughs)", "<!--", "]]>", "&amp;", "=1+1", "@SUM(A1)", "\"quoted\"", "a,b",
    "{\\b1}", "\\N",
    "\\", "a|b", "[00:01.00]", "-->", "{{text}}", "{{transcript}}", "*bold*", "<O>", ";;", "'",
    "\u{FFFE}x", "\u{0}\u{7}y", "two\nlines", "tab\tbed", "\u{2028}z", "\u{202E}w", "`", "#",
  ]
  /// As they are shown, in all formats that have an escape for everything.
  private static let shown = words.map(displayText)
  private static let name = "=Zo\u{EB}, \"Z\" <b>|[x]\t{y}\n\\N&"

  private static let transcript = {
    var header = Meeting.header
    header.source.file = "a <b>{{transcript}}|]] &\n\"c\".mp4"
    let segments = (0..<3).map { index in
      var segment = Segment(
        words.enumerated().map { place, text in
          let start = Double(index * 100 + place)
          return Word(text, start, start + 0.5)
        })
      segment.speaker = index == 1 ? nil : name
      return segment
    }
    return Transcript(header: header, segments: segments, notes: ["<b>note</b> & \u{0}"])
  }()

  private func text(_ format: TranscriptFormat) -> String {
    var text = ""
    Self.transcript.write(format, to: &text)
    return text
  }

  private func lines(_ format: TranscriptFormat) -> [String] {
    var lines = text(format).unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { String($0) }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  @Test(arguments: [TranscriptFormat.ttml, .fcpxml])
  func xMLIsWellFormedAndHasEveryWord(format: TranscriptFormat) throws {
    let found = try XMLText(Data(text(format).utf8)).text
    // XML cannot hold U+FFFE.
    for word in Self.shown {
      #expect(found.contains(word.replacing("\u{FFFE}", with: "")), "\(word)")
    }
  }

  @Test func aWordDocumentHoldsEveryWordInWellFormedParts() throws {
    var bytes: [UInt8] = []
    Self.transcript.write(.docx, to: &bytes)
    let parts = try StoredZip(bytes).parts
    #expect(parts.map(\.name).first == "[Content_Types].xml")
    for part in parts { _ = try XMLText(Data(part.data)) }
    let document = try #require(parts.first { $0.name == "word/document.xml" })
    let found = try XMLText(Data(document.data)).text
    let sentence = Self.shown.joined(separator: " ").replacing("\u{FFFE}", with: "")
    #expect(found.components(separatedBy: sentence).count == 4)
    #expect(found.contains("<b>note</b> &") && found.contains(displayText(Self.name)))
  }

  @Test(arguments: [TranscriptFormat.json, .whisper, .seglst])
  func jSONHasEveryWord(format: TranscriptFormat) throws {
    let data = Data(text(format).utf8)
    let object = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    let list =
      object as? [[String: Any]] ?? (object as? [String: Any])?["segments"] as? [[String: Any]]
    let key = format == .seglst ? "words" : "text"
    let words = format == .json ? Self.words : Self.shown
    let found = try #require(list).compactMap { $0[key] as? String }
    #expect(
      found.map { $0.trimmingCharacters(in: .whitespaces) }
        == Array(repeating: words.joined(separator: " "), count: 3))
  }

  @Test func thePageEndsItsScriptOnlyAtTheEnd() throws {
    let page = text(.html)
    // One tag for each script, whatever the words.
    #expect(page.components(separatedBy: "</script").count == 4)
    #expect(page.components(separatedBy: "<!--").count == 1)
    let open = "<script type=\"application/json\" id=\"transcript\">"
    let start = try #require(page.range(of: open)).upperBound
    let end = try #require(page.range(of: "</script>", range: start..<page.endIndex)).lowerBound
    let stored = try TranscriptFile.read(Data(page[start..<end].utf8))
    #expect(stored.segments == Self.transcript.segments)
    #expect(page.contains("<p>\(xmlText("\u{5D}\u{5D}>"))") == false)
    #expect(!page.contains("<b>note</b>"))
  }

  @Test func cSVCellsComeBackAndNoneIsAFormula() throws {
    let rows = CSVRows(text(.csv)).rows
    #expect(rows.count == 4 && rows.allSatisfy { $0.count == 7 })
    #expect(rows[1][6] == Self.shown.joined(separator: " "))
    #expect(rows[1][4] == "'" + displayText(Self.name) && rows[2][4] == "")
    #expect(rows.joined().allSatisfy { cell in !"=+-@".contains { cell.hasPrefix(String($0)) } })
  }

  @Test func linesAndFieldsAreAsManyAsTheyShouldBe() {
    #expect(
      lines(.tsv).map { $0.split(separator: "\t", omittingEmptySubsequences: false).count } == [
        7, 7, 7, 7,
      ])
    let ctm = lines(.ctm)
    #expect(ctm.count == 3 * Self.words.count)
    #expect(ctm.allSatisfy { $0.split(separator: " ").count == 6 })
    let texts = lines(.stm).map { $0.split(separator: " ", maxSplits: 5)[5] }
    #expect(texts.count == 3 && texts.allSatisfy { !$0.contains { "<>{}()".contains($0) } })
    #expect(lines(.rttm).map { $0.split(separator: " ").count } == [10, 10, 10])
    #expect(lines(.audacity).allSatisfy { $0.components(separatedBy: "\t").count == 3 })
    #expect(
      lines(.edl).filter { $0.hasPrefix(" |C:") }.allSatisfy {
        $0.components(separatedBy: "|").count == 4
      })
  }

  @Test func lyricsHaveNoBracketButThoseOfTheirTimes() {
    #expect(lines(.lrc).allSatisfy { line in line.count { $0 == "[" } == 1 && line.hasPrefix("[") })
  }

  @Test func karaokeHasNoCommandButItsOwn() {
    let events = lines(.ass).filter { $0.hasPrefix("Dialogue: ") }
    #expect(!events.isEmpty)
    for event in events {
      let fields = event.split(separator: ",", maxSplits: 9, omittingEmptySubsequences: false)
      #expect(fields.count == 10)
      let rest = String(fields[9]).replacing(/\{\\k\d+\}/, with: "").replacing(
        /\\N(?=\w|[^\w])/, with: " ")
      #expect(!rest.contains { "{}".contains($0) })
      #expect(!rest.contains(/\\[Nnh]/))
    }
  }
}

/// The text of an XML file, which must be well formed.
private final class XMLText: NSObject, XMLParserDelegate {
  private(set) var text = ""

  init(_ data: Data) throws {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.propertyListReadCorrupt) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    text += "\n"
  }
}

/// The entries of a ZIP archive without compression, read by its directory.
private struct StoredZip {
  var parts: [(name: String, data: ArraySlice<UInt8>)] = []

  init(_ bytes: [UInt8]) throws {
    func number(_ at: Int, _ count: Int) -> Int {
      (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
    }
    let end = bytes.count - 22
    try #require(number(end, 4) == 0x0605_4B50)
    var entry = number(end + 16, 4)
    for _ in 0..<number(end + 10, 2) {
      try #require(number(entry, 4) == 0x0201_4B50)
      let (size, length) = (number(entry + 24, 4), number(entry + 28, 2))
      let local = number(entry + 42, 4)
      try #require(number(local, 4) == 0x0403_4B50 && number(local + 22, 4) == size)
      let data = bytes[(local + 30 + length)...].prefix(size)
      #expect(Array(data).withUnsafeBytes(CRC32.checksum) == UInt32(number(entry + 16, 4)))
      parts.append((String(decoding: bytes[(entry + 46)...].prefix(length), as: UTF8.self), data))
      entry += 46 + length
    }
    #expect(entry == end)
  }
}

/// Rows of comma-separated values by RFC 4180.
private struct CSVRows {
  var rows: [[String]] = [[]]

  init(_ text: String) {
    var (cell, isQuoted, wasQuote) = ("", false, false)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"":
        if isQuoted { isQuoted = false; wasQuote = true; continue }
        if wasQuote { cell.unicodeScalars.append(scalar) }
        isQuoted = true
      case "," where !isQuoted, "\r" where !isQuoted:
        rows[rows.count - 1].append(cell)
        cell = ""
      case "\n" where !isQuoted: rows.append([])
      default: cell.unicodeScalars.append(scalar)
      }
      wasQuote = false
    }
    rows.removeLast()
  }
}
