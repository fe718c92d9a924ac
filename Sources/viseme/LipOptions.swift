import Pipeline

// The options that concern lips, in every command that has them.
extension OptionSpec {
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
    guard let use = LipUse(rawValue: text), use != .only else { throw .lips }
    return use
  }
}
