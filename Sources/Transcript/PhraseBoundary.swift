/// How well a text may be broken between two neighbouring words, best first.
enum PhraseBoundary: Int, Sendable, Comparable {
  /// A sentence has ended.
  case sentence
  /// After a colon, semicolon or dash, or around brackets.
  case clause
  /// After a comma, or where a sentence seems to go on after its full stop.
  case comma
  case beforeConjunction
  /// Before a preposition, or a pronoun that starts a clause.
  case beforePhrase
  /// Before another function word, such as an article or an auxiliary.
  case loose
  /// Between two words of which nothing is known.
  case plain
  /// Parts of one phrase, such as an adjective and its noun.
  case weakBond
  /// A preposition and its object, an auxiliary and its verb, a first and a last name.
  case bond
  /// An article or possessive and its noun, a number and its unit, a title and a name.
  case strongBond

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The price of a break here, that of one between two unknown words being about 1.
  var penalty: Double {
    switch self {
    case .sentence: 0
    case .clause: 0.15
    case .comma: 0.3
    case .beforeConjunction: 0.45
    case .beforePhrase: 0.6
    case .loose: 0.85
    case .plain: 1.3
    case .weakBond: 1.9
    case .bond: 3
    case .strongBond: 4.5
    }
  }

  /// The boundary between `left` and `right`, given the one before `left`: it tells whether `left`
  /// has its capital from starting a sentence, and whether it belongs to an article before it. `isJoined`
  /// says that no space stands between the two.
  init(
    left: Token, right: Token, before: PhraseBoundary, rules: PhraseRules = .english,
    isJoined: Bool = false
  ) {
    if let punctuated = Self.punctuated(left, right, rules) {
      self = punctuated
    } else if isJoined {
      self = Script.boundary(left.lastScript, right.firstScript)
    } else {
      switch rules {
      case .english: self = Self.bound(left, right, before: before) ?? Self.open(left, right)
      case .general: self = left.isNumber ? .weakBond : .plain
      }
    }
  }

  private static func punctuated(
    _ left: Token, _ right: Token, _ rules: PhraseRules
  ) -> Self? {
    switch left.close {
    case .sentence: return afterFullStop(left, right, rules)
    case .clause: return .clause
    case .comma: return .comma
    case .none: return right.opensBracket ? .clause : nil
    }
  }

  private static func afterFullStop(
    _ left: Token, _ right: Token, _ rules: PhraseRules
  ) -> Self {
    if left.hasFullStop, rules == .general, left.isInitial {
      return right.isCapitalised ? .bond : .plain
    }
    if left.hasFullStop, rules == .english {
      if English.titles.contains(left.core) { return .strongBond }
      if left.core == "no", right.isNumber { return .strongBond }
      if English.abbreviations.contains(left.core), !right.isCapitalised { return .weakBond }
      if left.isInitial { return right.isCapitalised ? .bond : .plain }
    }
    return right.isLowercase ? .comma : .sentence
  }

  /// What may not be torn apart.
  private static func bound(_ left: Token, _ right: Token, before: Self) -> Self? {
    if English.negations.contains(right.core) { return .bond }
    if left.isArticle { return .strongBond }
    if English.titles.contains(left.core), left.isCapitalised, right.isCapitalised {
      return .strongBond
    }
    if right.core == "of", English.partitives.contains(left.core) { return .bond }
    if right.isConjunction { return beforeConjunction(left, right) }
    if left.isNumber { return afterNumber(left, right) }
    if left.isDeterminer { return afterDeterminer(left, right) }
    if left.isConjunction { return .bond }
    return afterFunctionWord(left, right) ?? insidePhrase(left, right, before: before)
  }

  private static func beforeConjunction(_ left: Token, _ right: Token) -> Self? {
    if left.isConjunction { return .bond }
    if right.core == "than", English.intensifiers.contains(left.core) { return .bond }
    if English.coordinators.contains(right.core) { return nil }
    if left.isPreposition { return .bond }
    return left.isAuxiliary ? .weakBond : nil
  }

  private static func afterNumber(_ left: Token, _ right: Token) -> Self? {
    if English.units.contains(right.core) { return .strongBond }
    if right.isNumber { return English.tens.contains(left.core) ? .strongBond : .weakBond }
    return right.isFunctionWord ? nil : .bond
  }

  /// Most determiners can also stand alone ("some of", "this is").
  private static func afterDeterminer(_ left: Token, _ right: Token) -> Self {
    if left.core == "that" || left.core == "which" || left.core == "what" { return .bond }
    if right.isAuxiliary || right.isPreposition { return .weakBond }
    return right.isFunctionWord ? .bond : .strongBond
  }

  private static func afterFunctionWord(_ left: Token, _ right: Token) -> Self? {
    if left.isSubjectPronoun {
      let isObject = English.objectPronouns.contains(left.core)
      return isObject && (right.isPreposition || right.isArticle) ? nil : .bond
    }
    if left.isAuxiliary || English.negations.contains(left.core) { return .bond }
    if left.isPreposition { return right.isPreposition ? .weakBond : .bond }
    if English.intensifiers.contains(left.core) { return right.isFunctionWord ? .weakBond : .bond }
    return nil
  }

  private static func insidePhrase(_ left: Token, _ right: Token, before: Self) -> Self? {
    if right.core == "to", English.infinitiveVerbs.contains(left.core) { return .bond }
    if English.particles.contains(right.core) { return .weakBond }
    if right.isFunctionWord { return nil }
    if left.isCapitalised, right.isCapitalised { return before == .sentence ? .weakBond : .bond }
    if left.isCapitalised, before != .sentence { return .weakBond }
    if left.core.hasSuffix("'s") || left.core.hasSuffix("s'") { return .bond }
    return left.isAdjective || before == .strongBond ? .weakBond : nil
  }

  private static func open(_ left: Token, _ right: Token) -> Self {
    if right.isConjunction { return .beforeConjunction }
    if right.core == "of" { return .loose }
    if right.isPreposition || right.isSubjectPronoun { return .beforePhrase }
    return right.isFunctionWord ? .loose : .plain
  }
}
