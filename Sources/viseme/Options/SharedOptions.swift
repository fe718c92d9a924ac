import Pipeline

// Options that several commands have.
extension OptionSpec {
  /// `--models`.
  static func models(_ set: @escaping (inout Arguments, String) -> Void) -> OptionSpec {
    .value("models", nil, "DIR", "Where the models lie; see viseme models --help.") {
      arguments, text throws(ExpectedValue) in
      set(&arguments, try TranscribeArguments.path(text))
    }
  }

  /// `--threads`.
  static func threads(_ set: @escaping (inout Arguments, Int) -> Void) -> OptionSpec {
    .value("threads", "t", "N", "Threads to use. Default: as many as the machine grants.") {
      arguments, text throws(ExpectedValue) in
      set(&arguments, try TranscribeArguments.wholeNumber(text, in: 1...1024))
    }
  }

  /// `--lip-model`.
  static func lipModel(
    _ set: @escaping (inout Arguments, LipModelChoice) -> Void
  ) -> OptionSpec {
    .value(
      "lip-model", nil, "FILE",
      "Networks trained on the faces of your meetings (see Training); none does without "
        + "lips and without the noise adapter. Default: those that come with viseme."
    ) { arguments, text throws(ExpectedValue) in
      let path = try TranscribeArguments.path(text)
      set(&arguments, path == "none" ? .none : .file(path))
    }
  }
}

extension TranscribeArguments {
  static func lips(_ text: String) throws(ExpectedValue) -> LipUse {
    guard let use = LipUse(rawValue: text), !LipUse.baselines.contains(use) else { throw .lips }
    return use
  }
}
