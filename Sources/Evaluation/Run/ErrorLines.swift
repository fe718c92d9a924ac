extension EvaluationReport {
  /// Every utterance in every cell with its errors, under one normalisation.
  package func errorLines(_ normaliser: TextNormaliser) -> [ErrorLine] {
    let said = Dictionary(utterances.map { ($0.id, $0) }) { first, _ in first }
    return cells.flatMap { cell in
      cell.results.filter { !$0.scores.isEmpty }.compactMap { result in
        said[result.utterance].map { Self.line($0, result, cell.condition, normaliser) }
      }
    }
  }

  private static func line(
    _ said: Said, _ result: UtteranceResult, _ condition: ScoreCondition,
    _ normaliser: TextNormaliser
  ) -> ErrorLine {
    let reference = normaliser.words(said.reference)
    let hypothesis = normaliser.words(result.hypothesis)
    let edits = Alignment(reference: reference, hypothesis: hypothesis).edits.map { edit in
      switch edit {
      case .hit(let word, _): AlignedEdit.same(reference[word])
      case .substitution(let word, let heard):
        AlignedEdit.substituted(reference: reference[word], hypothesis: hypothesis[heard])
      case .deletion(let word): AlignedEdit.deleted(reference[word])
      case .insertion(let heard): AlignedEdit.inserted(hypothesis[heard])
      }
    }
    return ErrorLine(
      utterance: said.id, condition: condition, edits: edits, reference: said.reference,
      hypothesis: result.hypothesis, speaker: said.speaker, seconds: said.seconds,
      audioPath: result.audio)
  }
}
