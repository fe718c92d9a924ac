import Testing

@testable import Transcript

/// Numbers in words and in digits.
@Suite struct NumberTests {
  /// The text with its numbers in `style`, each word a second long.
  private func written(_ text: String, _ style: NumberStyle) -> String {
    NumberWriter(style: style).written(words(text)).map(\.text).joined(separator: " ")
  }

  private func words(_ text: String) -> [Word] {
    text.split(separator: " ").enumerated().map {
      Word(
        text: String($0.element), start: Double($0.offset), end: Double($0.offset) + 1,
        confidence: 0.9 - 0.01 * Double($0.offset))
    }
  }

  private static let everywhere: [(said: String, digits: String, words: String)] = [
    ("about twenty percent of it", "about 20% of it", "about twenty percent of it"),
    ("five per cent", "5%", "five per cent"),
    ("it cost ten dollars", "it cost $10", "it cost ten dollars"),
    (
      "three dollars and fifty cents, really", "$3.50, really",
      "three dollars and fifty cents, really"
    ),
    ("a million dollars", "$1 million", "a million dollars"),
    ("two point five million people", "2.5 million people", "two point five million people"),
    ("three point one four", "3.14", "three point one four"),
    ("at three thirty we met", "at 3:30 we met", "at three thirty we met"),
    ("until nine oh five", "until 9:05", "until nine oh five"),
    ("five o'clock", "5 o'clock", "five o'clock"),
    ("twelve fifteen p.m.", "12:15 p.m.", "twelve fifteen p.m."),
    ("in nineteen eighty four", "in 1984", "in nineteen eighty-four"),
    ("in two thousand and eight", "in 2008", "in two thousand and eight"),
    ("the twenty first of May", "the 21st of May", "the twenty-first of May"),
    ("on June third", "on June 3rd", "on June third"),
    ("page five", "page 5", "page five"),
    ("so a hundred and twenty people", "so 120 people", "so a hundred and twenty people"),
    ("some twelve thousand five hundred", "some 12,500", "some twelve thousand five hundred"),
    ("twenty-five, please", "25, please", "twenty-five, please"),
    ("(twenty five).", "(25).", "(twenty-five)."),
  ]

  @Test(arguments: everywhere)
  func whatIsSaidBecomesDigitsOrStaysAndTensTakeAHyphen(
    entry: (said: String, digits: String, words: String)
  ) {
    // The first word is no sentence's.
    let said = "well " + entry.said
    #expect(written(said, .auto) == "well " + entry.digits)
    #expect(written(said, .digits) == "well " + entry.digits)
    #expect(written(said, .words) == "well " + entry.words)
    #expect(written(said, .heard) == said)
  }

  @Test(arguments: [
    ("$5 and $2.50", "five dollars and two dollars and fifty cents"),
    ("20% of 12,500", "twenty percent of twelve thousand five hundred"),
    ("at 3:30, at 3:05 and at 3:00", "at three thirty, at three oh five and at three o'clock"),
    ("in 1984 or 2008", "in nineteen eighty-four or two thousand eight"),
    ("by 2024", "by twenty twenty-four"),
    ("the 21st, the 3rd", "the twenty-first, the third"),
    ("5 million and $1", "five million and one dollar"), ("25 pounds", "twenty-five pounds"),
  ])
  func digitsBecomeWords(digits: String, words: String) {
    #expect(written("so " + digits, .words) == "so " + words)
    #expect(written("so " + digits, .digits) == "so " + digits)
  }

  /// Of these nobody knows how they are written, or they are no numbers.
  @Test(arguments: [
    "one two three go", "double oh seven", "one oh one", "three thirty", "three point fourteen",
    "two hundred two hundred", "call 555 1234", "a thirty second timer", "two thirds of it",
    "two and a half hours", "oh no", "a hundred people", "hundreds of them", "one or the other",
    "the second time", "F2 and 007", "minus five", "-5 and #5", "two-thirds", "nineteen sixties",
    "five, six", "1.2.3",
  ])
  func whatHasNoOneSpellingIsLeftAsItWasSaid(text: String) {
    #expect(written("well " + text, .auto) == "well " + text)
  }

  @Test func aSentenceDecidesAboutItsSmallCounts() {
    #expect(written("so 7 problems and 2 more", .auto) == "so seven problems and two more")
    #expect(written("so two dogs and 25 cats", .auto) == "so 2 dogs and 25 cats")
    #expect(written("so 25 cats. But 2 dogs", .auto) == "so 25 cats. But two dogs")
    #expect(written("one of 25", .auto) == "one of 25")
    #expect(written("25 people and 2 dogs", .auto) == "Twenty-five people and two dogs")
    #expect(written("Twenty five came", .auto) == "Twenty-five came")
    #expect(written("120 people", .auto) == "120 people")
    #expect(written("Windows 7, version 2 and 5 km", .auto) == "Windows 7, version 2 and 5 km")
    #expect(written("well two dogs", .digits) == "well 2 dogs")
  }

  @Test func aNumberHasTheTimeOfAllItsWords() {
    let written = NumberWriter(style: .digits).written(words("well two hundred and five, yes"))
    #expect(written.map(\.text) == ["well", "205,", "yes"])
    #expect(written[1].start == 1 && written[1].end == 5 && written[2].start == 5)
    #expect(written[1].confidence == 0.9 - 0.01 * 4, "that of the least sure")
  }

  /// Each "oh" once took a frame of the stack.
  @Test func manyZerosEndNothing() {
    let text = "well five" + String(repeating: " oh", count: 100_000)
    #expect(written(text, .digits).hasPrefix("well "))
  }

  @Test func wordsOfANumberShareItsTime() {
    let written = NumberWriter(style: .words).written([Word("so", 0, 1), Word("205.", 1, 3)])
    #expect(written.map(\.text) == ["so", "two", "hundred", "five."])
    #expect(written.map(\.start)[2] > 1 && written[3].end == 3)
    #expect(zip(written, written.dropFirst()).allSatisfy { $0.end <= $1.start + 1e-9 })
  }

  /// Any words: nothing is lost but what numbers are made of, times stay in order, and what was written
  /// once is not written otherwise again.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func anyWordsAreWrittenInOrderAndOnce(seed: UInt64) {
    var random = Generator(seed: seed)
    let parts =
      [
        "one", "two", "nine", "ten", "twelve", "twenty", "fifty", "hundred", "thousand", "million",
        "and", "a", "point", "oh", "percent", "dollars", "cents", "second", "third", "first",
        "half", "5", "25", "1984", "2,500", "$5", "20%", "3:30", "5th", "at", "o'clock", "p.m.",
        "May", "of", "people", "well,", "Yes.", "(two", "three)", "twenty-five", "-", "12,", "0",
        "007", "thirty",
      ]
    let said = (0..<Int.random(in: 1...14, using: &random)).map { index in
      Word(parts.randomElement(using: &random) ?? "a", Double(index), Double(index) + 0.8)
    }
    for style in NumberStyle.allCases {
      let written = NumberWriter(style: style).written(said)
      #expect(written.first?.start == said.first?.start && written.last?.end == said.last?.end)
      for (word, next) in zip(written, written.dropFirst()) {
        #expect(word.start <= word.end && word.end <= next.start + 1e-9)
      }
      #expect(written.allSatisfy { !$0.text.isEmpty })
      for word in said where ["people", "Yes.", "well,", "007", "-"].contains(word.text) {
        #expect(written.contains { $0.text == word.text && $0.start == word.start }, "\(style)")
      }
    }
  }
}
