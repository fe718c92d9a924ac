/// Turns steps and voices into turns of speakers, with a second one where two are heard.
struct TurnAssembly {
  /// Share of the windows that must hear speech, and mean number of speakers from which on two talk.
  static let speechShare: Float = 0.6
  static let twoSpeakers: Float = 1.4
  /// Mean number of speakers up to which a voice is heard alone, as far as its embedding goes: the little
  /// that another adds there tells less than what would be left out.
  static let alone: Float = 1.6
  /// Steps of silence within which a speaker goes on.
  private static let bridged = 15
  /// Steps of one local speaker alone from which a voice is told.
  private static let minimumAlone = 5

  let local: LocalSpeakers
  /// Steps of the recording.
  let steps: Int

  /// Whether anybody, and whether two are heard, in every step.
  func activity() -> (isSpeech: [Bool], areTwo: [Bool]) {
    var isSpeech = [Bool](repeating: false, count: steps)
    var areTwo = isSpeech
    for step in 0..<steps {
      let (speech, speakers) = local.activity(step)
      isSpeech[step] = speech >= Self.speechShare
      areTwo[step] = isSpeech[step] && speakers >= Self.twoSpeakers
    }
    return (isSpeech, areTwo)
  }

  /// The turns, where `path` is the voice of every `TurnDecoding.stride` steps.
  func turns(
    path: [UInt8], isSpeech: [Bool], areTwo: [Bool], voices: Int
  ) -> [SpeakerTurn] {
    func first(_ step: Int) -> Int { Int(path[step / TurnDecoding.stride]) }
    let second = voices > 1 ? seconds(areTwo, voices: voices, first: first) : [:]
    var turns: [SpeakerTurn] = []
    for voice in 0..<voices {
      var start: Int?
      var end = 0
      for step in 0..<steps where isSpeech[step] {
        guard first(step) == voice || second[step] == voice else { continue }
        if let begun = start, step - end > Self.bridged {
          turns.append(turn(voice, begun, end))
          start = step
        }
        start = start ?? step
        end = step + 1
      }
      if let start { turns.append(turn(voice, start, end)) }
    }
    return turns
  }

  private func turn(_ voice: Int, _ start: Int, _ end: Int) -> SpeakerTurn {
    SpeakerTurn(speaker: voice, start: Double(start) / 50, end: Double(end) / 50)
  }

  /// The second voice of the steps where two are heard: that of the local speakers who are heard there,
  /// as they sound where they are alone; failing that, of whoever speaks next or spoke last.
  private func seconds(
    _ areTwo: [Bool], voices: Int, first: (Int) -> Int
  ) -> [Int: Int] {
    var cache: [Int: [Int?]] = [:]
    var result: [Int: Int] = [:]
    for step in 0..<steps where areTwo[step] {
      var votes = [Int](repeating: 0, count: voices)
      for window in local.covering(step) {
        let heard = local.speakers(step, window: window)
        guard heard.nonzeroBitCount == 2 else { continue }
        let known = cache[window] ?? self.voices(of: window, count: voices, first: first)
        cache[window] = known
        for speaker in 0..<PyanNetConfig.speakers where heard & (1 << speaker) != 0 {
          if let voice = known[speaker] { votes[voice] += 1 }
        }
      }
      votes[first(step)] = 0
      if let best = votes.indices.max(by: { votes[$0] < votes[$1] }), votes[best] > 0 {
        result[step] = best
      } else {
        result[step] = neighbour(of: step, first: first)
      }
    }
    return result
  }

  /// The voice that each local speaker of a window mostly has where nobody else talks.
  private func voices(of window: Int, count: Int, first: (Int) -> Int) -> [Int?] {
    let start = window * LocalSpeakers.hop / LocalSpeakers.step
    var votes = Array(
      repeating: [Int](repeating: 0, count: count), count: PyanNetConfig.speakers)
    for step in start..<min(steps, start + LocalSpeakers.windowSteps) {
      let heard = local.speakers(step, window: window)
      guard heard.nonzeroBitCount == 1 else { continue }
      votes[heard.trailingZeroBitCount][first(step)] += 1
    }
    return votes.map { votes in
      guard votes.reduce(0, +) >= Self.minimumAlone else { return nil }
      return votes.indices.max { votes[$0] < votes[$1] }
    }
  }

  /// The other voice nearest in time, within ten seconds.
  private func neighbour(of step: Int, first: (Int) -> Int) -> Int? {
    let voice = first(step)
    for distance in 1..<500 {
      for place in [step + distance, step - distance] where place >= 0 && place < steps {
        if first(place) != voice { return first(place) }
      }
    }
    return nil
  }
}
