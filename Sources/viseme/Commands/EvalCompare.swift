import Evaluation
import Foundation
import Pipeline

/// What was typed after `viseme eval compare`.
struct EvalCompareArguments {
  var reports: [String] = []
  var isMarkdown = false

  static var spec: CommandSpec<EvalCompareArguments> {
    CommandSpec(
      name: "eval compare",
      summary: "Set two evaluations side by side.",
      synopsis: "A B [--markdown]",
      details: [
        "A and B are folders that viseme eval wrote, or their report.json. For every condition "
          + "that both have, it shows both word error rates on the recordings that both heard, and "
          + "the difference with its 95 % interval. The probability that B makes fewer errors "
          + "follows (paired bootstrap)."
      ],
      groups: [
        OptionGroup(
          title: "Options",
          options: [
            .flag("markdown", nil, "Print Markdown.") { $0.isMarkdown = true }
          ])
      ],
      examples: [.init(command: "viseme eval compare before after", meaning: "what changed")],
      operand: { $0.reports.append($1) })
  }
}

/// `viseme eval compare`: two reports side by side.
struct EvalCompareCommand {
  let arguments: EvalCompareArguments
  let console: Console

  /// Prints the comparison.
  func run() -> ExitCode {
    var reports: [(name: String, report: EvaluationReport)] = []
    for path in arguments.reports {
      do throws(ReportFiles.Fault) {
        reports.append((displayed(path), try ReportFiles.read(path)))
      } catch {
        console.say("\(displayed(path)): \(Self.sentence(error))")
        return Self.code(error)
      }
    }
    guard let first = reports.first, let second = reports.last else { return .usage }
    do throws(ReportComparison.Fault) {
      let table = try ReportComparison(seed: first.report.seed).table(first, second)
      let width = isatty(STDOUT_FILENO) == 1 ? console.width : nil
      let text = arguments.isMarkdown ? table.markdown() : table.terminal(width: width)
      return StandardOutput.print(text, console: console)
    } catch {
      console.say(Self.sentence(error))
      return .unusableInput
    }
  }

  static func sentence(_ fault: ReportFiles.Fault) -> String {
    switch fault {
    case .unreadable(let code): "cannot be read: \(ErrorText.cause(code))"
    case .notAReport: "is no report of viseme eval"
    }
  }

  static func code(_ fault: ReportFiles.Fault) -> ExitCode {
    switch fault {
    case .unreadable(ENOENT): .noInput
    case .unreadable(EACCES): .permissionDenied
    case .unreadable: .ioError
    case .notAReport: .unusableInput
    }
  }

  private static func sentence(_ fault: ReportComparison.Fault) -> String {
    switch fault {
    case .nothingInCommon: "the reports have no condition and recording in common"
    case .noNormaliser: "the reports were normalised in different ways; use --normaliser both"
    }
  }
}
