import Pipeline

/// What is said of second opinions.
enum OpinionText {
  /// How often another model was asked and believed; nil where there was none.
  static func note(_ account: OpinionAccount?) -> String? {
    guard let account else { return nil }
    let model = displayed(account.model)
    if account.isUnable {
      return "\(model) does not know the language or the task and was not asked for second opinions"
    }
    let use = account.use
    return
      "\(model) read \(use.asked) of \(ErrorText.plural(use.segments, "segment")) too and changed "
      + "\(use.replaced)"
  }
}
