/// The tokens of a Whisper model that write no text, whose numbers follow from how many there are in all
/// (`whisper/tokenizer.py`).
struct WhisperTokens: Equatable {
  /// English alone; 99 languages; 100 languages (large-v3).
  static let vocabularies = [51864, 51865, 51866]
  /// Languages in the order of their tokens.
  static let languages = """
    en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur \
    hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si \
    km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln \
    ha ba jw su yue
    """.split(separator: " ").map(String.init)

  let isMultilingual: Bool
  let endOfText: Int
  let start: Int
  /// Codes with their tokens; of a model of English alone there are none.
  let languages: [(code: String, token: Int)]
  let translate: Int
  let transcribe: Int
  let previous: Int
  let noSpeech: Int
  let noTimestamps: Int

  /// The tokens of a vocabulary of one of the known sizes.
  init(vocabulary: Int) {
    isMultilingual = vocabulary >= 51865
    endOfText = isMultilingual ? 50257 : 50256
    start = endOfText + 1
    let count = isMultilingual ? vocabulary - 51766 : 99
    let first = start + 1
    languages =
      isMultilingual ? (0..<count).map { (Self.languages[$0], first + $0) } : []
    translate = first + count
    transcribe = translate + 1
    previous = transcribe + 2
    noSpeech = previous + 1
    noTimestamps = noSpeech + 1
  }

  static func == (one: WhisperTokens, other: WhisperTokens) -> Bool {
    one.noTimestamps == other.noTimestamps && one.isMultilingual == other.isMultilingual
  }

  /// The tokens that come before the text, for a language by its code.
  func prompt(language: Int?, translates: Bool) -> [Int] {
    guard let language else { return [start, noTimestamps] }
    return [start, language, translates ? translate : transcribe, noTimestamps]
  }

  /// Tokens that are never written: all those that write no text but for the end, and those for what is
  /// seldom said and often made up, such as brackets, stage directions and notes of music.
  func suppressed(vocabulary: Int, pieces: [[UInt8]]) -> [Int] {
    var tokens: [[UInt8]: Int] = [:]
    for (token, piece) in pieces.prefix(endOfText).enumerated() { tokens[piece] = token }
    var found = Set((endOfText + 1..<vocabulary))
    for text in [" -", " '"] { if let token = tokens[Array(text.utf8)] { found.insert(token) } }
    for mark in Self.marks {
      for text in [mark, " " + mark] {
        if let token = tokens[Array(text.utf8)] { found.insert(token) }
      }
    }
    // The first two bytes of the notes of music, which are no token of their own.
    for bytes: [UInt8] in [[0xE2, 0x99], [0x20, 0xE2, 0x99]] {
      if let token = tokens[bytes] { found.insert(token) }
    }
    return found.sorted()
  }

  /// Tokens that are not written first: a space alone and the end.
  func suppressedFirst(pieces: [[UInt8]]) -> [Int] {
    (pieces.firstIndex(of: [0x20]).map { [$0] } ?? []) + [endOfText]
  }

  /// `non_speech_tokens` of `whisper/tokenizer.py`.
  private static let marks: [String] = {
    let letters = "\"#()*+/:;<=>@[\\]^_`{|}~「」『』♩♪♫♬♭♮♯".map { String($0) }
    let groups = "<< >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪"
    return letters + groups.split(separator: " ").map { String($0) }
  }()
}
