import Evaluation
import Testing

@Suite struct PlainNormaliserTests {
  @Test(arguments: [
    ("", ""),
    (" \t\n ", ""),
    ("Good morning, everyone!", "good morning everyone"),
    ("It's the dogs' 'dinner'", "it's the dogs dinner"),
    ("don’t ʼtis ‘so’", "don't tis so"),
    ("N_E_Z_ and well-known—too", "n e z and well known too"),
    ("10,000 or 3.5% of $2", "10 000 or 3 5 of 2"),
    ("'''", ""),
    ("Ünïcode cafe\u{301} Ⅳ ½ 日本", "ünïcode cafe\u{301} ⅳ ½ 日本"),
    ("[laughter] (um)", "laughter um"),
  ])
  func keepsLettersDigitsAndApostrophes(text: String, words: String) {
    #expect(TextNormaliser.plain.text(text) == words)
    #expect(TextNormaliser.plain.words(text) == words.split(separator: " ").map(String.init))
  }
}
