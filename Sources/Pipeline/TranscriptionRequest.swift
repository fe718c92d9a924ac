import Demux

/// A recording to transcribe, and how.
package struct TranscriptionRequest: Sendable, Hashable {
  /// The recording's path; "-" is standard input.
  package var input: String
  /// What was asked for.
  package var options: RecognitionOptions
  /// Threads to keep busy, at least 1.
  package var threads: Int

  /// A request for `input`.
  package init(
    input: String, options: RecognitionOptions = RecognitionOptions(),
    threads: Int = ThreadCount.choose()
  ) {
    self.input = input
    self.options = options
    self.threads = max(1, threads)
  }
}

extension AudioTrackSelection {
  /// Reads a track as it is written on a command line: a number from 1, a language or "all".
  package init?(_ text: String) {
    if text.lowercased() == "all" {
      self = .all
    } else if let number = Int(text) {
      guard number > 0 else { return nil }
      self = .number(number)
    } else {
      let isLanguage =
        text.count >= 2 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") }
      guard isLanguage, text.first != "-" else { return nil }
      self = .language(text)
    }
  }

  /// As it is written on the command line.
  package var description: String {
    switch self {
    case .automatic: "automatic"
    case .number(let number): String(number)
    case .language(let language): language
    case .all: "all"
    }
  }
}
