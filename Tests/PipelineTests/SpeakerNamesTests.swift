import AudioEncoder
import Demux
import Speakers
import Testing
import Transcript

@testable import Pipeline

@Suite("Names of speakers")
struct SpeakerNamesTests {
  @Test(
    arguments: [
      ("Anna,Ben", ["Anna", "Ben"]), (" Anna , Ben ", ["Anna", "Ben"]), ("Anna", ["Anna"]),
      ("Anna Maria, A & B <c>", ["Anna Maria", "A & B <c>"]), ("Ann,Ann", ["Ann", "Ann"]),
      (String(repeating: "a", count: 100), [String(repeating: "a", count: 100)]),
      // One character that a reader sees, of three.
      ("\u{1F469}\u{200D}\u{1F4BB},\u{645}", ["\u{1F469}\u{200D}\u{1F4BB}", "\u{645}"]), ("", nil),
      (" ", nil), (",", nil), ("Anna,", nil), ("Anna,,Ben", nil), ("Anna, ,Ben", nil),
      ("An\nna", nil), ("Anna,Ben\n", nil), ("An\tna", nil), ("An\u{1B}na", nil),
      ("An\u{85}na", nil),
      ("An\u{2028}na", nil), ("An\u{2029}na", nil), ("An\0na", nil),
      (String(repeating: "a", count: 101), nil),
    ] as [(String, [String]?)])
  func areRead(text: String, expected: [String]?) {
    #expect(SpeakerNames.read(text) == expected)
  }

  @Test
  func goToTracksInTheirOrder() {
    var options = RecognitionOptions()
    #expect(options.speakers(of: [0]) == [:])
    options.speakers = "Anna, Ben"
    #expect(options.speakerNames == ["Anna", "Ben"])
    #expect(options.settings.last == Setting(name: "speakers", value: .text("Anna, Ben")))
    #expect(options.speakers(of: [0, 1]) == [1: "Anna", 2: "Ben"])
    // The second track is in a codec that nobody knows.
    #expect(options.speakers(of: [0, 2]) == [1: "Anna", 3: "Ben"])
    #expect(options.speakers(of: [0]) == [:])
    #expect(options.speakers(of: [0, 1, 2]) == [:])
  }

  @Test(
    arguments: [
      ("S1=Anna,S2=Ben", [1: "Anna", 2: "Ben"]), ("s3 = Anna Maria", [3: "Anna Maria"]),
      ("", nil), ("S1", nil), ("S1=", nil), ("S0=Anna", nil), ("S-1=Anna", nil), ("1=Anna", nil),
      ("S1=Anna,S1=Ben", nil), ("S1=Anna,", nil), ("S1=An\nna", nil),
      ("S99999999999999999999=Anna", nil),
    ] as [(String, [Int: String]?)])
  func ofVoicesAreRead(text: String, expected: [Int: String]?) {
    #expect(VoiceNames.read(text) == expected)
  }

  @Test(
    arguments: [
      ("auto", .voices(.automatic)), ("none", SpeakerOption.none), ("3", .voices(.between(3, 3))),
      ("2-5", .voices(.between(2, 5))), ("Anna,Ben", .names("Anna,Ben")),
      ("Anna-Maria", .names("Anna-Maria")), ("0", nil), ("5-2", nil), ("101", nil), ("1-101", nil),
      ("", nil),
    ] as [(String, SpeakerOption?)])
  func orVoicesAreAskedFor(text: String, expected: SpeakerOption?) {
    #expect(SpeakerOption(text) == expected)
  }
}
