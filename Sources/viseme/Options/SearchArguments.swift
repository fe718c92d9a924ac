import Search

/// What was typed after `viseme search`.
struct SearchArguments {
  /// The words to find, then folders; folders alone where a speaker is given and one word.
  var operands: [String] = []
  var speaker: String?
  var isNear = false
  var limit = 50
  var context = 8
  var isJSON = false
  var isFresh = false
  var isQuiet = false

  /// What is looked for, and where.
  func plan() throws(UsageError) -> (question: SearchQuestion, term: String?, folders: [String]) {
    let isSpeakerAlone = speaker != nil && operands.count == 1
    let term = isSpeakerAlone ? nil : operands.first
    let folders = Array(isSpeakerAlone ? operands[...] : operands.dropFirst())
    if term == nil, speaker == nil { throw .missingOperand("TERM", command: "search") }
    if folders.isEmpty { throw .missingOperand("FOLDER", command: "search") }
    let question = SearchQuestion(
      words: try term.map(query), speaker: try speaker.map(query), limit: limit, context: context)
    return (question, term, folders)
  }

  private func query(_ text: String) throws(UsageError) -> SearchQuery {
    guard let query = SearchQuery(text, isNear: isNear) else { throw .nothingToFind(text) }
    return query
  }
}

extension SearchArguments {
  static var spec: CommandSpec<SearchArguments> {
    CommandSpec(
      name: "search",
      summary: "Find words and speakers in folders of transcripts.",
      synopsis: "TERM FOLDER... [OPTIONS]",
      details: [
        "Looks through the JSON transcripts in the folders and the folders below them. TERM is a "
          + "word, or several between quotation marks that must follow one another; capitals, "
          + "accents and punctuation do not matter. With an asterisk after it (budg*) a word only has "
          + "to begin so. Speakers of that name are found, too.",
        "Prints file, time, speaker and the words around, and, where the page (--format html) lies "
          + "beside the transcript, its address at that second.",
        "What is known of a folder is kept in it, in .viseme-search, and brought up to date at each "
          + "search; the first one takes longer. A folder in which nothing may be written is read "
          + "again each time.",
        "Exit status: 0 found, 1 not found, 65 not found where a file could not be searched.",
      ],
      groups: [
        OptionGroup(title: "What to find", options: findOptions),
        OptionGroup(title: "Output", options: outputOptions),
      ],
      examples: [
        .init(command: "viseme search budget archive/", meaning: "a word"),
        .init(
          command: "viseme search \"annual report*\" archive/",
          meaning: "report, reports, reporting"),
        .init(
          command: "viseme search --near Ademesoye archive/", meaning: "spelled so or nearly so"),
        .init(
          command: "viseme search --speaker Anna budget archive/", meaning: "where Anna says it"),
        .init(
          command: "viseme search --speaker Anna archive/", meaning: "meetings in which Anna speaks"
        ),
      ],
      operand: { $0.operands.append($1) })
  }

  private static var findOptions: [OptionSpec<SearchArguments>] {
    [
      .flag(
        "near", nil,
        "Near spellings count. One letter of a word of four or more may be wrong, missing, too much "
          + "or exchanged with the next; of a word of eight or more, two."
      ) { $0.isNear = true },
      .value("speaker", "s", "NAME", "Only what speakers of this name say.") { $0.speaker = $1 },
    ]
  }

  private static var outputOptions: [OptionSpec<SearchArguments>] {
    [
      .value("limit", "l", "N", "Places shown in each folder. Default: 50.") {
        arguments, text throws(ExpectedValue) in
        arguments.limit = try TranscribeArguments.wholeNumber(text, in: 0...1_000_000)
      },
      .value("words", "w", "N", "Words shown before and after. Default: 8.") {
        arguments, text throws(ExpectedValue) in
        arguments.context = try TranscribeArguments.wholeNumber(text, in: 0...1000)
      },
      .flag("json", nil, "Print JSON.") { $0.isJSON = true },
      .flag("reindex", nil, "Read all transcripts again.") { $0.isFresh = true },
      .flag("quiet", "q", "No notes and no progress.") { $0.isQuiet = true },
    ]
  }
}
