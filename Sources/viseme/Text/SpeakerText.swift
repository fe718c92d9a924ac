import Pipeline
import Speakers
import Transcript

/// What a user must know of the names of speakers.
enum SpeakerText {
  /// A phrase that tells how long each voice talks, and whether there are fewer voices than were asked
  /// for; nil where voices were not told apart.
  static func note(voices: [VoiceTurn]?, asked: SpeakerCount?) -> String? {
    guard let voices else { return nil }
    let times = TalkTime.of(voices)
    guard !times.isEmpty else { return "no voice was heard" }
    let list = times.map {
      "\(displayed($0.speaker)) \(TimeText.clock($0.seconds))\(sight($0.sight))"
    }
    let separator = times.contains { $0.sight != nil } ? "; " : ", "
    let found =
      "\(ErrorText.plural(times.count, "voice")) (\(list.joined(separator: separator)))"
    guard case .between(let fewest, _) = asked, times.count < fewest else { return found }
    return "asked for \(ErrorText.plural(fewest, "voice")), heard \(found)"
  }

  private static func sight(_ sight: VoiceSight?) -> String {
    switch sight {
    case .face(let number): ", face \(number)"
    case .offScreen: ", off screen"
    case nil: ""
    }
  }

  /// A phrase that tells for which voices there are `names` though they were not heard, else nil.
  static func note(voices: [VoiceTurn]?, names: [Int: String]) -> String? {
    guard let voices, !voices.isEmpty else { return nil }
    let heard = Set(voices.map(\.speaker))
    let missing = names.filter { !heard.contains($0.value) }.sorted { $0.key < $1.key }
    guard !missing.isEmpty else { return nil }
    let list = missing.map { "S\($0.key)=\(displayed($0.value))" }.joined(separator: ", ")
    return "no voice for \(list)"
  }

  /// A phrase that tells which names the voice book gave, else nil: a likeness, not what somebody said.
  static func note(known: [String]) -> String? {
    guard !known.isEmpty else { return nil }
    return "named by the voice book: \(known.map { displayed($0) }.joined(separator: ", "))"
  }

  /// A phrase where there is not one name for each of the audio tracks, else nil.
  static func note(names: Int, tracks: Int) -> String? {
    guard names > 0, names != tracks else { return nil }
    return
      "\(ErrorText.plural(names, "speaker name")) for \(ErrorText.plural(tracks, "audio track")): "
      + "words are not given to speakers"
  }
}
