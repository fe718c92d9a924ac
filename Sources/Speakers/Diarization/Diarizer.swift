import NN

/// The weights of both networks of speakers; read-only and shared.
package struct SpeakerModels: Sendable {
  package let segmentation: PyanNetWeights
  package let embedding: EmbeddingWeights

  /// Joins loaded weights.
  package init(segmentation: PyanNetWeights, embedding: EmbeddingWeights) {
    self.segmentation = segmentation
    self.embedding = embedding
  }
}

/// Tells who speaks when in a recording of any length.
///
/// Samples come in any portions. The segmentation network hears ten seconds every five; the embedding
/// network hears every stretch with speech once, and its features are pooled over a second and a half
/// every 0.24 s where one voice is heard alone. What is kept is about a kilobyte for each second.
/// `finish` clusters the pieces and follows the voices through the recording.
package struct Diarizer: ~Copyable {
  /// Cells of a stretch for the embedding network: 10.08 s.
  private static let blockCells = 42
  private static let blockSteps = blockCells * VoicePieces.cell
  private static let blockSamples = blockSteps * LocalSpeakers.step

  private var segmentation: PyanNet
  private var embedding: EmbeddingNetwork
  private let filterbank = MelFilterbank()
  private var local = LocalSpeakers()
  private var pieces = VoicePieces()
  /// The last cells, of which pieces are made.
  private var cells: [VoiceStatistics] = []
  /// Samples that are still needed, and the place of the first of them.
  private var samples: [Float] = []
  private var origin = 0
  private var blocks = 0

  /// A diarizer at the start of a recording.
  package init(models: SpeakerModels) {
    segmentation = PyanNet(weights: models.segmentation)
    embedding = EmbeddingNetwork(weights: models.embedding)
  }

  /// Takes the next samples, 16 kHz and full scale 1. Those that are not finite count as 0.
  package mutating func process(_ next: some Sequence<Float>) {
    samples += next.lazy.map { $0.isFinite ? $0 : 0 }
    let run = (PyanNet.batch - 1) * LocalSpeakers.hop + PyanNetConfig.window
    while local.windows.count * LocalSpeakers.hop + run <= origin + samples.count {
      segment(PyanNet.batch)
      // Later windows begin behind these.
      embedBlocks(before: local.windows.count * LocalSpeakers.hop)
      forget()
    }
  }

  /// Ends the recording: who spoke when in all of it.
  package mutating func finish(_ count: SpeakerCount = .automatic) -> Diarization {
    diarization(steps: hearRest(), count: count)
  }

  /// Ends a recording of which it is known who speaks when: how those people sound.
  ///
  /// - Parameter spans: seconds in which each of them speaks.
  /// - Returns: their prints; none for somebody who is not heard alone there.
  package mutating func finish(knowing spans: [String: [Range<Double>]]) -> [String: VoicePrint] {
    _ = hearRest()
    let steps = spans.mapValues { $0.map { Int($0.lowerBound * 50)..<Int($0.upperBound * 50) } }
    let half = VoicePieces.reach * 2 / 3
    return steps.reduce(into: [:]) { prints, one in
      let others = steps.filter { $0.key != one.key }.flatMap(\.value)
      prints[one.key] = pieces.print { step in
        let place = step - half..<step + half
        return one.value.contains {
          $0.lowerBound <= place.lowerBound && place.upperBound <= $0.upperBound
        }
          && !others.contains { $0.overlaps(place) }
      }
    }
  }

  /// Hears what is left; returns the steps of the recording.
  private mutating func hearRest() -> Int {
    let total = origin + samples.count
    let steps = total / LocalSpeakers.step
    samples += Array(repeating: 0, count: PyanNetConfig.window + LocalSpeakers.hop)
    let windows = max(
      1,
      (total - PyanNetConfig.window + LocalSpeakers.hop - 1) / LocalSpeakers.hop + 1)
    while local.windows.count < windows {
      segment(min(PyanNet.batch, windows - local.windows.count))
      embedBlocks(before: min(total, local.windows.count * LocalSpeakers.hop))
      forget()
    }
    embedBlocks(before: total)
    embedBlock(steps: steps - blocks * Self.blockSteps)
    while pieces.count * VoicePieces.cell < steps { addCell(VoiceStatistics()) }
    return steps
  }

  private func diarization(steps: Int, count: SpeakerCount) -> Diarization {
    let assembly = TurnAssembly(local: local, steps: steps)
    let (isSpeech, areTwo) = assembly.activity()
    let voices = VoiceClustering(pieces: pieces, count: count, duration: steps).voices()
    guard !voices.isEmpty, isSpeech.contains(true) else { return Diarization([]) }
    let known = Array(voices.prefix(255))
    let path = TurnDecoding(pieces: pieces, voices: known).decode(isSpeech)
    return Diarization(
      assembly.turns(path: path, isSpeech: isSpeech, areTwo: areTwo, voices: known.count),
      prints: prints(path, voices: known.count))
  }

  /// How the voices sound where `path` has one of them for as long as a piece.
  private func prints(_ path: [UInt8], voices: Int) -> [Int: VoicePrint] {
    let reach = VoicePieces.reach / TurnDecoding.stride
    return (0..<voices).reduce(into: [:]) { prints, voice in
      prints[voice] = pieces.print { step in
        let place = step / TurnDecoding.stride
        return path[max(0, place - reach)..<max(0, min(path.count, place + reach))]
          .allSatisfy { $0 == voice }
      }
    }
  }

  /// Segments the next `count` windows, whose samples are there.
  private mutating func segment(_ count: Int) {
    let first = local.windows.count
    let windows = (first..<first + count).map { window in
      let start = window * LocalSpeakers.hop - origin
      return samples[start..<start + PyanNetConfig.window]
    }
    // Where nothing was recorded nobody speaks.
    let sounding = windows.filter { $0.contains { $0 != 0 } }
    var heard = segmentation.classify(sounding)[...]
    local.append(
      windows.map { window in
        guard window.contains(where: { $0 != 0 }) else { return PyanNet.silence }
        return heard.popFirst() ?? PyanNet.silence
      })
  }

  /// Embeds the whole blocks that end before the sample `end`.
  private mutating func embedBlocks(before end: Int) {
    while (blocks + 1) * Self.blockSamples + MelFilterbank.frame <= end {
      embedBlock(steps: Self.blockSteps)
    }
  }

  /// Embeds the next block, of `count` steps, as far as somebody speaks in it.
  private mutating func embedBlock(steps count: Int) {
    guard count > 0 else { return }
    let start = blocks * Self.blockSteps
    let isAlone = (0..<count).map { step in
      let (speech, speakers) = local.activity(start + step)
      return speech >= TurnAssembly.speechShare && speakers < TurnAssembly.alone
    }
    blocks += 1
    var statistics = Array(
      repeating: VoiceStatistics(), count: (count + VoicePieces.cell - 1) / VoicePieces.cell)
    if let first = isAlone.firstIndex(of: true), let last = isAlone.lastIndex(of: true) {
      let begin = start + first
      let from = begin * LocalSpeakers.step - origin
      let length = (last + 1 - first) * LocalSpeakers.step + MelFilterbank.frame
      let mels = filterbank(samples[from..<min(samples.count, from + length)])
      if mels.count >= EmbeddingNetwork.minimumFrames * MelFilterbank.mels {
        let features = embedding.features(mels, context: .moving)
        for step in first...last where isAlone[step] && step - first < features.rows {
          statistics[step / VoicePieces.cell].add(
            features.rows(step - first..<step - first + 1))
        }
      }
    }
    for cell in statistics { addCell(cell) }
  }

  /// Takes the next cell, and makes the piece that it completes.
  private mutating func addCell(_ cell: VoiceStatistics) {
    cells.append(cell)
    let half = VoicePieces.cells / 2
    guard cells.count >= half else { return }
    if cells.count > VoicePieces.cells { cells.removeFirst() }
    var sum = VoiceStatistics()
    for cell in cells where cell.steps > 0 { sum.add(cell) }
    if sum.steps > 1 {
      pieces.append(embedding.embed(sum), steps: sum.steps)
    } else {
      pieces.appendNothing()
    }
  }

  /// Forgets the samples that neither a window nor a block will ask for.
  private mutating func forget() {
    let needed = min(local.windows.count * LocalSpeakers.hop, blocks * Self.blockSamples)
    guard needed > origin else { return }
    samples.removeFirst(min(samples.count, needed - origin))
    origin = needed
  }
}
