import Pipeline
import Testing

@testable import VisemeCommand

@Suite("Times and numbers as text")
struct TextTests {
  @Test(
    arguments: [
      ("0", 0), ("90", 90), ("90.5", 90.5), (".5", 0.5), ("7.", 7), ("1:30", 90),
      ("01:30.25", 90.25),
      ("75:00", 4500), ("1:02:03", 3723), ("0:00:00.001", 0.001), ("100:00:00", 360_000),
    ] as [(String, Double)])
  func timesAreRead(text: String, seconds: Double) {
    #expect(TimeText.seconds(text) == seconds)
  }

  @Test(arguments: [
    "", " ", ".", ":", "1:", ":30", "1:60", "1:5:60", "1:60:00", "1:2:3:4", "-1", "+1", "1e3",
    "nan",
    "inf", "0x10", "1.2.3", "1,5", "1.5:00", "٣", "1:٣", "12345678901234567890", "1h",
  ])
  func whatIsNoTimeIsRefused(text: String) {
    #expect(TimeText.seconds(text) == nil)
  }

  @Test(
    arguments: [
      (0, "0:00"), (7.9, "0:07"), (75, "1:15"), (3599.99, "59:59"), (3723, "1:02:03"),
      (36_000, "10:00:00"), (-1, "0:00"),
    ] as [(Double, String)])
  func clocksAreWritten(seconds: Double, text: String) {
    #expect(TimeText.clock(seconds) == text)
  }

  @Test(
    arguments: [
      (0, 0, "0"), (1.25, 1, "1.3"), (0.026, 3, "0.026"), (9.999, 2, "10.00"), (-1.5, 1, "-1.5"),
      (-0.001, 1, "0.0"), (.infinity, 1, "?"),
    ] as [(Double, Int, String)])
  func numbersAreWritten(value: Double, digits: Int, text: String) {
    #expect(NumberText.fixed(value, digits) == text)
  }

  @Test
  func progressTellsWhatIsKnown() {
    let known = ProgressLine.text("a.mp4", .init(done: 754, total: 1800), elapsed: 20)
    #expect(known == "a.mp4  41 %  12:34 of 30:00  37.7x  0:27 left")
    let begun = ProgressLine.text("a.mp4", .init(done: 5, total: 1800), elapsed: 0.2)
    #expect(begun == "a.mp4  0 %  0:05 of 30:00")
    let piped = ProgressLine.text("-", .init(done: 60, total: nil), elapsed: 2)
    #expect(piped == "-  1:00  30.0x")
  }

  @Test(
    arguments: [
      ("fromat", "format"), ("transcibe", "transcribe"), ("out", nil), ("output-d", "output-dir"),
      ("q", nil), ("modles", "models"), ("", nil), ("completely-else", nil),
    ] as [(String, String?)])
  func mistypedNamesAreGuessed(word: String, guess: String?) {
    let names = ["format", "transcribe", "output", "output-dir", "models", "quiet"]
    #expect(Suggestion.closest(to: word, among: names) == guess)
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("ab", "ba", 1), ("kitten", "sitting", 3),
  ])
  func distancesAreThoseOfTheDefinition(first: String, second: String, distance: Int) {
    #expect(Suggestion.distance(first, second) == distance)
    #expect(Suggestion.distance(second, first) == distance)
  }

  @Test
  func namesCannotMoveTheCursor() {
    #expect(displayed("a\nb\u{1B}[2Jé.mp4") == "a\\u{a}b\\u{1b}[2Jé.mp4")
  }

  @Test
  func jsonIsEscaped() {
    let value = JSONText.object([
      ("a\"\\\n", .list([.null, .flag(true), .integer(3), .number(0.5), .text("é")]))
    ])
    #expect(value.description == #"{"a\"\\\u000a": [null, true, 3, 0.500000, "é"]}"#)
  }
}
