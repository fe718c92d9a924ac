/// What a user must know of the names of speakers.
enum SpeakerText {
  /// A phrase where there is not one name for each of the audio tracks, else nil.
  static func note(names: Int, tracks: Int) -> String? {
    guard names > 0, names != tracks else { return nil }
    return
      "\(ErrorText.plural(names, "speaker name")) for \(ErrorText.plural(tracks, "audio track")): "
      + "words are not given to speakers"
  }
}
