/// Compares language tags, which containers write as ISO 639-2 ("eng", "ger" or "deu") and people
/// often as ISO 639-1 ("en", "de").
enum LanguageCode {
  /// ISO 639-2 codes, terminological and bibliographic, for ISO 639-1 codes of languages that
  /// meetings are held in. Source: the ISO 639-2 registration authority's code list.
  private static let threeLetter: [String: [String]] = [
    "ar": ["ara"], "bg": ["bul"], "bn": ["ben"], "ca": ["cat"], "cs": ["ces", "cze"],
    "cy": ["cym", "wel"], "da": ["dan"], "de": ["deu", "ger"], "el": ["ell", "gre"],
    "en": ["eng"], "es": ["spa"], "et": ["est"], "eu": ["eus", "baq"], "fa": ["fas", "per"],
    "fi": ["fin"], "fr": ["fra", "fre"], "ga": ["gle"], "gl": ["glg"], "he": ["heb"],
    "hi": ["hin"], "hr": ["hrv"], "hu": ["hun"], "id": ["ind"], "is": ["isl", "ice"],
    "it": ["ita"], "ja": ["jpn"], "ko": ["kor"], "lt": ["lit"], "lv": ["lav"],
    "mk": ["mkd", "mac"], "ms": ["msa", "may"], "nb": ["nob"], "nl": ["nld", "dut"],
    "nn": ["nno"], "no": ["nor"], "pl": ["pol"], "pt": ["por"], "ro": ["ron", "rum"],
    "ru": ["rus"], "sk": ["slk", "slo"], "sl": ["slv"], "sq": ["sqi", "alb"], "sr": ["srp"],
    "sv": ["swe"], "sw": ["swa"], "ta": ["tam"], "te": ["tel"], "th": ["tha"], "tr": ["tur"],
    "uk": ["ukr"], "ur": ["urd"], "vi": ["vie"], "zh": ["zho", "chi"],
  ]
  private static let twoLetter: [String: String] = {
    var table: [String: String] = [:]
    for (short, long) in threeLetter { for code in long { table[code] = short } }
    return table
  }()

  /// Both tags name the same language, whatever their region.
  static func areSame(_ first: String, _ second: String) -> Bool {
    canonical(first) == canonical(second)
  }

  private static func canonical(_ tag: String) -> String {
    let primary = tag.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first
    let code = primary.map { String($0) } ?? ""
    return twoLetter[code] ?? code
  }
}
