import Fixtures
import Foundation

/// Values that jiwer, MeetEval and whisper-normalizer gave; `Benchmarks/eval_checks.py` makes them.
enum Goldens {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Goldens", directoryHint: .isDirectory)

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Lines without the last, empty one.
  static func lines(_ name: String) throws -> [Substring] {
    try text(name).split(separator: "\n")
  }

  /// Transcripts of LibriSpeech test-other by name, in the manifest's order; nil when absent.
  static let testOther: [(name: String, transcript: String)]? = {
    guard let manifest = SharedData.url("data/MANIFEST.tsv"),
      let text = try? String(contentsOf: manifest, encoding: .utf8)
    else { return nil }
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count > 3, fields[0].hasPrefix("librispeech/test-other/") else { return nil }
      let name = URL(filePath: String(fields[0])).deletingPathExtension().lastPathComponent
      return (name, String(fields[3]))
    }
  }()

  /// The reference of the AMI openings; nil when absent.
  static let meetings: String? = SharedData.url("data/ami/ref.stm")
    .flatMap { try? String(contentsOf: $0, encoding: .utf8) }
}
