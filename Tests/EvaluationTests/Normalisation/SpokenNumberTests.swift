import Evaluation
import Fixtures
import Testing
import Transcript

/// Numbers spelled out as a speaker would, and read back.
@Suite struct SpokenNumberTests {
  private static let small = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
  ]
  private static let powers = [
    (1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"),
    (1000, "thousand"),
  ]

  /// In British ("one hundred and two") or American fashion.
  private static func spelled(_ number: Int, isBritish: Bool) -> String {
    let and = isBritish ? " and " : " "
    if number < 20 { return small[number] }
    if number < 100 {
      return tens[number / 10] + (number % 10 == 0 ? "" : "-" + small[number % 10])
    }
    if number < 1000 {
      let rest = number % 100
      return small[number / 100] + " hundred"
        + (rest == 0 ? "" : and + spelled(rest, isBritish: isBritish))
    }
    var parts: [String] = []
    var rest = number
    for (power, name) in powers where rest >= power {
      parts.append(spelled(rest / power, isBritish: isBritish) + " " + name)
      rest %= power
    }
    let tail = rest == 0 ? "" : (rest < 100 ? and : " ") + spelled(rest, isBritish: isBritish)
    return parts.joined(separator: " ") + tail
  }

  private func expect(_ text: String, _ written: String) {
    #expect(TextNormaliser.whisper.text(text) == written, "\(text)")
  }

  @Test(arguments: [true, false])
  func cardinalsBecomeDigits(isBritish: Bool) {
    var random = SeededGenerator(seed: 7)
    let larger = (4...14).flatMap { digits in
      (0..<40).map { _ in
        (0..<digits).reduce(1) { number, _ in number * 10 + Int.random(in: 0...9, using: &random) }
      }
    }
    // 1 alone is "one".
    for number in [0] + Array(2...2100) + larger {
      expect("the \(Self.spelled(number, isBritish: isBritish)) of us", "the \(number) of us")
    }
  }

  @Test func unitsAndFractionsGoWithTheirNumbers() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<300 {
      let number = Int.random(in: 0...3_000_000, using: &random)
      let name = Self.spelled(number, isBritish: Bool.random(using: &random))
      expect("\(name) dollars", "$\(number)")
      expect("minus \(name) percent", "-\(number)%")
      expect("\(name) point oh five", "\(number).05")
      expect("\(name) and a half euros", "€\(number).5")
      let cents = Int.random(in: 10...99, using: &random)
      if number > 0 {
        expect(
          "\(name) dollars and \(Self.spelled(cents, isBritish: false)) cents",
          "$\(number).\(cents)")
      }
    }
  }

  @Test func yearsAreTwoPairs() {
    for century in 11...20 {
      for year in 10...99 {
        let words =
          "\(Self.spelled(century, isBritish: false)) \(Self.spelled(year, isBritish: false))"
        // "twenty ten" to "twenty ninety nine"; "twenty five" would be 25.
        expect(words, "\(century)\(year)")
      }
    }
  }

  @Test(arguments: [
    // Numbers of any size are kept whole.
    ("nine hundred ninety nine decillion", "999" + String(repeating: "0", count: 33)),
    (String(repeating: "one two ", count: 40), String(repeating: "12", count: 40)),
    // What cannot be one number is two.
    ("three hundred four hundred", "300 400"),
    ("one million one billion", "1000000 1000000000"),
    ("two hundred and", "200 and"),
    ("twenty and five", "20 and 5"),
    ("five thousand thousand", "5000 1000"),
    ("nineteen ninety nine two thousand", "1999 2000"),
    ("minus", "minus"),
    ("minus minus two", "minus -2"),
    ("double double five", "double 55"),
    ("point point five", "point .5"),
    ("five percent percent", "5% percent"),
    ("per cent", "per cent"),
    ("five dollars dollars", "$5 dollars"),
    ("twenty dollars and fifty", "$20 and 50"),
    ("ten cents and five cents", "¢10 and ¢5"),
  ])
  func edgesOfNumbers(text: String, written: String) {
    expect(text, written)
  }

  /// A transcript for people is no worse than what was recognised: Whisper's normaliser reads both alike.
  @Test(arguments: [
    "there were twenty five people and two dogs", "about twenty percent, or five per cent of it",
    "it cost ten dollars, no, three dollars and fifty cents", "two point five million people",
    "three point one four", "in nineteen eighty four and two thousand and eight",
    "the twenty first of May", "twelve thousand five hundred euros", "one two three go",
  ])
  func numbersAsTheyAreWrittenAreThoseThatWereSaid(said: String) {
    let words = said.split(separator: " ").enumerated().map {
      Word(
        text: String($0.element), start: Double($0.offset), end: Double($0.offset) + 1,
        confidence: 1)
    }
    let segment = Segment(start: 0, end: Double(words.count), track: 1, words: words)
    let expected = TextNormaliser.whisper.words(said)
    for style in NumberStyle.allCases {
      let written = WrittenForm(numbers: style).written(segment, language: "en").text
      #expect(TextNormaliser.whisper.words(written) == expected, "\(style): \(written)")
    }
  }
}
