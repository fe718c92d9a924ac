import Demux
import Pipeline

/// What a user must know of the picture.
enum LipText {
  /// At most one phrase a recording, for standard error and for the notes of the transcript: why words
  /// in noise were transcribed from the audio alone, or what was put right. Nil where nobody looked, and where
  /// lips were read as they should.
  static func note(_ account: LipAccount?, lips: LipUse) -> String? {
    guard let account else { return nil }
    let place = lips == .auto ? " where the sound is noisy" : ""
    if account.blindSegments == account.segments, let fault = account.fault {
      return "\(sentence(fault)): transcribed from the audio"
    }
    if account.segmentsWithFace == 0 {
      return account.damagedSegments > 0
        ? "the picture is damaged and shows no face\(place): transcribed from the audio"
        : "no face was seen\(place): transcribed from the audio"
    }
    if account.segmentsWithKnownFace == 0, account.segmentsWithSpeakingFace > 0 {
      return
        "no face seen\(place) is known to the lip model: words from the audio, faces by how lips and "
        + "sound agree\(late(account.offset).map { " (the picture is \($0))" } ?? "")"
    }
    if account.segmentsWithKnownFace == 0 {
      return "no face seen\(place) is known to the lip model: transcribed from the audio"
    }
    return late(account.offset).map {
      "the picture is \($0) than the sound: allowed for in reading lips"
    }
  }

  /// How far the picture is from the sound; nil where it is not, or nobody can tell.
  private static func late(_ offset: Double?) -> String? {
    guard let offset, offset != 0 else { return nil }
    return "\(NumberText.fixed(abs(offset) * 1000, 0)) ms \(offset > 0 ? "later" : "earlier")"
  }

  private static func sentence(_ fault: PictureFault) -> String {
    switch fault {
    case .undecodable: "the picture is damaged and cannot be decoded"
    case .pipe: "the picture of a pipe cannot be looked at"
    case .otherSpeechModel: "the networks for lips belong to another speech model"
    case .unreadable(.unknownCodec("none")):
      "the picture is in a codec that this FFmpeg does not know"
    case .unreadable(.unknownCodec(let codec)), .unreadable(.decoderFailed(let codec, _)):
      "the picture cannot be decoded (\(displayed(codec)))"
    case .unreadable(.limitExceeded(.dimensions(let width, let height))):
      "a picture of \(width) x \(height) is too large"
    case .unreadable: "the picture cannot be read"
    }
  }
}

/// What a user must know of a recording that was transcribed.
enum RecordingNotes {
  /// A phrase each, for standard error, the transcript's notes and a batch's report.
  static func lines(_ summary: TranscriptionSummary, _ request: TranscriptionRequest) -> [String] {
    let damage = DamageText.notes(
      summary.damage, start: request.options.start, reached: summary.reached,
      expected: summary.duration)
    // Where nothing was heard for a reason that was told, that is all there is to say.
    let isExplained = summary.audioDuration == 0 && !damage.isEmpty
    return damage + (isExplained ? [] : SoundText.notes(summary))
      + [
        SoundText.separation(summary.separation),
        SoundText.single(asked: request.options.channels, tracks: summary.tracks),
        LipText.note(summary.lips, lips: request.options.lips),
        SpeakerText.note(names: request.options.speakerNames.count, tracks: summary.tracks),
        SpeakerText.note(voices: summary.voices, asked: request.options.voices),
        SpeakerText.note(voices: summary.voices, names: request.options.voiceNames),
        SpeakerText.note(known: summary.knownVoices),
        LanguageText.note(summary.language),
        OpinionText.note(summary.opinions),
      ].compactMap(\.self)
  }
}
