/// One sound that hypotheses may be about, with what is said in it.
package struct ScoredSound: Sendable {
  /// Folders and name as the recording's path has them, without ending.
  package var place: [String]
  /// Its name with ending, which some systems keep.
  package var fileName: String
  /// Place of its condition among those that are scored.
  package var condition: Int
  /// Places in the set of the utterances that lie in it.
  package var utterances: [Int]
  /// Second of the recording at which the sound begins: where it is a cut-out, its times count from there.
  package var offset = 0.0
  /// Where it lies; nil where it was not kept.
  package var audio: String?

  /// The sounds of recordings as they are: those of one path are one sound.
  static func recordings(_ utterances: [Utterance]) -> [ScoredSound] {
    var places: [String: Int] = [:]
    var sounds: [ScoredSound] = []
    for (index, utterance) in utterances.enumerated() {
      if let place = places[utterance.path] {
        sounds[place].utterances.append(index)
      } else {
        places[utterance.path] = sounds.count
        sounds.append(ScoredSound(path: utterance.path, condition: 0, utterances: [index]))
      }
    }
    return sounds
  }

  /// A sound at a path.
  init(path: String, condition: Int, utterances: [Int]) {
    let parts = HypothesisFile.parts(path)
    place = parts.dropLast() + [FileName.stem(path)]
    fileName = parts.last ?? ""
    self.condition = condition
    self.utterances = utterances
  }
}

/// Which hypothesis is about which sound.
///
/// A hypothesis is about the sound of its name. Where several have that name, as in the folders of several
/// noises, it is about the one with which it has the most folders in common, from the name upwards.
package struct HypothesisMatch: Sendable {
  /// The hypothesis of each sound that has one, by the sounds' places.
  package private(set) var words: [Int: Hypothesis] = [:]
  /// Who speaks in it, where a file tells that alone.
  package private(set) var voices: [Int: [SpeakerSpan]] = [:]
  /// What is about no sound.
  package private(set) var extra: [Hypothesis] = []
  /// What may be about several sounds.
  package private(set) var ambiguous: [Hypothesis] = []
  /// What is about a sound for which another one was taken.
  package private(set) var passedOver: [Hypothesis] = []

  package init(_ hypotheses: [Hypothesis], sounds: [ScoredSound]) {
    var names: [String: [Int]] = [:]
    for (index, sound) in sounds.enumerated() {
      for name in Set([sound.place.last ?? "", sound.fileName]) {
        names[name, default: []].append(index)
      }
    }
    // The richest format first; of one format the order of the files.
    for hypothesis in HypothesisReader.ordered(hypotheses, by: \.format) {
      take(hypothesis, Self.candidates(hypothesis, sounds, names))
    }
  }

  private mutating func take(_ hypothesis: Hypothesis, _ candidates: [Int]) {
    guard let sound = candidates.first else { return extra.append(hypothesis) }
    guard candidates.count == 1 else { return ambiguous.append(hypothesis) }
    if hypothesis.segments == nil {
      // What only tells who speaks is more exact than segments are.
      if voices[sound] == nil {
        voices[sound] = hypothesis.voices
      } else {
        passedOver.append(hypothesis)
      }
    } else if words[sound] == nil {
      words[sound] = hypothesis
    } else {
      passedOver.append(hypothesis)
    }
  }

  private static func candidates(
    _ hypothesis: Hypothesis, _ sounds: [ScoredSound], _ names: [String: [Int]]
  ) -> [Int] {
    for place in hypothesis.places {
      let found = names[place.last ?? ""] ?? []
      guard found.count > 1 else {
        if found.isEmpty { continue }
        return found
      }
      let common = found.map { sound in
        zip(place.dropLast().reversed(), sounds[sound].place.dropLast().reversed())
          .prefix { $0 == $1 }.count
      }
      let most = common.max() ?? 0
      return zip(found, common).filter { $1 == most }.map(\.0)
    }
    return []
  }
}
