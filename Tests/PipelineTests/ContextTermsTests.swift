import Fixtures
import Foundation
import Support
import Testing
import Transcript

@testable import Pipeline

@Suite struct ContextTermsTests {
  @Test(arguments: [
    ("Viseme, Ann  Example ,,viseme,Viseme", ["Viseme", "Ann Example", "viseme"]), ("", []),
    (" , ", []), ("C3PO,Zoë", ["C3PO", "Zoë"]),
  ])
  func listsAreReadBetweenCommas(list: String, terms: [String]) throws {
    let read = try ContextTerms(list: list)
    #expect(read.terms == terms)
    #expect(read.text == (terms.isEmpty ? nil : terms.joined(separator: ", ")))
  }

  @Test
  func filesHaveATermInALine() throws {
    let terms = try ContextTerms(
      lines: "# names\r\nAnn Example\n\n  # more\n Smith, John \nAnn Example")
    #expect(terms.terms == ["Ann Example", "Smith, John"])
    #expect(terms.identity != (try ContextTerms(list: "Ann Example, Smith, John")).identity)
  }

  @Test(arguments: [
    ("Ann,?", ContextTerms.Fault.unwritable("?")), ("a\u{7}b", .unwritable("a\u{7}b")),
    (String(repeating: "a", count: 101), .tooLong(String(repeating: "a", count: 101))),
    ((0...2_000).map { "a\($0)" }.joined(separator: ","), .tooMany),
  ])
  func whatIsOfNoUseIsRefused(list: String, fault: ContextTerms.Fault) {
    #expect(throws: fault) { try ContextTerms(list: list) }
  }

  @Test(.timeLimit(.minutes(10))) func aLetterMayHaveAnyNumberOfMarks() {
    let term = "e" + String(repeating: "\u{301}", count: 1_000_000)
    #expect(throws: ContextTerms.Fault.self) { try ContextTerms(list: term) }
    #expect(throws: ContextTerms.Fault.self) { try ContextTerms(lines: term) }
  }

  @Test
  func twoListsAreJoined() throws {
    let (one, other) = (try ContextTerms(list: "a, b"), try ContextTerms(list: "b, c"))
    #expect(one.joined(with: other).terms == ["a", "b", "c"])
  }
}

private let haleFile = "data/librispeech/test-other/1688-142285-0001.flac"

/// "mister hale" of LibriSpeech test-other, which the model hears as another name.
@Suite(
  .enabled(if: InstalledModels.canTranscribe, "needs the models: viseme models install"),
  .enabled(if: SharedData.url(haleFile) != nil, "../shared/data is absent"))
struct ContextReadingTests {
  private func words(_ terms: String, threads: Int = 1) throws -> [Word] {
    var request = TranscriptionRequest(
      input: try #require(SharedData.url(haleFile)).path, threads: threads)
    request.options.context = try ContextTerms(list: terms)
    var words: [Word] = []
    _ = try TranscriberRun.transcriber.run(
      request, program: ModelInfo(name: "tests", version: "0"), cancellation: Cancellation(),
      progress: { _ in }, begin: { _ in }, segment: { words += $0.words })
    return words
  }

  @Test
  func aTermMendsAName() throws {
    let plain = try words("").map(\.text)
    #expect(plain.contains("Howe") && !plain.contains { $0.hasPrefix("Hale") })
    let helped = try words("Hale, Zorblax", threads: 2)
    let name = try #require(helped.first { $0.text.hasPrefix("Hale") })
    #expect(name.confidence > 0 && name.confidence < 0.5, "the model's own probability")
    #expect(!helped.contains { $0.text.contains("Howe") || $0.text.contains("Zorblax") })
    #expect(helped == (try words("Hale, Zorblax")))
  }

  @Test
  func termsThatAreNotSaidChangeNothing() throws {
    #expect(try words("Zorblax, Quilraswen, Ann Example, Yarzelnev") == (try words("")))
  }
}
