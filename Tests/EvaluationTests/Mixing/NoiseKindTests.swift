import Foundation
import Testing

@testable import Evaluation

@Suite("Names of noise")
struct NoiseKindTests {
  @Test
  func whatIsTypedIsUnderstood() throws {
    let folder = try ScratchFolder()
    let file = try folder.text("a b.wav", "x")
    #expect(try NoiseKind("white") == .white)
    #expect(try NoiseKind("pink") == .pink)
    #expect(try NoiseKind("babble") == .babble(talkers: 8, folder: nil))
    #expect(try NoiseKind("babble:30") == .babble(talkers: 30, folder: nil))
    #expect(try NoiseKind("babble:\(folder.path)") == .babble(talkers: 8, folder: folder.path))
    #expect(
      try NoiseKind("babble:4:\(folder.path)") == .babble(talkers: 4, folder: folder.path))
    #expect(try NoiseKind(file) == .file(file))
    #expect(try NoiseKind(folder.path) == .folder(folder.path))
  }

  @Test(
    arguments: [
      ("wihte", .notFound("wihte")), ("", .notFound("")), ("babble:0", .talkers("0")),
      ("babble:101", .talkers("101")), ("babble:-3", .talkers("-3")),
      ("babble:nowhere", .notFound("nowhere")), ("babble:8:nowhere", .notFound("nowhere")),
      ("white:3", .notFound("white:3")),
    ] as [(String, NoiseKind.Fault)])
  func whatIsNoNoiseIsRefused(text: String, fault: NoiseKind.Fault) {
    #expect(throws: fault) { try NoiseKind(text) }
  }

  /// A report says of how many people babble really is.
  @Test
  func sourcesTellHowManyTalkThere() {
    let babble = NoiseKind.babble(talkers: 8, folder: nil)
    #expect(babble.source(talkers: 8...8) == "8 talkers of the other utterances")
    #expect(
      babble.source(talkers: 2...3)
        == "2 to 3 of 8 talkers of the other utterances: there are no more")
    #expect(
      NoiseKind.babble(talkers: 4, folder: "f").source(talkers: 1...1)
        == "1 of 4 talkers of f: there are no more")
    #expect(NoiseKind.pink.source(talkers: nil) == "computed")
  }

  @Test
  func namesTellNoisesApart() throws {
    let kinds: [NoiseKind] = [
      .white, .white, .babble(talkers: 8, folder: nil), .babble(talkers: 30, folder: nil),
      .babble(talkers: 8, folder: "a/speakers/"), .file("a/cafe.wav"), .file("b/cafe.opus"),
      .folder("noise"),
    ]
    #expect(
      NamedNoise.list(kinds).map(\.name) == [
        "white", "babble", "babble-30", "babble of speakers", "cafe", "cafe (2)", "noise",
      ])
  }
}
