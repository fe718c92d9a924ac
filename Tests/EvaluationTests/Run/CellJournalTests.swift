import Foundation
import Testing

@testable import Evaluation

@Suite("What was heard in a cell")
struct CellJournalTests {
  private static let head = #"{"cell":"audio_white_0dB","fingerprint":"6528309e90f1342c"}"#
  /// As version 0.1.0 wrote it.
  private static let mixed = #"""
    {"elapsed":11.595750125,"gains":{"noise":0.1671172902093052,"overall":0.7769408226013184,\#
    "speechLevel":-15.533205624568966},"seconds":11,"segments":[[{"confidence":0.6529,\#
    "end":0.516,"start":0.324,"text":"And"},{"confidence":0.9386,"end":0.852,"start":0.588,\#
    "text":"so"}],[]],"utterance":"jfk"}
    """#
  private static let untouched =
    #"{"elapsed":0.25,"seconds":1.5,"segments":[],"utterance":"a/\"b\""}"#

  private static func hearings() throws -> [Hearing] {
    func word(_ text: String, _ start: Double, _ end: Double, _ confidence: Double) throws
      -> HeardWord
    {
      let json = #"{"text":"\#(text)","start":0,"end":0,"confidence":0}"#
      var word = try JSONDecoder().decode(HeardWord.self, from: Data(json.utf8))
      (word.start, word.end, word.confidence) = (start, end, confidence)
      return word
    }
    return [
      Hearing(
        utterance: "jfk",
        segments: [
          [try word("And", 0.324, 0.516, 0.6529), try word("so", 0.588, 0.852, 0.9386)], [],
        ],
        seconds: 11, elapsed: 11.595750125,
        gains: Mixture.Gains(
          speechLevel: -15.533205624568966, noise: 0.1671172902093052,
          overall: 0.7769408226013184)),
      Hearing(utterance: "a/\"b\"", segments: [], seconds: 1.5, elapsed: 0.25),
    ]
  }

  private func journal(_ path: String, fingerprint: String = "6528309e90f1342c") throws
    -> CellJournal
  {
    try CellJournal(
      path: path, cell: "audio_white_0dB", fingerprint: fingerprint, isFresh: false)
  }

  private func withPath(_ body: (String) throws -> Void) rethrows {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).jsonl")
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  @Test
  func what010HasWrittenIsTakenUpAndAddedToInTheSameForm() throws {
    try withPath { path in
      let hearings = try Self.hearings()
      try Data("\(Self.head)\n\(Self.mixed)\n".utf8).write(to: URL(filePath: path))
      let journal = try journal(path)
      #expect(journal.found == ["jfk": hearings[0]])
      try journal.add(hearings[1])
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text == "\(Self.head)\n\(Self.mixed)\n\(Self.untouched)\n")
    }
    try withPath { path in
      let journal = try journal(path)
      for hearing in try Self.hearings() { try journal.add(hearing) }
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text == "\(Self.head)\n\(Self.mixed)\n\(Self.untouched)\n")
    }
  }

  @Test
  func whatDependsOnSomethingElseIsHeardAgain() throws {
    try withPath { path in
      try Data("\(Self.head)\n\(Self.mixed)\n".utf8).write(to: URL(filePath: path))
      #expect(try journal(path, fingerprint: "0").found.isEmpty)
    }
  }

  @Test(arguments: [1, 30])
  func afterALineThatIsNotWholeTheRestIsHeardAgain(missing: Int) throws {
    try withPath { path in
      let whole = "\(Self.head)\n\(Self.mixed)\n"
      let torn = "\(whole)\(Self.untouched)\n".dropLast(missing)
      try Data(torn.utf8).write(to: URL(filePath: path))
      let journal = try journal(path)
      #expect(Array(journal.found.keys) == ["jfk"])
      try journal.add(try Self.hearings()[1])
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text == "\(whole)\(Self.untouched)\n")
    }
  }
}
