import Testing
import Transcript

@testable import Pipeline

/// Two texts of the same speech put together.
@Suite("Words of two models") struct WordChoiceTests {
  private static func segment(_ text: String, from start: Double = 0) -> Segment {
    let words = text.split(separator: " ").enumerated().map { index, word in
      Word(
        text: String(word), start: start + Double(index), end: start + Double(index) + 0.8,
        confidence: 0.5)
    }
    return Segment(start: start, end: words.last?.end ?? start, track: 1, words: words)
  }

  private static func merged(_ first: String, _ second: String, _ choices: [Bool]) -> String? {
    var rest = choices[...]
    let merged = WordChoice.merged(segment(first), segment(second, from: 0.3)) { place in
      #expect(!place.isSame)
      return rest.popFirst() ?? false
    }
    #expect(rest.isEmpty)
    return merged?.text
  }

  @Test func placesAlternate() {
    let places = WordChoice.places(
      ["a", "b", "c", "d", "e"], ["a", "x", "c", "d", "y", "z", "e"])
    #expect(
      places == [
        .init(isSame: true, first: 0..<1, second: 0..<1),
        .init(isSame: false, first: 1..<2, second: 1..<2),
        .init(isSame: true, first: 2..<4, second: 2..<4),
        .init(isSame: false, first: 4..<4, second: 4..<6),
        .init(isSame: true, first: 4..<5, second: 6..<7),
      ])
    #expect(WordChoice.places([], []).isEmpty)
    #expect(WordChoice.places([], ["a"]) == [.init(isSame: false, first: 0..<0, second: 0..<1)])
  }

  /// Random texts: the places cover both, in order, and no edit script is shorter.
  @Test(arguments: 1...40)
  func placesCoverBothTexts(seed: Int) {
    var generator = SystemRandomNumberGenerator()
    let letters = ["a", "b", "c"]
    let first = (0..<seed % 9).map { _ in letters.randomElement(using: &generator) ?? "a" }
    let second = (0..<seed % 7).map { _ in letters.randomElement(using: &generator) ?? "a" }
    let places = WordChoice.places(first, second)
    #expect(places.flatMap { Array($0.first) } == Array(first.indices))
    #expect(places.flatMap { Array($0.second) } == Array(second.indices))
    for (place, next) in zip(places, places.dropFirst()) { #expect(place.isSame != next.isSame) }
    for place in places where place.isSame {
      #expect(Array(first[place.first]) == Array(second[place.second]))
    }
  }

  @Test func eachPlaceIsChosenByItself() {
    let (first, second) = ("He took a pose, even so.", "He shook a rose even though")
    #expect(Self.merged(first, second, [false, false, false]) == nil)
    #expect(Self.merged(first, second, [true, false, false]) == "He shook a pose, even so.")
    #expect(Self.merged(first, second, [false, true, true]) == "He took a rose even though")
    #expect(Self.merged("one two", "one", [true]) == "one")
    #expect(Self.merged("one", "one two", [true]) == "one two")
    // Case and punctuation make no difference.
    #expect(Self.merged("One, two.", "one two", []) == nil)
  }

  /// Nothing begins before what stands before it has begun, or after its own end.
  @Test func timesLieBetweenTheNeighbours() throws {
    let first = Self.segment("a b c d")
    for shift in stride(from: -3.0, through: 3, by: 0.5) {
      let second = Self.segment("a x y z d", from: shift)
      let merged = try #require(WordChoice.merged(first, second) { _ in true })
      #expect(merged.text == "a x y z d")
      for (word, next) in zip(merged.words, merged.words.dropFirst()) {
        #expect(word.start <= word.end && word.end <= next.start)
      }
      #expect(merged.start == merged.words.first?.start && merged.end == merged.words.last?.end)
    }
  }

  @Test func nothingIsLeftWhereAllIsLeftOut() {
    let (first, second) = (Self.segment("a b"), Self.segment(""))
    #expect(WordChoice.merged(first, second) { _ in true } == nil)
  }
}
