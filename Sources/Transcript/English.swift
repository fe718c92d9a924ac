/// The English words that decide where a line may be broken.
enum English {
  static let articles: Set = ["a", "an", "the"]

  /// Words that belong to the noun after them.
  static let determiners: Set = [
    "my", "your", "our", "their", "its", "whose", "every", "no", "his", "her", "this", "that",
    "these", "those", "each", "some", "any", "all", "both", "either", "neither", "another", "such",
    "what", "which", "many", "much", "few", "several", "most", "other", "own",
  ]

  static let prepositions: Set = [
    "about", "above", "across", "after", "against", "along", "among", "around", "as", "at",
    "before", "behind", "below", "beneath", "beside", "besides", "between", "beyond", "by",
    "concerning", "despite", "during", "except", "for", "from", "in", "inside", "into", "like",
    "near", "of", "on", "onto", "outside", "over", "past", "per", "regarding", "through",
    "throughout", "to", "toward", "towards", "under", "underneath", "unlike", "upon", "via",
    "with", "within", "without",
  ]

  /// Words that hold an "of" after them ("one of the", "a lot of").
  static let partitives: Set = [
    "one", "two", "three", "lot", "lots", "kind", "sort", "type", "bit", "couple", "number", "rest",
    "part", "piece", "pair", "none", "some", "most", "many", "much", "each", "any", "all", "few",
    "both", "several", "half", "out", "because", "instead", "front", "top", "outside", "inside",
  ]

  /// Words that belong to the verb before them more often than to what follows.
  static let particles: Set = ["up", "out", "off", "down", "away", "back"]

  static let coordinators: Set = ["and", "but", "or", "nor", "yet", "so", "then", "plus"]

  static let subordinators: Set = [
    "although", "because", "cause", "if", "lest", "once", "since", "than", "that", "though",
    "unless", "until", "till", "when", "whenever", "where", "whereas", "wherever", "whether",
    "which", "while", "who", "whom", "whoever", "how", "why", "what",
  ]

  static let auxiliaries: Set = [
    "am", "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "have", "has",
    "had", "having", "can", "could", "may", "might", "must", "shall", "should", "will", "would",
    "cannot", "gonna", "gotta", "ought",
  ]

  /// Ends of contractions that hold an auxiliary or a negation ("we'll", "don't").
  static let auxiliaryEndings = ["n't", "'ll", "'ve", "'re", "'m", "'d"]

  static let negations: Set = ["not", "never", "hardly", "barely"]

  static let subjectPronouns: Set = [
    "i", "you", "he", "she", "it", "we", "they", "there", "let's", "it's", "he's", "she's",
    "that's", "there's", "here's", "what's", "who's",
  ]

  /// Subject pronouns that are objects just as often ("tell you about it").
  static let objectPronouns: Set = ["you", "it", "there"]

  static let intensifiers: Set = [
    "very", "really", "quite", "rather", "too", "more", "less", "extremely", "fairly", "pretty",
    "just", "only", "even", "almost", "nearly", "totally", "completely",
  ]

  /// Verbs that hold the infinitive after them ("going to", "want to").
  static let infinitiveVerbs: Set = [
    "going", "want", "wants", "wanted", "need", "needs", "needed", "have", "has", "had", "used",
    "got", "able", "trying", "try", "tried", "like", "supposed", "ought", "hope", "begin", "began",
    "due", "according", "next", "thanks",
  ]

  static let adjectives: Set = [
    "good", "bad", "new", "old", "big", "small", "great", "little", "long", "short", "high", "low",
    "first", "second", "third", "last", "next", "same", "different", "main", "whole", "single",
    "best", "better", "early", "late", "large", "young", "right", "wrong", "real", "real-time",
    "red", "green", "blue", "white", "black", "poor", "dear", "strong", "deep", "common",
  ]

  static let adjectiveEndings = ["ous", "ful", "ive", "ial", "nal", "cal", "ible", "able", "less"]

  static let titles: Set = [
    "mr", "mrs", "ms", "dr", "prof", "professor", "st", "saint", "sir", "lady", "lord", "president",
    "captain", "sergeant", "general", "judge", "aunt", "uncle", "miss", "madam", "king", "queen",
  ]

  /// Written with a full stop that ends no sentence.
  static let abbreviations: Set = [
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "approx", "jr", "sr", "inc",
    "ltd", "co", "dept", "fig", "gen", "sen", "rep", "capt", "sgt",
  ]

  static let numbers: Set = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "half",
  ]

  static let tens: Set = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
  ]

  /// What follows a number and belongs to it.
  static let units: Set = [
    "hundred", "thousand", "million", "billion", "trillion", "point", "percent", "per", "degrees",
    "dollars", "pounds", "euros", "cents", "pence", "seconds", "minutes", "hours", "days", "weeks",
    "months", "years", "miles", "metres", "meters", "feet", "inches", "yards", "kilometres",
    "kilometers", "grams", "kilograms", "kilos", "litres", "liters", "o'clock", "am", "pm", "a.m",
    "p.m", "times", "people", "second", "minute", "hour", "day", "week", "month", "year", "mile",
    "foot", "inch", "dollar", "pound", "euro", "cent", "degree",
  ]
}
