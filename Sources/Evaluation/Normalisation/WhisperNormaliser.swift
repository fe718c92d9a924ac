/// English text in the standard form of Whisper's evaluation, written from its description
/// (Radford et al., Robust Speech Recognition via Large-Scale Weak Supervision, 2022, appendix C).
///
/// In this order: bracketed text and fillers go; contractions, short forms and titles become the
/// words they stand for; symbols and diacritics go, except those of numbers; numbers and sums of
/// money become digits; British spellings become American; what is left of the symbols goes.
/// `docs/lab/EVALUATION-NORMALISER.md` lists where this differs from the package whisper-normalizer.
enum WhisperNormaliser {
  static func words(_ text: String) -> [String] {
    let spoken = BracketedText.removed(from: text.lowercased())
    let plain = SymbolFolding.folded(Contractions.expanded(spoken))
    let numerals = NumeralSplitting.split(plain)
    return SpokenNumbers.written(numerals)
      .map(BritishSpelling.american)
      .flatMap(SymbolFolding.withoutLooseSymbols)
  }
}
