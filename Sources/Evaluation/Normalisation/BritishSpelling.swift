/// British spellings of words whose American spelling differs.
///
/// Three things are tried one after the other: whole words, which come from lists of stems and
/// their endings (``SpellingFamily``); parts of learned words ("haem"); and the endings -ise and
/// -yse. Words that differ in more than spelling ("whilst", "mum", "maths") stay.
enum BritishSpelling {
  /// The American spelling of a lower-case word, or the word itself.
  static func american(_ word: String) -> String {
    guard word.utf8.count > 2 else { return word }
    return withZ(withoutLigatures(words[word] ?? word))
  }

  private static let words: [String: String] = {
    var words: [String: String] = [:]
    for family in SpellingFamily.all {
      for (british, american) in family.words { words[british] = american }
    }
    return words
  }()

  // MARK: Parts of learned words

  /// At the beginning of a word only: "shoestring" is no learned word.
  private static let beginnings = [
    ("aeon", "eon"), ("faec", "fec"), ("foet", "fet"), ("oestr", "estr"), ("oesoph", "esoph"),
    ("paedi", "pedi"), ("paedo", "pedo"),
  ]

  private static let parts = [
    ("aemia", "emia"), ("aemic", "emic"), ("aesthe", "esthe"), ("aetiolog", "etiolog"),
    ("anaesth", "anesth"), ("archaeo", "archeo"), ("caesarean", "cesarean"),
    ("coeliac", "celiac"), ("gynaec", "gynec"), ("haem", "hem"), ("homoeo", "homeo"),
    ("mediaeval", "medieval"), ("oedema", "edema"), ("opaed", "oped"), ("palaeo", "paleo"),
    ("primaeval", "primeval"), ("rrhoea", "rrhea"),
  ]

  private static func withoutLigatures(_ word: String) -> String {
    guard hasPair(word, of: (UInt8(ascii: "a"), UInt8(ascii: "o")), with: UInt8(ascii: "e")) else {
      return word
    }
    for (british, american) in beginnings where word.hasPrefix(british) {
      return american + word.dropFirst(british.count)
    }
    for (british, american) in parts {
      if let range = word.firstRange(of: british) {
        return word[..<range.lowerBound] + american + word[range.upperBound...]
      }
    }
    return word
  }

  // MARK: -ise and -yse

  private static let endings = [
    "e", "es", "ed", "er", "ers", "ing", "ingly", "ation", "ations", "ational", "ationally",
    "able", "ably", "ement", "ements",
  ]

  /// What stands before "ise" in words that are spelled so everywhere, and before "ises" in
  /// plurals of words in "is".
  private static let alwaysIse: Set<Substring> = Set(
    """
    advert adv appr chast circumc compr comprom conc dem desp dev enfranch disfranch enterpr exc \
    exerc expert franch improv inc merchand mort parad pract prec prem prom rem repr rev superv \
    surm surpr telev treat upr sunr moonr val chem cer marqu epiderm ibis mant metropol necropol \
    acropol megalopol orch pelv pen portcull propol tenn trell clemat cannab clitor den amaryll \
    chrysal epiglott glott fin probosc verdigr
    """.split(separator: " "))

  /// Nouns in "lyses" whose verbs are rare.
  private static let plurals: Set = ["dialyses", "electrolyses", "hydrolyses", "urinalyses"]

  private static let prefixes: [Substring] = [
    "", "un", "re", "mis", "over", "dis", "pre", "non", "im", "in",
  ]

  private static func withZ(_ word: String) -> String {
    guard hasPair(word, of: (UInt8(ascii: "i"), UInt8(ascii: "y")), with: UInt8(ascii: "s")) else {
      return word
    }
    for ending in endings where word.hasSuffix(ending) {
      let root = word.dropLast(ending.count)
      if root.hasSuffix("lys"), root.count > 4, ending.hasPrefix("e") || ending == "ing",
        !plurals.contains(word)
      {
        return root.dropLast() + "z" + ending
      }
      if root.hasSuffix("is"), isVerb(root.dropLast(2)) { return root.dropLast() + "z" + ending }
    }
    return word
  }

  /// Whether "ise" after this stem makes a verb that Americans spell with a z.
  private static func isVerb(_ stem: Substring) -> Bool {
    guard stem.count > 2, let last = stem.last else { return false }
    let isDiphthong = "aeou".contains(last) && !stem.hasSuffix("qu") && stem != "archa"
    if isDiphthong || last == "w" { return false }
    return !prefixes.contains { stem.hasPrefix($0) && alwaysIse.contains(stem.dropFirst($0.count)) }
  }

  /// Whether `second` stands after one of `firsts` somewhere, which it does in few words.
  private static func hasPair(
    _ word: String, of firsts: (UInt8, UInt8), with second: UInt8
  ) -> Bool {
    var previous: UInt8 = 0
    for letter in word.utf8 {
      if letter == second, previous == firsts.0 || previous == firsts.1 { return true }
      previous = letter
    }
    return false
  }
}
