import Pipeline

/// What a user must know of a recording without words, or one that is hardly audible.
enum SoundText {
  /// Decibels of full scale below which the loudest half second of a recording is hardly audible.
  private static let faint = SoundAccount.faint

  /// Why channels were transcribed each by itself; nil where that was asked for, or they were mixed.
  static func separation(_ survey: ChannelSurvey?) -> String? {
    survey.map {
      let (alone, unlike) = (percent($0.alone), percent($0.unlike))
      let rest = unlike == "0" ? "" : ", \(unlike) % differs in both"
      return "the channels carry different voices (\(alone) % of the sound is in one alone"
        + "\(rest)): transcribed each by itself; --channels mix joins them"
    }
  }

  private static func percent(_ share: Double) -> String { NumberText.fixed(100 * share, 0) }

  /// A phrase where channels were to be taken apart, and there was one; else nil.
  static func single(asked: ChannelChoice, tracks: Int) -> String? {
    asked == .separate && tracks == 1
      ? "there is one channel: nothing to transcribe by itself" : nil
  }

  /// Phrases for standard error and for the notes of the transcript.
  static func notes(_ summary: TranscriptionSummary) -> [String] {
    let sound = summary.sound
    if sound.segments > 0 {
      guard let level = sound.loudest, level < faint else { return [] }
      return [
        "the sound is very quiet (\(decibels(level)) at its loudest): raised, words may be missing"
      ]
    }
    return [reason(sound, seconds: summary.audioDuration) + others(sound)]
  }

  private static func reason(_ sound: SoundAccount, seconds: Double) -> String {
    guard seconds > 0 else { return "no speech was found: there is no audio in what was asked for" }
    guard let level = sound.loudest else {
      return "no speech was found: the sound is digital silence"
    }
    let quiet = level < faint ? ": the sound is very quiet (\(decibels(level)) at its loudest)" : ""
    guard sound.stretches > 0 else { return "no speech was found\(quiet)" }
    return "no words were recognised in what may be speech\(quiet)"
  }

  private static func others(_ sound: SoundAccount) -> String {
    guard let first = sound.otherTracks.first else { return "" }
    let numbers = sound.otherTracks.map(String.init).joined(separator: ", ")
    let verb = sound.otherTracks.count == 1 ? "track \(numbers) carries" : "tracks \(numbers) carry"
    return "; audio \(verb) sound (--audio-track \(first))"
  }

  private static func decibels(_ level: Double) -> String { "\(NumberText.fixed(level, 0)) dBFS" }
}
