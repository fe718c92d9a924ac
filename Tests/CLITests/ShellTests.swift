import Foundation
import Testing

@testable import VisemeCommand

/// Completions and the manual, by the programs that read them.
@Suite("Shells")
struct ShellTests {
  @Test(
    .enabled(if: Programs.has("bash"), "needs bash"),
    arguments: [
      ("viseme tra", "transcribe"), ("viseme transcribe --lip", "--lips --lip-model"),
      ("viseme transcribe --lips al", "always"),
      ("viseme transcribe -f srt,vt", "srt,vtt srt,vtt-words"),
      ("viseme models in", "install"), ("viseme models install --q", "--quiet"),
      ("viseme batch merge --o", "--output"), ("viseme completions z", "zsh"),
      ("viseme voices le", "learn"), ("viseme transcribe --numbers dig", "digits"),
    ])
  func bashCompletes(line: String, expected: String) throws {
    let words = line.split(separator: " ").map { "'\($0)'" }
    let script =
      "source <(\"$0\" completions bash); COMP_WORDS=(\(words.joined(separator: " "))); "
      + "COMP_CWORD=\(words.count - 1); _viseme; echo \"${COMPREPLY[*]}\""
    let output = try Fixtures.shell(["bash", "-c", script, CommandRun.program.path])
    #expect(output == expected + "\n")
  }

  @Test(
    .enabled(if: Programs.has("fish"), "needs fish"),
    arguments: [
      ("viseme tra", "transcribe"), ("viseme transcribe --lip", "--lips --lip-model"),
      ("viseme transcribe --lips al", "always"), ("viseme models in", "install"),
      ("viseme models install --q", "--quiet"), ("viseme batch merge --o", "--output"),
      ("viseme voices le", "learn"), ("viseme transcribe --numbers dig", "digits"),
    ])
  func fishCompletes(line: String, expected: String) throws {
    let script = "\(CommandRun.program.path) completions fish | source; complete -C '\(line)'"
    let output = try Fixtures.shell(["fish", "--no-config", "-c", script])
    let words = output.split(separator: "\n").map { $0.prefix { $0 != "\t" } }
    #expect(words.joined(separator: " ") == expected)
  }

  @Test(.enabled(if: Programs.has("zsh"), "needs zsh"))
  func zshTakesTheFunction() throws {
    let script =
      "autoload -U compinit; compinit -D -u; source =(\"$0\" completions zsh); whence -w _viseme; "
      + "print $_comps[viseme]"
    let output = try Fixtures.shell(["zsh", "-f", "-c", script, CommandRun.program.path])
    #expect(output == "_viseme: function\n_viseme\n")
  }

  @Test(.enabled(if: Programs.has("man"), "needs man"))
  func manReadsTheManualWithoutWarning() throws {
    let script = "\"$0\" manual | LC_ALL=C.UTF-8 MANWIDTH=80 man -l --warnings -E UTF-8 - 2>&1"
    let output = try Fixtures.shell(["bash", "-c", script, CommandRun.program.path])
    #expect(!output.contains("warning") && !output.contains("error:"))
    for entry in CommandCatalogue.all { #expect(output.contains("viseme \(entry.name)")) }
  }

  @Test
  func theCatalogueIsAllThatHelpNames() throws {
    let help = try CommandRun(["--help"]).output
    for entry in CommandCatalogue.all {
      let group = entry.name.split(separator: " ").first.map { "\($0) COMMAND" } ?? ""
      #expect(help.contains("\n  \(entry.name)") || help.contains("\n  \(group)"))
      #expect(
        try CommandRun(["help"] + entry.name.split(separator: " ").map(String.init)).code == 0)
    }
  }

  @Test(arguments: [
    (["completions"], "completions needs bash, zsh or fish"),
    (["completions", "sh"], "takes no 'sh'"),
    (["manual", "x"], "manual takes no 'x'"), (["config", "nothing"], "no command 'nothing'"),
  ])
  func wrongWordsAreRefused(words: [String], sentence: String) throws {
    let run = try CommandRun(words)
    #expect(run.code == 64)
    #expect(run.errors.contains(sentence))
  }
}

/// Which programs the machine has.
enum Programs {
  static func has(_ name: String) -> Bool {
    (try? Fixtures.shell(["sh", "-c", "command -v \(name)"])) != nil
  }
}
