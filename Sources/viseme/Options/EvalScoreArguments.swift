import Evaluation
import Support

/// What was typed after `viseme eval score`.
struct EvalScoreArguments {
  var hypotheses: [String] = []
  var references: [String] = []
  /// Nil for the name of the first hypotheses.
  var system: String?
  var only: String?
  var missing = HypothesisScoring.Missing.leftOut
  var normalisers: [TextNormaliser] = [.whisper]
  var outputDirectory = "scores"
  var isFresh = false
  var isQuiet = false
}

extension EvalScoreArguments {
  typealias Option = OptionSpec<EvalScoreArguments>

  static var spec: CommandSpec<EvalScoreArguments> {
    CommandSpec(
      name: "eval score",
      summary: "Score what any recogniser wrote.",
      synopsis: "HYPOTHESES... --reference REF [OPTIONS]",
      details: [
        "HYPOTHESES are files, or folders of them. Read are .ctm, .stm, .json (of viseme, of Whisper "
          + "and whisperX, SegLST), .txt (one for each recording), .trans.txt (a name and its words "
          + "on each line). An .rttm says who speaks when. A file about one recording has the "
          + "recording's name, one about several names them within. Where there are several of "
          + "a recording, the one with the most is taken: JSON, then STM, CTM, text.",
        "Texts are normalised, counted and reported as by viseme eval: word error rates with "
          + "intervals, errors by speaker and by kind of word. Where references and hypotheses have "
          + "speakers and times, cpWER, tcpWER and DER follow. Nothing is scored that is not there. "
          + "Recordings without a hypothesis are named and left out (exit status 65). "
          + "Hypotheses without a recording are named. So are empty ones, whose words all count as "
          + "deleted.",
        "Writes report.json, report.md, wer.svg, wer.png and errors.html; viseme eval compare sets "
          + "two such folders side by side, or one and that of viseme eval.",
      ],
      groups: [
        OptionGroup(title: "What to score", options: inputOptions),
        OptionGroup(title: "Output", options: outputOptions),
      ],
      examples: [
        .init(
          command: "viseme eval score other.ctm --reference ref.stm",
          meaning: "another recogniser's words against a reference"),
        .init(
          command: "viseme eval score answers/ --reference eval/ -d other",
          meaning: "what another heard in the mixtures that eval --save-audio kept"
        ),
        .init(
          command: "viseme eval compare eval other", meaning: "both on the same mixtures"),
      ],
      operand: { $0.hypotheses.append($1) })
  }

  private static var inputOptions: [Option] {
    [
      .value(
        "reference", "r", "REF",
        "What was said: an .stm, .txt, .trans.txt or .ctm by itself, an .rttm with one of them, or "
          + "the folder of an evaluation. Or what viseme eval takes: a manifest, a folder, a "
          + "recording with a transcript beside it; the recordings need not be there. May be given "
          + "several times."
      ) { arguments, text throws(ExpectedValue) in
        arguments.references.append(try TranscribeArguments.path(text))
      },
      .value("only", nil, "TEXT", "Only references whose path, as written, contains TEXT.") {
        $0.only = $1
      },
      .flag(
        "missing-as-empty", nil,
        "A recording without a hypothesis counts as one in which nothing was heard (a CTM has no "
          + "line for such)."
      ) { $0.missing = .empty },
      .value(
        "system", nil, "NAME",
        "What the recogniser is called in reports. Default: the name of the hypotheses."
      ) { arguments, text throws(ExpectedValue) in
        arguments.system = try TranscribeArguments.path(text)
      },
    ]
  }

  private static var outputOptions: [Option] {
    [
      .results(\.outputDirectory, usual: "scores"), .normaliser(\.normalisers),
      .flag("force", "f", "Replace another evaluation's report.") { $0.isFresh = true },
      .flag("quiet", "q", "Print errors only: no table and no notes.") { $0.isQuiet = true },
    ]
  }
}
